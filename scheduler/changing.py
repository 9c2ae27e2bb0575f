"""What changes after enrolment: the visit moves, is done, is missed; a fact becomes known.

Each change is one transaction that ends in the same ``replan``: there is no second path.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.course import VisitStatus
from care.why import say_instant
from scheduler.booking import AppointmentChange, BadField
from scheduler.enrolling import check_facts, move, why_not_moved
from scheduler.planning import replan_patient
from scheduler.works import Works
from store.accounts import staff_names
from store.audit import last_note, note
from store.database import retried
from store.locks import one_at_a_time
from store.outbox import wake_held
from store.people import set_facts
from store.tables import Appointment, Patient
from store.visits import UPCOMING, enrolments_of, find_appointment

#: How far ahead of our clock a real end may lie: the desk's watch is not ours.
CLOCK_SKEW = timedelta(minutes=5)
#: How a visit is said to stand.
MARKED = {
    VisitStatus.BOOKED: "booked",
    VisitStatus.ARRIVED: "marked as arrived",
    VisitStatus.FULFILLED: "marked done",
    VisitStatus.CANCELLED: "cancelled",
    VisitStatus.NOSHOW: "marked as did not come",
}


@dataclass(frozen=True)
class AsSeen:
    """A visit as the page showed it that somebody pressed a button on: when it began, how it stood."""

    starts_at: datetime
    status: str

    def still(self, visit: Appointment) -> bool:
        """Whether nobody was first; an arrival marked meanwhile keeps nobody from marking it done."""
        same = visit.status == self.status or {visit.status, self.status} <= set(UPCOMING)
        return same and visit.starts_at == self.starts_at


@retried
def change_visit(
    works: Works, external_id: str, change: AppointmentChange, actor: str, seen: AsSeen | None = None
) -> list[str] | None:
    """Apply a change to a visit; the ids of the enrolments it touched, or None when there is no such visit.

    A real end means the visit was done, and the other way round: done without an end ended just now.
    Raises BadField naming each field that is wrong, and when it no longer stands as ``seen``: somebody
    was first. Nothing is written then.
    """
    with works.database.writing() as session:
        one_at_a_time(session, f"visit:{external_id}")
        visit = find_appointment(session, external_id)
        if visit is None:
            return None
        if seen is not None and not seen.still(visit):
            raise BadField({"visit": _who_was_first(session, visit)})
        apply_to(session, works, visit, change, actor)
        touched = [enrolment.id for enrolment in visit.enrolments]
    works.wake()
    return touched


def apply_to(
    session: Session, works: Works, visit: Appointment, change: AppointmentChange, actor: str
) -> None:
    """The change itself, within a transaction: the visit, the note about it, and her texts planned anew."""
    now, before = works.clock(), (visit.starts_at, visit.status, visit.ended_at)
    _apply(visit, change, now)
    if before != (visit.starts_at, visit.status, visit.ended_at):
        said = {"status": visit.status, "starts_at": visit.starts_at.isoformat()}
        note(session, actor, "visit changed", ("appointment", visit.id), now, **said)
    session.flush()
    replan_patient(session, works, visit.patient_id, now)


def _who_was_first(session: Session, visit: Appointment) -> str:
    """Who changed the visit since it was shown, when, and to what."""
    last = last_note(session, ("appointment", visit.id))
    by = staff_names(session).get(last.actor, last.actor) if last else "Somebody"
    zone = ZoneInfo(visit.location.timezone)
    when = f" on {say_instant(last.at, zone)}" if last else ""
    stands = f"{MARKED[VisitStatus(visit.status)]}, for {say_instant(visit.starts_at, zone)}"
    return f"{by} changed this visit already{when}: it is {stands}"


def _apply(visit: Appointment, change: AppointmentChange, now: datetime) -> None:
    if change.starts_at is not None:
        _move(visit, change.starts_at.astimezone(UTC), now)
    status = change.status or (VisitStatus.FULFILLED if change.ended_at else visit.status)
    if status not in set(VisitStatus):
        raise BadField({"status": f"cannot be {status!r}; write one of: {', '.join(VisitStatus)}"})
    visit.status = VisitStatus(status).value
    if visit.status == VisitStatus.FULFILLED:
        visit.ended_at = _real_end(visit, change.ended_at, now)
    elif change.ended_at:
        raise BadField({"ended_at": "is for a visit that was done: send it with status fulfilled"})
    else:
        visit.ended_at = None


def _move(visit: Appointment, starts_at: datetime, now: datetime) -> None:
    if why := why_not_moved(visit, starts_at, now):
        raise BadField({"starts_at": why})
    move(visit, starts_at, now)


def _real_end(visit: Appointment, ended_at: datetime | None, now: datetime) -> datetime:
    end = (ended_at or visit.ended_at or now).astimezone(UTC)
    if end > now + CLOCK_SKEW:
        raise BadField({"ended_at": "is in the future: mark the visit done once it is over"})
    if end < visit.starts_at:
        raise BadField({"ended_at": "is before the visit began: check the day, or move the visit first"})
    return end


@retried
def learn_facts(works: Works, patient_id: str, values: Mapping[str, str], actor: str) -> None:
    """Record facts about a patient and plan anew. Raises BadField naming each that is wrong."""
    now = works.clock()
    with works.database.writing() as session:
        problems: dict[str, str] = {}
        for enrolment in enrolments_of(session, patient_id):
            problems |= check_facts(works.protocol_of(enrolment.protocol_version), values)
        if problems:
            raise BadField(problems)
        patient = session.get_one(Patient, patient_id)
        if changed := set_facts(session, patient, values, actor, now):
            note(session, actor, "facts learnt", ("patient", patient_id), now, **changed)
        replan_patient(session, works, patient_id, now)
    works.wake()


@retried
def release_visit(works: Works, patient_id: str, actor: str) -> None:
    """Staff have looked: the visit is no longer on hold, and what waited is looked at again at once."""
    now = works.clock()
    with works.database.writing() as session:
        for enrolment in enrolments_of(session, patient_id):
            if enrolment.appointment.on_hold:
                enrolment.appointment.on_hold = None
                note(session, actor, "visit released", ("appointment", enrolment.appointment_id), now)
        wake_held(session, patient_id, now)
    works.wake()


def replan_all(session: Session, works: Works, patients: list[Patient], now: datetime) -> None:
    """Plan anew for these patients: their consent, or their visits, changed."""
    for patient in patients:
        replan_patient(session, works, patient.id, now)
