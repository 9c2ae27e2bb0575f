"""Appointments and enrolments, and the course of texts they stand for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from care.course import VisitStatus
from care.instants import Zones
from care.protocol import Protocol
from store.clinic import sending_hours
from store.tables import Appointment, Enrolment, ProtocolVersion

UPCOMING = (VisitStatus.BOOKED.value, VisitStatus.ARRIVED.value)


_CALLED = select(Appointment).where(Appointment.external_id == bindparam("external_id"))
_COURSE = select(Enrolment).where(
    Enrolment.appointment_id == bindparam("visit"), Enrolment.protocol_name == bindparam("protocol")
)
_VERSION = select(ProtocolVersion).where(
    ProtocolVersion.name == bindparam("name"), ProtocolVersion.version == bindparam("version")
)


def find_appointment(session: Session, external_id: str) -> Appointment | None:
    """The appointment with the booking system's own id."""
    return session.scalar(_CALLED, {"external_id": external_id})


def find_course(session: Session, visit_id: str, protocol: str) -> Enrolment | None:
    """A visit's enrolment on this protocol."""
    return session.scalar(_COURSE, {"visit": visit_id, "protocol": protocol})


def find_enrolment(session: Session, enrolment_id: str) -> Enrolment | None:
    """One enrolment with its appointment, patient and location."""
    return session.scalar(_enrolments().where(Enrolment.id == enrolment_id))


def enrolments_by_id(session: Session, ids: Collection[str]) -> dict[str, Enrolment]:
    """Several enrolments at once, each with its appointment, patient and location."""
    found = session.scalars(_enrolments().where(Enrolment.id.in_(ids)))
    return {enrolment.id: enrolment for enrolment in found}


def enrolments_of(session: Session, patient_id: str) -> Sequence[Enrolment]:
    """A patient's enrolments, the latest visit first."""
    return session.scalars(_of_patient(), {"patient": patient_id}).all()


@cache
def _of_patient() -> Select[Enrolment]:
    hers = _enrolments().where(Appointment.patient_id == bindparam("patient"))
    return hers.order_by(Appointment.starts_at.desc())


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


def marks_between(
    session: Session, location_ids: Collection[str], start: datetime, end: datetime
) -> list[tuple[str, str]]:
    """(id, status) of the same visits, in order: a day of many is not loaded whole to show some."""
    rows = session.execute(
        select(Appointment.id, Appointment.status)
        .where(
            Appointment.location_id.in_(location_ids),
            Appointment.starts_at >= start,
            Appointment.starts_at < end,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [(visit_id, status) for visit_id, status in rows]


def appointments_by_id(session: Session, ids: Collection[str]) -> Sequence[Appointment]:
    """These visits, in order, with their patients."""
    return session.scalars(
        select(Appointment)
        .options(joinedload(Appointment.patient), joinedload(Appointment.location))
        .where(Appointment.id.in_(ids))
        .order_by(Appointment.starts_at, Appointment.id)
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
    held = session.scalar(_VERSION, {"name": protocol.name, "version": protocol.version})
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


def protocols_stored(session: Session) -> dict[tuple[str, int], datetime]:
    """When each version of each protocol was first kept (UTC)."""
    rows = session.execute(select(ProtocolVersion.name, ProtocolVersion.version, ProtocolVersion.stored_at))
    return {(name, version): at for name, version, at in rows}


def zones_of(appointment: Appointment) -> Zones:
    """The clinic's zone and hers, which is the clinic's unless she has her own."""
    clinic = ZoneInfo(appointment.location.timezone)
    own = appointment.patient.timezone
    return Zones(clinic, ZoneInfo(own) if own else clinic, sending_hours(appointment.location))
