"""Where a course stands: its instants, what she was told, what is known; for one or for many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.course import Course, Told, VisitStatus, what_she_was_told
from care.delivery import Status
from care.protocol import NO, YES, Fact, Facts, Protocol, value_of
from store.asking import any_of
from store.outbox import LEFT, in_state
from store.people import facts_by_patient, facts_of
from store.tables import Appointment, Enrolment, OutboxText, Patient
from store.visits import UPCOMING

#: No text is of use for longer than this after its planned moment.
LONGEST_USE = timedelta(days=200)


class Standing(NamedTuple):
    """One enrolment with its visit and its patient, as plain values: hundreds are read at once."""

    enrolment_id: str
    protocol_version_id: str
    location_id: str
    booked_at: datetime
    starts_at: datetime
    moved_at: datetime | None
    ended_at: datetime | None
    status: str
    on_hold: str | None
    patient_id: str
    mobile: str
    language: str
    timezone: str | None
    paused_at: datetime | None
    paused_by: str | None
    paused_why: str | None

    def course(self, told: Mapping[str, datetime] | None = None) -> Course:
        """The instants this enrolment hangs on; what was told only matters for planning."""
        return Course(
            booked_at=self.booked_at,
            starts_at=self.starts_at,
            status=VisitStatus(self.status),
            moved_at=self.moved_at,
            ended_at=self.ended_at,
            told=told or {},
        )


_OF_VISIT, _OF_PATIENT = Standing._fields[2:9], Standing._fields[10:]


def standing_of(enrolment: Enrolment) -> Standing:
    """The same of an enrolment that is loaded, or not yet stored."""
    visit, patient = enrolment.appointment, enrolment.appointment.patient
    mine = (
        enrolment.id,
        enrolment.protocol_version_id,
        *(getattr(visit, name) for name in _OF_VISIT),
        visit.patient_id,
        *(getattr(patient, name) for name in _OF_PATIENT),
    )
    return Standing._make(mine)


_STANDINGS = (
    select(
        Enrolment.id,
        Enrolment.protocol_version_id,
        *(getattr(Appointment, name) for name in _OF_VISIT),
        Appointment.patient_id,
        *(getattr(Patient, name) for name in _OF_PATIENT),
    )
    .join(Appointment, Appointment.id == Enrolment.appointment_id)
    .join(Patient, Patient.id == Appointment.patient_id)
    .where(Enrolment.id.in_(any_of("ids")))
)


def standings(session: Session, enrolment_ids: Collection[str]) -> list[Standing]:
    """How these enrolments stand."""
    return [Standing(*row) for row in session.execute(_STANDINGS, {"ids": list(enrolment_ids)})]


def course_of(session: Session, enrolment: Enrolment, protocol: Protocol) -> Course:
    """The instants this enrolment hangs on, and what she was told so far."""
    left = texts_that_left(session, [enrolment.id])
    told = [Told(text.step, text.wording, text.anchor_at) for text in left]
    return standing_of(enrolment).course(what_she_was_told(protocol, told))


class TextThatLeft(NamedTuple):
    """One timed text that may have reached her."""

    enrolment_id: str
    step: str
    wording: str
    anchor_at: datetime


def planned_courses(session: Session, wordings: Collection[str]) -> list[str]:
    """The enrolments that have a text planned in one of these wordings."""
    waiting = select(OutboxText.enrolment_id).where(
        in_state(Status.PLANNED), OutboxText.wording.in_(wordings)
    )
    return sorted({one for one in session.scalars(waiting) if one}) if wordings else []


def kept_back_courses(
    session: Session, wordings: Collection[str], reasons: Collection[str], now: datetime
) -> list[str]:
    """Those that have one kept back for one of these reasons, still in time. A rare question: reads much."""
    kept = select(OutboxText.enrolment_id).where(
        OutboxText.status == Status.SUPPRESSED.value,
        OutboxText.planned_for > now - LONGEST_USE,
        OutboxText.expires_at > now,
        OutboxText.wording.in_(wordings),
        OutboxText.reason.in_(reasons),
    )
    return sorted({one for one in session.scalars(kept) if one}) if wordings else []


_THAT_LEFT = select(OutboxText.enrolment_id, OutboxText.step, OutboxText.wording, OutboxText.anchor_at).where(
    OutboxText.enrolment_id.in_(any_of("ids")), OutboxText.status.in_(LEFT), OutboxText.step.is_not(None)
)


def texts_that_left(session: Session, enrolment_ids: Collection[str]) -> list[TextThatLeft]:
    """Every timed text of these enrolments that may have reached anybody."""
    rows = session.execute(_THAT_LEFT, {"ids": list(enrolment_ids)})
    return [TextThatLeft(a, b, c, d) for a, b, c, d in rows if a and b and c and d]


def facts_for(session: Session, enrolment: Enrolment) -> Facts:
    """What staff and patient said about her, and what our own records tell."""
    one, said = standing_of(enrolment), facts_of(enrolment.appointment.patient)
    return {**said, **_Records(session, [one]).facts(one, said)}


def facts_for_all(session: Session, many: Collection[Standing]) -> list[Facts]:
    """The same for many, in their order, in as many questions to the database as for one."""
    said = facts_by_patient(session, {one.patient_id for one in many})
    records = _Records(session, many)
    return [{**said[one.patient_id], **records.facts(one, said[one.patient_id])} for one in many]


_VISITS = select(Appointment.patient_id, Appointment.starts_at, Appointment.status).where(
    Appointment.patient_id.in_(any_of("patients"))
)
_WELCOMES = select(OutboxText.mobile, OutboxText.enrolment_id).where(
    OutboxText.mobile.in_(any_of("mobiles")), OutboxText.wording == "welcome", OutboxText.status.in_(LEFT)
)


class _Records:
    """What our own records tell about some courses: read once, asked per course."""

    def __init__(self, session: Session, many: Iterable[Standing]) -> None:
        self._visits: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
        of = {"patients": list({one.patient_id for one in many})}
        for patient_id, starts_at, status in session.execute(_VISITS, of):
            self._visits[patient_id].append((starts_at, status))
        self._welcomed: defaultdict[str, set[str | None]] = defaultdict(set)
        to = {"mobiles": list({one.mobile for one in many})}
        for mobile, enrolment_id in session.execute(_WELCOMES, to):
            self._welcomed[mobile].add(enrolment_id)

    def facts(self, one: Standing, said: Facts) -> Facts:
        """The facts that are worked out, never entered."""
        others = self._visits[one.patient_id]
        done_before = sum(1 for at, status in others if at < one.starts_at and status == _DONE)
        told = {
            "number_welcomed": bool(self._welcomed[one.mobile] - {one.enrolment_id}),
            "returning": done_before > 0,
            "next_visit_booked": any(at > one.starts_at and status in UPCOMING for at, status in others),
        }
        planned = value_of(said, "sessions_planned")
        if planned.isdigit():
            told["sessions_left"] = done_before + bool(one.ended_at) < int(planned)
        return {name: Fact(YES if true else NO, one.booked_at) for name, true in told.items()}


_DONE = VisitStatus.FULFILLED.value
