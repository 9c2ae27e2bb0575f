"""Protocols: what exactly do we say, when, and who approved it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.instants import local_day
from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import actor, back, names, place, refuse, say
from handlers.console.protocol_line import line_of
from handlers.console.roles import may, only_who_may
from messages.wording import Kind, Topic
from scheduler.approving import Signing, reviewed_timing
from scheduler.booking import BadField
from scheduler.reviewing import Due, near_reviews, reviews
from scheduler.standing import Standing, standings
from store.rulings import last_rulings, timing_of
from store.visits import protocols_stored

DECIDE = "decide what patients are told"


@dataclass(frozen=True)
class Entry:
    """One wording in a list, and what patients ask or write that it answers."""

    standing: Standing
    topics: list[str] = field(default_factory=list)
    phrasings: list[str] = field(default_factory=list)


@console.get("/protocols")
def protocols() -> ResponseReturnValue:
    """Every protocol, and what waits for a clinician."""
    with works().database.reading() as db:
        here, _ = place(db)
        found = standings(db, works())
        listed = list(found.values())
        today = today_at(here.timezone)
        return render_template(
            "console/protocols.html",
            protocols=works().catalog.protocols,
            counted={name: _count(_of(name, found)) for name in works().catalog.protocols},
            replies=_count([one for one in listed if one.wording.kind is Kind.REPLY]),
            waiting=[one for one in listed if one.waiting],
            refused=[one for one in listed if one.refused],
            changed=[one for one in listed if one.shipped_changed and not one.refused],
            off=[one for one in listed if one.off and not one.waiting],
            withdrawn=[one for one in listed if one.wording.withdrawn],
            due=near_reviews(db, works(), today),
            today=today,
            names=names(db),
            zone=here.timezone,
            may_decide=may(DECIDE),
        )


def today_at(zone: str) -> date:
    """The day it is on the clinic's clock."""
    return local_day(words.now(), ZoneInfo(zone))


def _of(protocol: str, found: Mapping[str, Standing]) -> list[Standing]:
    folder = f"protocols/{protocol}/"
    return [one for one in found.values() if one.shipped.file.startswith(folder)]


def _count(some: Iterable[Standing]) -> dict[str, int]:
    """How many texts, answers or replies there are, and how many of them are not said."""
    listed = list(some)
    kinds = {kind.value: sum(one.wording.kind is kind for one in listed) for kind in Kind}
    return kinds | {"not_said": sum(not one.wording.on for one in listed)}


@console.get("/protocols/replies")
def replies() -> ResponseReturnValue:
    """The automatic replies, the same for every procedure."""
    with works().database.reading() as db:
        here, _ = place(db)
        listed = [one for one in standings(db, works()).values() if one.wording.kind is Kind.REPLY]
        entries = [Entry(one, phrasings=list(one.wording.phrasings)) for one in listed]
        return render_template(
            "console/replies.html", entries=entries, zone=here.timezone, today=today_at(here.timezone)
        )


@console.get("/protocols/<name>")
def protocol(name: str) -> ResponseReturnValue:
    """One protocol: its texts on a line of time, its answers, the calls that people make."""
    one = works().catalog.protocols.get(name) or abort(404)
    with works().database.reading() as db:
        here, _ = place(db)
        found = standings(db, works())
        return render_template(
            "console/protocol.html",
            protocol=one,
            line=line_of(one, found),
            entries=_answers(name, found),
            unanswered=_unanswered(name),
            zone=here.timezone,
            today=today_at(here.timezone),
            may_decide=may(DECIDE),
            **_timing(db, name, one.version),
        )


def _timing(db: Session, name: str, version: int) -> dict[str, Any]:
    """Since when this timing is in use, who looked at it last, and when it shall be looked at again."""
    due: Due | None = next((one for one in reviews(db, works()) if one.protocol and one.name == name), None)
    return {
        "since": protocols_stored(db).get((name, version)),
        "looked": last_rulings(db).get(timing_of(name)),
        "review_on": due and due.day,
        "names": names(db),
    }


def _answers(name: str, found: Mapping[str, Standing]) -> list[Entry]:
    """The protocol's answers: those that are not said first, then by what they are about."""
    topics = works().catalog.answers_for[name]
    listed = [_entry(one, topics) for one in _of(name, found) if one.wording.kind is Kind.ANSWER]
    return sorted(listed, key=lambda entry: (entry.standing.wording.on, entry.standing.wording.id))


def _entry(standing: Standing, topics: Mapping[str, Topic]) -> Entry:
    mine = topics_of(standing.wording.id, topics)
    return Entry(standing, [one.name for one in mine], [said for one in mine for said in one.phrasings])


def topics_of(wording: str, topics: Mapping[str, Topic]) -> list[Topic]:
    """The topics that this wording answers, before a visit or after it."""
    return [one for one in topics.values() if wording in (one.answer, one.answer_after)]


def _unanswered(name: str) -> list[Topic]:
    """What a person answers, always."""
    topics = works().catalog.answers_for[name].values()
    return [one for one in topics if one.answer is None and one.answer_after is None]


@console.post("/protocols/<name>/reviewed")
@only_who_may(DECIDE, "/protocols")
def review_protocol(name: str) -> ResponseReturnValue:
    """Somebody who may decide has looked at the timing, and it is right."""
    works().catalog.protocols.get(name) or abort(404)
    try:
        reviewed_timing(works(), name, signing())
    except BadField as error:
        refuse(error)
    else:
        say("Noted: the timing was looked at and is right")
    return back(url_for("console.protocol", name=name))


def signing() -> Signing:
    """Who presses the button, and when the words shall be read again."""
    return Signing(actor(), request.form.get("review_in", 365, type=int))
