"""One row of a file, enrolled: what became of it, and what it changed about somebody we know.

The same look before and after tells; a dry run is the same thing, undone at its end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.course import VisitStatus
from care.delivery import Status
from care.instants import local_day, wall_clock
from care.protocol import UNKNOWN
from care.why import say_fact
from scheduler.booking import BadField, EnrolmentBody
from scheduler.enrolling import Enrolled, Entry, enrol_within, in_turn
from scheduler.whose_number import visits_that_day
from scheduler.works import Works
from store.consent import consents_of
from store.outbox import texts_of
from store.people import PatientDetails, facts_of, find_patient
from store.tables import Appointment, Location, Patient
from store.visits import find_appointment, find_enrolment

#: A row that came from this line of the file said the same, or something else, about a visit.
Earlier = tuple[int, EnrolmentBody]


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"  #: enrolled
    CHANGES = "changes"  #: known, and something about it is different now
    KNOWN = "known"  #: nothing changes
    DUPLICATE = "duplicate"  #: the same as a row above it
    REFUSED = "refused"  #: nothing was done; said why
    UNDONE = "undone"  #: enrolled, and taken back with its file


@dataclass(frozen=True)
class Verdict:
    """What became of one row. ``said``: (column or empty, words); ``soon``, ``today``: texts to leave."""

    outcome: Outcome
    said: tuple[tuple[str, str], ...] = ()
    enrolment_id: str | None = None
    patient_id: str | None = None
    moved_to: datetime | None = None
    soon: int = 0
    today: int = 0


def take(
    session: Session, works: Works, body: EnrolmentBody, earlier: Earlier | None, entry: Entry
) -> Verdict:
    """Enrol what a row asks for, within the caller's transaction. Raises BadField naming what is wrong."""
    if earlier is not None:
        return _again(body, earlier)
    in_turn(session, body)
    known = find_appointment(session, body.appointment.external_id)
    if known is None and (held := _held(session, body)):
        body = _as_held(body, held)
        known = held
    before = _look(session, body, known)
    enrolled = enrol_within(session, works, body, entry)
    session.flush()
    enrolment = find_enrolment(session, enrolled.enrolment_id)
    assert enrolment is not None  # noqa: S101 -- it has just been written
    visit = enrolment.appointment
    differs = list(_differs(before, _look(session, body, visit), ZoneInfo(visit.location.timezone)))
    outcome = Outcome.NEW if known is None else _outcome(enrolled, differs)
    moved = known is not None and before["visit"] != visit.starts_at
    said = (*(("", one) for one in differs), *(("", one) for one in _warnings(session, visit, outcome)))
    soon, today = _leaving(session, enrolled, visit, entry.at)
    quiet = outcome is Outcome.KNOWN
    return Verdict(
        outcome,
        said,
        enrolled.enrolment_id,
        visit.patient_id,
        moved_to=visit.starts_at if moved else None,
        soon=0 if quiet else soon,
        today=0 if quiet else today,
    )


def _again(body: EnrolmentBody, earlier: Earlier) -> Verdict:
    line, said_before = earlier
    if said_before != body:
        said = f"is in row {line} too, and that row says otherwise: leave one of the two"
        raise BadField({"external_id": said})
    return Verdict(Outcome.DUPLICATE, (("", f"The same as row {line}"),))


def _outcome(enrolled: Enrolled, differs: list[str]) -> Outcome:
    return Outcome.CHANGES if differs or enrolled.created else Outcome.KNOWN


def _held(session: Session, body: EnrolmentBody) -> Appointment | None:
    """The visit she has at this very moment under another id, enrolled at the desk perhaps."""
    location = session.get(Location, body.location or "")
    if location is None:
        return None
    same_day = visits_that_day(session, _details(body), location, body.appointment.starts_at)
    return next((visit for visit in same_day if visit.starts_at == body.appointment.starts_at), None)


def _as_held(body: EnrolmentBody, held: Appointment) -> EnrolmentBody:
    appointment = body.appointment.model_copy(update={"external_id": held.external_id})
    return body.model_copy(update={"appointment": appointment})


def _details(body: EnrolmentBody) -> PatientDetails:
    return PatientDetails(**body.patient.model_dump())


def _look(session: Session, body: EnrolmentBody, visit: Appointment | None) -> Mapping[str, object]:
    """What is known of her and of the visit now; empty when she is new."""
    her: Patient | None = visit.patient if visit else None
    if her is None and body.location:
        her = find_patient(session, _details(body), body.location)
    if her is None:
        return {}
    agreed = consents_of(session, [body.patient.mobile]).of(body.patient.mobile, her.id)
    seen: dict[str, object] = {
        "name": her.name,
        "mobile": her.mobile,
        "language": her.language,
        "time zone": her.timezone or "the clinic's",
        "care texts": "agreed" if agreed.care else "not agreed",
        "invitations": "agreed" if agreed.marketing else "not agreed",
    }
    seen |= {say_fact(name): fact.value for name, fact in facts_of(her).items()}
    if visit is not None:
        seen |= {"visit": visit.starts_at, "area": visit.area, "location": visit.location_id}
    return seen


def _differs(before: Mapping[str, object], after: Mapping[str, object], zone: ZoneInfo) -> Iterator[str]:
    """What is different about somebody whom we knew, in words."""
    for name, value in after.items() if before else ():
        was = before.get(name, UNKNOWN)
        if name in ("visit", "area", "location") and name not in before:
            continue  # a new visit of hers changes nothing about an old one
        if was != value:
            title = name[:1].upper() + name[1:]
            yield f"{title}: {_say(was, zone)} becomes {_say(value, zone)}"


def _say(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M %p}"
    return str(value or "none")


def _warnings(session: Session, visit: Appointment, outcome: Outcome) -> Iterator[str]:
    """What the desk should know about a row that is taken."""
    patient = visit.patient
    agreed = consents_of(session, [patient.mobile]).of(patient.mobile, patient.id)
    if visit.status == VisitStatus.CANCELLED:
        yield "This visit is cancelled: nothing is sent for it"
    if agreed.opted_out:
        yield f"{agreed.opted_out}: nothing leaves until she texts START herself"
    elif not agreed.care:
        yield "No consent to care texts is recorded: nothing is sent to her"
    if outcome is Outcome.NEW:
        details = PatientDetails(patient.name, patient.mobile, patient.language)
        same_day = visits_that_day(session, details, visit.location, visit.starts_at)
        if any(other.id != visit.id for other in same_day):
            yield "She has another visit on that day"


def _leaving(session: Session, enrolled: Enrolled, visit: Appointment, now: datetime) -> tuple[int, int]:
    """How many of her texts leave within the next hour, and until midnight at the clinic."""
    zone = ZoneInfo(visit.location.timezone)
    midnight = wall_clock(local_day(now, zone) + timedelta(days=1), time(), zone)
    due = [text.due_at for text in texts_of(session, enrolled.enrolment_id) if text.status == Status.PLANNED]
    return sum(at <= now + timedelta(hours=1) for at in due), sum(at < midnight for at in due)
