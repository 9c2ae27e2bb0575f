"""One day of some locations, counted from its rows. What a figure's columns hold stands at :class:`Figure`.

A text counts on the day it was planned for, a reply on the day it was written; a ticket on the day it was
resolved, a visit on its own day. So nothing that is over changes its day any more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from care.delivery import Status
from care.reading import Urgency
from store.clinic import hours_of
from store.consent import ALL
from store.inbox import ANSWERED, WITH_PERSON
from store.outbox import LEFT
from store.tables import Appointment, ConsentEvent, InboxText, Location, OutboxText, Patient, Ticket

#: What goes to the clinic's own people: it costs, and counts for nothing else.
PAGE = "page"


class Figure(StrEnum):
    """What is counted, and what the columns of its tallies hold."""

    TEXT = "text"  #: name: the step, else the purpose; outcome: its state; cause: the carrier's code; parts
    TEXTS = "texts"  #: all texts to patients, by outcome alone: a year is drawn from these
    OPT_OUT = "opt_out"  #: name: the step of the last timed text before it; empty: there was none
    CAME = "came"  #: outcome: the state of a patient's text
    ASKED = "asked"  #: name: the topic; outcome: answered, or with_person
    OPENED = "opened"  #: name: the urgency of a ticket about a patient's text
    ANSWERED = "answered"  #: the same, once resolved; minutes
    VISIT = "visit"  #: outcome: its status; cause: confirmed, or empty


@dataclass(frozen=True)
class Tally:
    """One number. ``minutes``: of each ticket, for :attr:`Figure.ANSWERED` only."""

    figure: str
    name: str = ""
    outcome: str = ""
    cause: str = ""
    number: int = 1
    parts: int = 0
    minutes: tuple[int, ...] = field(default=())


@dataclass(frozen=True)
class Span:
    """A day, or what has passed of it, of locations that share a zone: instants (UTC), the end not in it."""

    places: Sequence[Location]
    start: datetime
    end: datetime

    @property
    def ids(self) -> list[str]:
        """The locations."""
        return [place.id for place in self.places]

    def holds(self, column: Any) -> Any:
        """Whether an instant lies in it."""
        return (column >= self.start) & (column < self.end)


#: What becomes of a text, as it is counted. What was never to leave, or may yet, is not counted.
_OUTCOMES = {
    Status.CLAIMED: Status.SENT,
    Status.SENT: Status.SENT,
    Status.UNKNOWN: Status.SENT,
    Status.DELIVERED: Status.DELIVERED,
    Status.UNDELIVERED: Status.UNDELIVERED,
    Status.FAILED: Status.FAILED,
    Status.EXPIRED: Status.EXPIRED,
}
_CAUSED = (Status.UNDELIVERED.value, Status.FAILED.value)


def count(session: Session, span: Span) -> list[tuple[str, Tally]]:
    """(location, number) of all that happened in this span, at these locations."""
    counts = (_texts, _opt_outs, _came, _opened, _answered, _visits)
    return [one for counted in counts for one in counted(session, span)]


def _texts(session: Session, span: Span) -> Iterator[tuple[str, Tally]]:
    """By step, outcome and cause, with the parts that were handed over."""
    name = func.coalesce(OutboxText.step, OutboxText.purpose)
    cause = case((OutboxText.status.in_(_CAUSED), func.coalesce(OutboxText.error_code, "")), else_="")
    outcome = case(
        {status.value: counted.value for status, counted in _OUTCOMES.items()}, value=OutboxText.status
    )
    keys = (OutboxText.location_id, name, outcome, cause)
    rows = session.execute(
        select(*keys, func.count(), func.sum(OutboxText.parts))
        .where(
            span.holds(OutboxText.planned_for),
            OutboxText.location_id.in_(span.ids),
            OutboxText.status.in_([status.value for status in _OUTCOMES]),
        )
        .group_by(*keys)
    )
    for place, step, became, code, number, parts in rows:
        yield place, Tally(Figure.TEXT, step, became, code, number, int(parts))
        if step != PAGE:
            yield place, Tally(Figure.TEXTS, "", became, "", number, int(parts))


def _opt_outs(session: Session, span: Span) -> Iterator[tuple[str, Tally]]:
    """Each by the step of the last timed text that she had before it; she belongs where that came from."""
    events = session.execute(
        select(ConsentEvent.mobile, ConsentEvent.at).where(
            span.holds(ConsentEvent.at),
            ConsentEvent.kind == ALL,
            ConsentEvent.granted.is_(False),
            ConsentEvent.method != "erased",
        )
    ).all()
    for mobile, at in events:
        place, step = _last_text(session, mobile, at)
        if place in span.ids:
            yield place, Tally(Figure.OPT_OUT, step)


def _last_text(session: Session, mobile: str, at: datetime) -> tuple[str, str]:
    """(location, step) of the last timed text before that moment; else where she is known, and no step."""
    last = session.execute(
        select(OutboxText.location_id, OutboxText.step)
        .where(
            OutboxText.mobile == mobile,
            OutboxText.handed_at <= at,
            OutboxText.step.is_not(None),
            OutboxText.status.in_(LEFT),
        )
        .order_by(OutboxText.handed_at.desc())
        .limit(1)
    ).first()
    if last is not None:
        return last[0], last[1] or ""
    known = select(Patient.location_id).where(Patient.mobile == mobile).order_by(Patient.created_at).limit(1)
    wrote = select(InboxText.location_id).where(InboxText.mobile == mobile).limit(1)
    return session.scalar(known) or session.scalar(wrote) or "", ""


def _came(session: Session, span: Span) -> Iterator[tuple[str, Tally]]:
    """What patients wrote, and what they asked about. What somebody on call answers to a page is neither."""
    texts = session.execute(
        select(InboxText.location_id, InboxText.state, InboxText.reading).where(
            span.holds(InboxText.received_at), InboxText.location_id.in_(span.ids)
        )
    )
    for place, state, reading in texts:
        known = reading or {}
        if "answers a page" in known.get("matched", ()):
            continue
        yield place, Tally(Figure.CAME, outcome=state)
        if state in (ANSWERED, WITH_PERSON):
            for topic in known.get("topics") or filter(None, [known.get("topic")]):
                said = topic in known.get("replies", ())
                yield place, Tally(Figure.ASKED, topic, ANSWERED if said else WITH_PERSON)


def _opened(session: Session, span: Span) -> Iterator[tuple[str, Tally]]:
    rows = session.execute(
        select(Ticket.location_id, Ticket.urgency).where(
            span.holds(Ticket.created_at), Ticket.location_id.in_(span.ids), Ticket.inbox_id.is_not(None)
        )
    )
    for place, urgency in rows:
        yield place, Tally(Figure.OPENED, _word(urgency))


def _answered(session: Session, span: Span) -> Iterator[tuple[str, Tally]]:
    """Tickets about patients' texts that a person resolved, and how long that took."""
    rows = session.execute(
        select(Ticket.location_id, Ticket.urgency, Ticket.created_at, Ticket.resolved_at).where(
            span.holds(Ticket.resolved_at),
            Ticket.location_id.in_(span.ids),
            Ticket.inbox_id.is_not(None),
            Ticket.owner.is_not(None),
        )
    )
    hours = {place.id: hours_of(place) for place in span.places}
    for place, urgency, opened, resolved in rows:
        if resolved is None:
            continue  # the question above does not find any
        urgent = urgency >= Urgency.URGENT
        took: timedelta = resolved - opened if urgent else hours[place].between(opened, resolved)
        yield place, Tally(Figure.ANSWERED, _word(urgency), minutes=(round(took / timedelta(minutes=1)),))


