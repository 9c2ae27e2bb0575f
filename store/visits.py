"""Appointments and enrolments, and the course of texts they stand for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from care.course import VisitStatus
from care.instants import Zones
from care.protocol import Protocol
from store.tables import Appointment, Enrolment, ProtocolVersion

UPCOMING = (VisitStatus.BOOKED.value, VisitStatus.ARRIVED.value)


def find_appointment(session: Session, external_id: str) -> Appointment | None:
    """The appointment with the booking system's own id."""
    return session.scalar(select(Appointment).where(Appointment.external_id == external_id))


def find_enrolment(session: Session, enrolment_id: str) -> Enrolment | None:
    """One enrolment with its appointment, patient and location."""
    return session.scalar(_enrolments().where(Enrolment.id == enrolment_id))


def enrolments_by_id(session: Session, ids: Collection[str]) -> dict[str, Enrolment]:
    """Several enrolments at once, each with its appointment, patient and location."""
    found = session.scalars(_enrolments().where(Enrolment.id.in_(ids)))
    return {enrolment.id: enrolment for enrolment in found}


def enrolments_of(session: Session, patient_id: str) -> Sequence[Enrolment]:
    """A patient's enrolments, the latest visit first."""
    of_patient = _enrolments().where(Appointment.patient_id == patient_id)
    return session.scalars(of_patient.order_by(Appointment.starts_at.desc())).all()


def _enrolments() -> Select[Enrolment]:
    appointment = joinedload(Enrolment.appointment)
    return (
        select(Enrolment)
        .join(Enrolment.appointment)
        .options(
            appointment.joinedload(Appointment.patient),
            appointment.joinedload(Appointment.location),
            joinedload(Enrolment.protocol_version),
        )
    )


def appointments_between(
    session: Session, location_ids: Collection[str], start: datetime, end: datetime
) -> Sequence[Appointment]:
    """Visits that start in this span, in order, with their patients."""
    return session.scalars(
        select(Appointment)
        .options(joinedload(Appointment.patient), joinedload(Appointment.location))
        .where(
            Appointment.location_id.in_(location_ids),
            Appointment.starts_at >= start,
            Appointment.starts_at < end,
        )
        .order_by(Appointment.starts_at)
    ).all()


def without_outcome(session: Session, start: datetime, end: datetime) -> Sequence[Appointment]:
    """Visits that began in this span and that nobody has marked since."""
    return session.scalars(
        select(Appointment)
        .options(joinedload(Appointment.patient), joinedload(Appointment.location))
        .where(Appointment.status.in_(UPCOMING), Appointment.starts_at >= start, Appointment.starts_at < end)
    ).all()


def store_protocol(session: Session, protocol: Protocol, source: str, now: datetime) -> ProtocolVersion:
    """Keep this version word for word. Raises ValueError when the same version once read differently."""
    held = session.scalar(
        select(ProtocolVersion).where(
            ProtocolVersion.name == protocol.name, ProtocolVersion.version == protocol.version
        )
    )
    if held is None:
        held = ProtocolVersion(name=protocol.name, version=protocol.version, source=source, stored_at=now)
        session.add(held)
        session.flush()
    elif held.source != source:
        raise ValueError(
            f"protocol {protocol.name}: version {protocol.version} is already in use and reads differently; "
            f"raise `version:` to {protocol.version + 1} in its protocol.yaml"
        )
    return held


def zones_of(appointment: Appointment) -> Zones:
    """The clinic's zone and hers, which is the clinic's unless she has her own."""
    clinic = ZoneInfo(appointment.location.timezone)
    own = appointment.patient.timezone
    return Zones(clinic=clinic, patient=ZoneInfo(own) if own else clinic)
