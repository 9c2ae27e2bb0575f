"""The timeline: one line of days with the visit in the middle, each text as the phone shows it.

One component for the patient's page and for Enrol's preview: both turn what they have
into entries, :func:`lay_out` puts those into days.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.course import VisitStatus
from care.delivery import Status
from care.instants import local_day, resolve
from care.planned import PlannedMessage, Skipped
from care.protocol import Anchor, Facts, Protocol
from carriers.errors import classify
from handlers.access import works
from handlers.console import words
from handlers.console.looks import EXPECTED, SKIPPED, STATES, WAITING, Look
from scheduler.pausing import why_paused
from scheduler.planning import plan_of
from scheduler.previewing import Foreseen, foresee_after, words_ahead
from store.courses import facts_for
from store.outbox import texts_of
from store.tables import Appointment, Enrolment, OutboxText


@dataclass(frozen=True)
class Entry:
    """One text on the line. ``body`` is None for a step that is left out; times UTC."""

    at: datetime
    step: str
    code: str
    look: Look
    reason: str
    body: str | None = None
    due_at: datetime | None = None  #: when it is looked at again, if that is not its own moment
    error_code: str | None = None
    advice: str = ""
    text: OutboxText | None = None  #: the row behind it, if there is one
    said: tuple[str, str] | None = None  #: which wording it carried, in which version, once it was worded


@dataclass(frozen=True)
class Day:
    """One day of the line, on the clinic's clock. ``away``: its distance to the visit, in words."""

    day: date
    away: str
    visit: Appointment | None
    before: list[Entry] = field(default_factory=list)  #: on the visit's day, what comes before it
    after: list[Entry] = field(default_factory=list)

    @property
    def texts(self) -> int:
        """How many texts the day has; what is left out does not count."""
        return sum(entry.body is not None for entry in (*self.before, *self.after))


def lay_out(visit: Appointment, entries: Iterable[Entry]) -> list[Day]:
    """The entries by day, in order; the visit's own day is always there."""
    zone = ZoneInfo(visit.location.timezone)
    own_day = local_day(visit.starts_at, zone)
    ordered = sorted(entries, key=lambda entry: entry.at)
    by_day = {day: list(some) for day, some in groupby(ordered, key=lambda e: local_day(e.at, zone))}
    by_day.setdefault(own_day, [])
    return [_day(day, by_day[day], visit, own_day) for day in sorted(by_day)]


def _day(day: date, entries: list[Entry], visit: Appointment, own_day: date) -> Day:
    if day != own_day:
        return Day(day, away(day, own_day), None, entries)
    before = [entry for entry in entries if entry.at <= visit.starts_at]
    return Day(day, "", visit, before, entries[len(before) :])


def away(day: date, own_day: date) -> str:
    """``3 days before the visit``."""
    days = abs((day - own_day).days)
    side = "before" if day < own_day else "after"
    weeks, rest = divmod(days, 7)
    length = words.count_of(weeks, "week") if weeks >= 3 and not rest else words.count_of(days, "day")
    return f"{length} {side} the visit"


def of_enrolment(
    db: Session, enrolment: Enrolment, now: datetime, without: Container[str] = frozenset()
) -> list[Day]:
    """What this patient got, will get, and would get if the visit ends as it should.

    ``without``: ids of texts that are not shown, because others stand for them.
    """
    visit = enrolment.appointment
    protocol = works().protocol_of(enrolment.protocol_version)
    paused = why_paused(db, visit.patient)
    rows = [row for row in texts_of(db, enrolment.id) if row.id not in without]
    entries = [_of_row(row, visit, protocol, paused) for row in rows]
    skipped = plan_of(db, works(), enrolment, now).skipped
    if visit.status in (VisitStatus.BOOKED, VisitStatus.ARRIVED):
        later, refused = foresee_after(db, works(), enrolment, now)
        skipped += later.skipped
        entries += _ahead(later.messages, visit, refused, EXPECTED)
    entries += _left_out(skipped, protocol, visit, facts_for(db, enrolment))
    return lay_out(visit, entries)


def of_draft(seen: Foreseen, protocol: Protocol) -> list[Day]:
    """What she would get if this booking were made now."""
    follows = {step.name for step in protocol.steps if step.at.anchor is Anchor.VISIT_END}
    after = tuple(step for step in seen.after.skipped if step.step in follows)
    entries = [
        *_ahead(seen.before.messages, seen.visit, seen.refused, STATES[Status.PLANNED]),
        *_ahead(seen.after.messages, seen.visit, seen.refused, EXPECTED),
        *_left_out(seen.before.skipped + after, protocol, seen.visit, {}),
    ]
    return lay_out(seen.visit, entries)


def _ahead(
    messages: Iterable[PlannedMessage], visit: Appointment, refused: Mapping[str, str], look: Look
) -> Iterator[Entry]:
    """Texts that no row stands for yet; ``refused`` says which may not leave as things stand, and why."""
    for message in messages:
        refusal = refused.get(message.step)
        later = "; planned once the visit is marked done" if look is EXPECTED else ""
        yield Entry(
            at=message.due_at,
            step=message.step,
            code=message.code,
            look=STATES[Status.SUPPRESSED] if refusal else look,
            reason=refusal or message.reason + later,
            body=_say(message.wording, visit, message.due_at),
        )


def _left_out(
    skipped: Iterable[Skipped], protocol: Protocol, visit: Appointment, facts: Facts
) -> Iterator[Entry]:
    """Steps she does not get, at the moment they would have had, never before her booking."""
    anchors = {
        Anchor.BOOKING: visit.booked_at,
        Anchor.MOVE: visit.moved_at or visit.booked_at,
        Anchor.VISIT: visit.starts_at,
        Anchor.VISIT_END: visit.ended_at or visit.starts_at,
    }
    for step in skipped:
        moment = resolve(protocol.step(step.step).at, anchors, ZoneInfo(visit.location.timezone), facts)
        at = max(moment, visit.booked_at)
        yield Entry(at=at, step=step.step, code=step.code, look=SKIPPED, reason=step.reason)


def _of_row(row: OutboxText, visit: Appointment, protocol: Protocol, paused: str | None) -> Entry:
    step = row.step or ""
    at = row.sent_at or row.planned_for
    waits = row.status == Status.PLANNED.value
    held = waits and row.due_at > row.planned_for
    body = row.body or (_say(row.wording, visit, at) if row.wording else None)
    codes = {known.name: known.code for known in protocol.steps}
    return Entry(
        at=at,
        step=step,
        code=codes.get(step, ""),
        look=WAITING if held or (waits and paused) else STATES[Status(row.status)],
        reason=f"Held: {paused}" if waits and paused else row.reason,
        body=body,
        due_at=row.due_at if held else None,
        error_code=row.error_code if row.status in _WRONG else None,
        advice=classify(row.error_code).advice if row.status in _WRONG and row.error_code else "",
        text=row,
        said=(row.wording, row.wording_version) if row.wording and row.wording_version else None,
    )


_WRONG = (Status.FAILED.value, Status.UNDELIVERED.value)


def _say(wording: str, visit: Appointment, at: datetime) -> str:
    return words_ahead(works(), wording, visit.patient.language, visit, at)