def _word(urgency: int) -> str:
    """A ticket without urgency is a routine one."""
    return Urgency(max(urgency, Urgency.ROUTINE)).word


def _visits(session: Session, span: Span) -> Iterator[tuple[str, Tally]]:
    confirmed = Appointment.confirmed_at.is_not(None)
    rows = session.execute(
        select(Appointment.location_id, Appointment.status, confirmed, func.count())
        .where(span.holds(Appointment.starts_at), Appointment.location_id.in_(span.ids))
        .group_by(Appointment.location_id, Appointment.status, confirmed)
    )
    for place, status, said_yes, number in rows:
        yield place, Tally(Figure.VISIT, "", status, "confirmed" if said_yes else "", number)


def joined(tallies: Iterable[Tally]) -> list[Tally]:
    """Tallies of the same, added up."""
    number, parts = Counter[tuple[str, str, str, str]](), Counter[tuple[str, str, str, str]]()
    minutes: dict[tuple[str, str, str, str], tuple[int, ...]] = {}
    for one in tallies:
        key = (one.figure, one.name, one.outcome, one.cause)
        number[key] += one.number
        parts[key] += one.parts
        minutes[key] = minutes.get(key, ()) + one.minutes
    return [Tally(*key, number[key], parts[key], minutes[key]) for key in number]
