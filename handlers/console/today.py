"""Today: who needs me now, and what happens next?"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.instants import local_day, wall_clock
from carriers.errors import explain
from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import Part, names, opted_out, place
from handlers.console.fixes import Fixes
from store.clinic import hours_of
from store.senders import sender_of
from store.tables import Appointment, Location
from store.thread import inbox_texts, patients_by_mobile
from store.tickets import how_many_unresolved, unresolved
from store.today import how_many_to_come, texts_in_trouble, texts_to_come
from store.visits import UPCOMING, appointments_between, appointments_by_id, marks_between

#: How long a text that went wrong stays in view.
LOOK_BACK = timedelta(days=3)
#: How long a visit that nobody has marked is asked about here; its ticket stays longer.
UNMARKED_FOR = timedelta(days=14)
#: How many of each list stand there before somebody asks for all of it, and how many then at most.
FIRST = {"tickets": 12, "visits": 20, "trouble": 12, "coming": 15}
MOST = 500


def day_of(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant (UTC) of the day it is in that zone, and of the next."""
    today = local_day(at, zone)
    return wall_clock(today, time(), zone), wall_clock(today + timedelta(days=1), time(), zone)


def _limit(name: str) -> int:
    return MOST if request.args.get("all") == name else FIRST[name]


def visits(db: Session, here: Location) -> Mapping[str, Any]:
    """The visits of the day, in order; of a long day those from the first that has no outcome yet.

    Apart from them those that are over and that nobody has marked.
    """
    now, limit = words.now(), _limit("visits")
    start, end = day_of(now, ZoneInfo(here.timezone))
    unmarked = _unmarked(db, here, start, now)
    asked = {visit.id for visit in unmarked}
    marks = [mark for mark in marks_between(db, [here.id], start, end) if mark[0] not in asked]
    first = next((n for n, (_, status) in enumerate(marks) if status in UPCOMING), 0)
    first = max(min(first, len(marks) - limit), 0)
    found = appointments_by_id(db, [visit_id for visit_id, _ in marks[first : first + limit]])
    out = opted_out(db, {visit.patient.mobile for visit in (*found, *unmarked)})
    return {"visits": found, "unmarked": unmarked, "total": len(marks), "zone": here.timezone, "out": out}


def _unmarked(db: Session, here: Location, start: datetime, now: datetime) -> list[Appointment]:
    """Visits that are over and have no outcome: those of today are asked about once we close."""
    over = start if hours_of(here).is_open(now) else now
    past = appointments_between(db, [here.id], start - UNMARKED_FOR, over)
    return [visit for visit in past if visit.status in UPCOMING]


def tickets(db: Session, here: Location) -> Mapping[str, Any]:
    """What a person must do, the most urgent first."""
    limit = _limit("tickets")
    found = unresolved(db, [here.id], limit)
    mobiles = {ticket.mobile for ticket in found}
    return {
        "tickets": found,
        "total": how_many_unresolved(db, [here.id]) if len(found) == limit else len(found),
        "zone": here.timezone,
        "texts": inbox_texts(db, {ticket.inbox_id for ticket in found if ticket.inbox_id}),
        "owners": patients_by_mobile(db, mobiles),
        "names": names(db),
        "out": opted_out(db, mobiles),
    }


def trouble(db: Session, here: Location) -> Mapping[str, Any]:
    """Texts that did not get through, and those that are held back."""
    now = words.now()
    limit = _limit("trouble")
    found = texts_in_trouble(db, [here.id], now - LOOK_BACK, now, limit + 1)
    fixes = Fixes(unresolved(db, [here.id], MOST), now)
    return {
        "texts": found[:limit],
        "more": len(found) > limit,
        "zone": here.timezone,
        "kept": _why_kept(db, here),
        "now": now,
        "out": opted_out(db, {text.mobile for text in found[:limit]}),
        "fixes": fixes,
    }


def _why_kept(db: Session, here: Location) -> str | None:
    """Why nothing planned leaves from here at all, if so: what is due waits, whatever its own reason says."""
    sender = sender_of(db, here.id)
    if sender.stopped_code:
        return f"Waiting: {explain(sender.stopped_code)}"
    return "Waiting: more texts left within an hour than may; see the ticket" if sender.held_since else None


def coming(db: Session, here: Location) -> Mapping[str, Any]:
    """What will be sent until midnight."""
    now = words.now()
    _, end = day_of(now, ZoneInfo(here.timezone))
    limit = _limit("coming")
    found = texts_to_come(db, [here.id], now, end, limit)
    total = how_many_to_come(db, [here.id], now, end) if len(found) == limit else len(found)
    return {"texts": found, "total": total, "zone": here.timezone}


PARTS = {"tickets": tickets, "visits": visits, "trouble": trouble, "coming": coming}


def _part(name: str, here: Location) -> Part:
    whole = name if request.args.get("all") == name else None
    url = url_for("console.today_part", name=name, place=here.id, all=whole)
    return Part(name, url, f"console/{name}.html")


@console.get("/")
def today() -> ResponseReturnValue:
    """The whole page."""
    with works().database.reading() as db:
        here, everywhere = place(db)
        parts = {name: _part(name, here).show(**look(db, here)) for name, look in PARTS.items()}
        return render_template("console/today.html", here=here, everywhere=everywhere, parts=parts)


@console.get("/today/<any(tickets, visits, trouble, coming):name>")
def today_part(name: str) -> ResponseReturnValue:
    """One part of it, renewed."""
    with works().database.reading() as db:
        here, _ = place(db)
        return _part(name, here).answer(**PARTS[name](db, here))
