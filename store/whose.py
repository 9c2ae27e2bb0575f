"""Whose number this is: the people who have it, their next visits, and how the last text to it went."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from care.delivery import Status
from store.people import PatientDetails, find_patient
from store.tables import Appointment, OutboxText
from store.visits import UPCOMING


def next_visits(session: Session, patient_ids: Sequence[str], now: datetime) -> dict[str, Appointment]:
    """The next visit of each of these patients who has one to come."""
    wanted = select(Appointment).where(
        Appointment.patient_id.in_(patient_ids),
        Appointment.status.in_(UPCOMING),
        Appointment.starts_at > now,
    )
    rows = session.scalars(wanted.order_by(Appointment.starts_at.desc())).all()
    return {visit.patient_id: visit for visit in rows}


def visits_like(
    session: Session, details: PatientDetails, location_id: str, start: datetime, end: datetime
) -> Sequence[Appointment]:
    """The visits to come that this person has in this span, in order; none when we do not know her."""
    known = find_patient(session, details, location_id)
    if known is None:
        return ()
    return session.scalars(
        select(Appointment)
        .options(joinedload(Appointment.patient), joinedload(Appointment.location))
        .where(
            Appointment.patient_id == known.id,
            Appointment.status.in_(UPCOMING),
            Appointment.starts_at >= start,
            Appointment.starts_at < end,
        )
        .order_by(Appointment.starts_at)
    ).all()


def last_refusal(session: Session, mobile: str) -> str | None:
    """The carrier's code, if the last text handed over for this number did not get there."""
    last = session.scalar(
        select(OutboxText)
        .where(OutboxText.mobile == mobile, OutboxText.handed_at.is_not(None))
        .order_by(OutboxText.handed_at.desc())
        .limit(1)
    )
    went_wrong = last is not None and last.status in (Status.FAILED.value, Status.UNDELIVERED.value)
    return last.error_code if last is not None and went_wrong else None
