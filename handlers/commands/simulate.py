"""``simulate``: the calendar of texts one patient would get, and why not the others."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from handlers.commands.asking import Wrong, location_called, moment, pairs, zone_called
from handlers.commands.saying import say_list, say_text

if TYPE_CHECKING:
    from care.planned import Plan
    from care.protocol import Protocol
    from handlers.commands.context import Needs
    from handlers.commands.forecast import Line
    from store.tables import Appointment

#: How long before the visit it is taken to be booked, when nobody says.
USUAL_LEAD = timedelta(days=14)
#: How long a visit is taken to last, when nobody says: consent, photos, 30-45 min numbing, 40-60 min.
USUAL_LENGTH = timedelta(hours=2)


@dataclass(frozen=True)
class Asked:
    """The options, as they were given."""

    protocol: str
    visit: str
    booked: str | None
    ended: str | None
    facts: tuple[str, ...]
    language: str
    timezone: str | None
    location: str | None


@click.command()
@click.argument("protocol")
@click.option("--visit", required=True, metavar="ISO", help="When the visit starts.")
@click.option("--booked", metavar="ISO", help="When it is booked; 14 days before the visit if not given.")
@click.option("--ended", metavar="ISO", help="When it really ends; 2 hours after its start if not given.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="What is known; repeatable.")
@click.option("--language", default="en", show_default=True, help="Her language: en, es or pt.")
@click.option("--timezone", metavar="ZONE", help="Where she lives, if not in the clinic's zone.")
@click.option("--location", help="Which location, when the clinic has several.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.pass_obj
def simulate(needs: "Needs", /, *, as_json: bool, **options: Any) -> None:
    """Print the calendar of texts that one patient would get, and why not the others.

    Nothing is stored or sent. A time without a zone is read on the clinic's clock, and so
    are the times printed.

    \b
    python bot.py simulate microneedling --visit 2026-12-11T14:00 --booked 2026-12-08T11:00
    python bot.py simulate microneedling --visit 2026-12-11T14:00 --fact antiviral_rx=yes --language es
    """
    from handlers.commands.forecast import lines, whole_plan

    asked = Asked(**options)
    protocol = _protocol(needs, asked.protocol)
    visit, facts = _visit(needs, asked, protocol)
    course = whole_plan(protocol, visit, facts)
    texts = list(lines(needs.catalog, visit, course))
    if as_json:
        click.echo(json.dumps(_document(protocol, visit, course, texts), ensure_ascii=False, indent=2))
    else:
        _print(visit, course, texts)


def _protocol(needs: "Needs", name: str) -> "Protocol":
    protocols = needs.catalog.protocols
    if name not in protocols:
        known = ", ".join(sorted(protocols))
        raise Wrong(f"PROTOCOL {name!r} is not one of ours; choose one of: {known}")
    return protocols[name]


def _visit(needs: "Needs", asked: Asked, protocol: "Protocol") -> "tuple[Appointment, Any]":
    """The visit in question, and what is known about her."""
    from care.course import Course
    from handlers.commands.forecast import facts_known, sample_visit
    from store.tables import Patient

    key, place = location_called(needs.clinic, asked.location)
    if asked.language not in place.languages:
        raise Wrong(f"--language {asked.language!r} is not spoken here; choose: {', '.join(place.languages)}")
    if asked.timezone:
        zone_called("--timezone", asked.timezone)
    booked, starts, ended = _times(asked, ZoneInfo(place.timezone))
    patient = Patient(language=asked.language, timezone=asked.timezone)
    visit = sample_visit(needs.clinic, key, patient, Course(booked, starts, ended_at=ended))
    try:
        return visit, facts_known(protocol, pairs("--fact", asked.facts), booked)
    except ValueError as error:
        raise Wrong(f"--fact {error}") from None


def _times(asked: Asked, zone: ZoneInfo) -> tuple[datetime, datetime, datetime]:
    """When it was booked, starts and ended, each after the one before."""
    from care.instants import local_day, wall_clock

    starts = moment("--visit", asked.visit, zone)
    if asked.booked:
        booked = moment("--booked", asked.booked, zone)
    else:
        local = starts.astimezone(zone)
        booked = wall_clock(local_day(local - USUAL_LEAD, zone), local.time(), zone)
    ended = moment("--ended", asked.ended, zone) if asked.ended else starts + USUAL_LENGTH
    if booked >= starts:
        raise Wrong("--booked is not before --visit: give the earlier time as --booked")
    if ended <= starts:
        raise Wrong("--ended is not after --visit: give the time at which the visit is over")
    return booked, starts, ended


def _print(visit: "Appointment", course: "Plan", texts: "Iterable[Line]") -> None:
    from store.visits import zones_of

    zones = zones_of(visit)
    for line in texts:
        message = line.message
        marks = "".join(f" [{mark}]" for mark in _marks(line))
        head = f"{line.code:<4} {message.step}: {message.reason}{marks}"
        say_text(message.due_at, (zones.clinic, zones.patient), head, line.body)
    say_list("Not sent:", [f"{s.code:<4} {s.step}: {s.reason}" for s in course.skipped])
    say_list(
        "Calls that staff must make:",
        [f"{c.name}{' (at once)' if c.urgent else ''}: {c.reason}" for c in course.calls],
    )


def _marks(line: "Line") -> list[str]:
    """What else must be true before this text leaves."""
    from care.protocol import Purpose

    marks = ["off until the clinic approves these words"] if line.off else []
    if line.message.purpose is Purpose.MARKETING:
        marks.append("only with consent to invitations")
    return marks


def _document(
    protocol: "Protocol", visit: "Appointment", course: "Plan", texts: "Iterable[Line]"
) -> dict[str, Any]:
    zone = ZoneInfo(visit.location.timezone)
    return {
        "protocol": protocol.name,
        "version": protocol.version,
        "timezone": visit.location.timezone,
        "booked": visit.booked_at.astimezone(zone).isoformat(),
        "visit": visit.starts_at.astimezone(zone).isoformat(),
        "ended": visit.ended_at.astimezone(zone).isoformat() if visit.ended_at else None,
        "messages": [_message(line, zone) for line in texts],
        "skipped": [{"step": s.step, "code": s.code, "reason": s.reason} for s in course.skipped],
        "calls": [vars(call) for call in course.calls],
    }


def _message(line: "Line", zone: ZoneInfo) -> dict[str, Any]:
    message = line.message
    return {
        "at": message.due_at.astimezone(zone).isoformat(),
        "useful_until": message.expires_at.astimezone(zone).isoformat(),
        "code": line.code,
        "step": message.step,
        "wording": message.wording,
        "purpose": message.purpose.value,
        "reason": message.reason,
        "off": line.off,
        "text": line.body,
    }
