"""Where a course stands: its instants, what she was told, what is known; for one or for many at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.course import Course, Told, VisitStatus, what_she_was_told
from care.protocol import NO, YES, Fact, Facts, Protocol, value_of
from store.outbox import LEFT
from store.people import facts_of
from store.tables import Appointment, Enrolment, OutboxText
from store.visits import UPCOMING


def course_of(session: Session, enrolment: Enrolment, protocol: Protocol) -> Course:
    """The instants this enrolment hangs on, and what she was told so far."""
    left = texts_that_left(session, [enrolment.id])
    told = [Told(text.step, text.wording, text.anchor_at) for text in left]
    return course_without_history(enrolment.appointment, what_she_was_told(protocol, told))


def course_without_history(visit: Appointment, told: dict[str, datetime] | None = None) -> Course:
    """The instants of a visit; what was told only matters for planning."""
    return Course(
        booked_at=visit.booked_at,
        starts_at=visit.starts_at,
        status=VisitStatus(visit.status),
        moved_at=visit.moved_at,
        ended_at=visit.ended_at,
        told=told or {},
    )


class TextThatLeft(NamedTuple):
    """One timed text that may have reached her."""

    enrolment_id: str
    step: str
    wording: str
    anchor_at: datetime


def texts_that_left(session: Session, enrolment_ids: Collection[str]) -> list[TextThatLeft]:
    """Every timed text of these enrolments that may have reached anybody."""
    rows = session.execute(
        select(OutboxText.enrolment_id, OutboxText.step, OutboxText.wording, OutboxText.anchor_at).where(
            OutboxText.enrolment_id.in_(enrolment_ids),
            OutboxText.status.in_(LEFT),
            OutboxText.step.is_not(None),
        )
    )
    return [TextThatLeft(a, b, c, d) for a, b, c, d in rows if a and b and c and d]


def facts_for(session: Session, enrolment: Enrolment) -> Facts:
    """What staff and patient said about her, and what our own records tell."""
    return facts_for_all(session, [enrolment])[0]


def facts_for_all(session: Session, enrolments: Sequence[Enrolment]) -> list[Facts]:
    """The same for many, in their order, in as many questions to the database as for one."""
    records = _Records(session, [enrolment.appointment for enrolment in enrolments])
    return [
        {**facts_of(enrolment.appointment.patient), **records.facts(enrolment)} for enrolment in enrolments
    ]


class _Records:
    """What our own records tell about some visits: read once, asked per enrolment."""

    def __init__(self, session: Session, visits: Sequence[Appointment]) -> None:
        self._visits: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
        patients = {visit.patient_id for visit in visits}
        columns = (Appointment.patient_id, Appointment.starts_at, Appointment.status)
        for patient_id, starts_at, status in session.execute(
            select(*columns).where(Appointment.patient_id.in_(patients))
        ):
            self._visits[patient_id].append((starts_at, status))
        self._welcomed: defaultdict[str, set[str | None]] = defaultdict(set)
        mobiles = {visit.patient.mobile for visit in visits}
        for mobile, enrolment_id in session.execute(
            select(OutboxText.mobile, OutboxText.enrolment_id).where(
                OutboxText.mobile.in_(mobiles),
                OutboxText.wording == "welcome",
                OutboxText.status.in_(LEFT),
            )
        ):
            self._welcomed[mobile].add(enrolment_id)

    def facts(self, enrolment: Enrolment) -> Facts:
        """The facts that are worked out, never entered."""
        visit = enrolment.appointment
        others = self._visits[visit.patient_id]
        done_before = sum(1 for at, status in others if at < visit.starts_at and status == _DONE)
        told = {
            "number_welcomed": bool(self._welcomed[visit.patient.mobile] - {enrolment.id}),
            "returning": done_before > 0,
            "next_visit_booked": any(at > visit.starts_at and status in UPCOMING for at, status in others),
        }
        planned = value_of(facts_of(visit.patient), "sessions_planned")
        if planned.isdigit():
            told["sessions_left"] = done_before + bool(visit.ended_at) < int(planned)
        return {name: Fact(YES if true else NO, visit.booked_at) for name, true in told.items()}


_DONE = VisitStatus.FULFILLED.value
