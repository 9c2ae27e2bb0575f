"""Visits: appointments, the protocol versions patients are on, the enrolments that join the two."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.tables.base import Base, Id, Ref
from store.tables.people import Location, Patient


class Appointment(Base):
    """A booked visit. ``ended_at`` is the real end, known once staff mark it done."""

    __tablename__ = "appointments"
    __table_args__ = (Index("ix_appointments_day", "location_id", "starts_at"),)

    id: Mapped[Id]
    external_id: Mapped[str] = mapped_column(unique=True)
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    patient_id: Mapped[Ref] = mapped_column(ForeignKey("patients.id"), index=True)
    booked_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    status: Mapped[str]
    on_hold: Mapped[str | None]  #: why the visit is being reviewed, if it is
    area: Mapped[str | None]

    patient: Mapped[Patient] = relationship()
    location: Mapped[Location] = relationship()
    enrolments: Mapped[list["Enrolment"]] = relationship(back_populates="appointment")


class ProtocolVersion(Base):
    """One version of a protocol, word for word as its clinician wrote it."""

    __tablename__ = "protocol_versions"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[Id]
    name: Mapped[str]
    version: Mapped[int]
    source: Mapped[str]
    stored_at: Mapped[datetime]


class Enrolment(Base):
    """One patient's appointment on one version of a protocol."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("appointment_id", "protocol_name"),)

    id: Mapped[Id]
    appointment_id: Mapped[Ref] = mapped_column(ForeignKey("appointments.id"))
    protocol_name: Mapped[str]
    protocol_version_id: Mapped[Ref] = mapped_column(ForeignKey("protocol_versions.id"))
    created_at: Mapped[datetime]

    appointment: Mapped[Appointment] = relationship(back_populates="enrolments")
    protocol_version: Mapped[ProtocolVersion] = relationship()
