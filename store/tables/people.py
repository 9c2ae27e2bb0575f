"""Places and people: locations, staff, patients, what is known of them, what they agreed to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.tables.base import Base, Id, Ref


class Location(Base):
    """A place with its own number, zone, hours and on-call phone; a copy of the clinic file."""

    __tablename__ = "locations"

    id: Mapped[str] = mapped_column(primary_key=True)  #: its short name in the clinic file
    clinic: Mapped[str]
    name: Mapped[str]
    number: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str]
    office_phone: Mapped[str]
    on_call: Mapped[list[Any]]
    on_call_email: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    office_email: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    address: Mapped[str]
    hours: Mapped[dict[str, Any]]  #: weekday -> [opens, closes]; a missing day is closed
    languages: Mapped[list[Any]]
    send_window: Mapped[list[Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  #: opens, closes; her clock
    filed: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}"
    )  #: as the clinic file has it
    changed: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}"
    )  #: on the page: value, by, at


class Staff(Base):
    """Somebody who may sign in."""

    __tablename__ = "staff"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Patient(Base):
    """A person. The mobile is not unique: families share phones."""

    __tablename__ = "patients"
    __table_args__ = (Index("ix_patients_mobile", "mobile"),)

    id: Mapped[Id]
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    external_id: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    mobile: Mapped[str]
    language: Mapped[str]
    timezone: Mapped[str | None]
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]  #: since when her timed texts wait, if they do
    paused_by: Mapped[str | None]
    paused_why: Mapped[str | None]

    facts: Mapped[list["PatientFact"]] = relationship(back_populates="patient", lazy="selectin")
    location: Mapped[Location] = relationship()


class PatientFact(Base):
    """One thing known about a patient: the value, who said so, when."""

    __tablename__ = "patient_facts"
    __table_args__ = (UniqueConstraint("patient_id", "name"),)

    id: Mapped[Id]
    patient_id: Mapped[Ref] = mapped_column(ForeignKey("patients.id"))
    name: Mapped[str]
    value: Mapped[str]
    said_by: Mapped[str]
    known_at: Mapped[datetime]

    patient: Mapped[Patient] = relationship(back_populates="facts")


class ConsentEvent(Base):
    """Consent granted or revoked, how, when, in which words. Append-only.

    Without a patient it is about the mobile itself: a STOP ends texts for all who share it.
    """

    __tablename__ = "consent_events"
    __table_args__ = (
        Index("ix_consent_events_mobile", "mobile", "at"),
        Index("ix_consent_events_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    mobile: Mapped[str]
    patient_id: Mapped[Ref | None] = mapped_column(ForeignKey("patients.id"))
    kind: Mapped[str]  #: care, marketing, or all
    granted: Mapped[bool]
    method: Mapped[str]
    words: Mapped[str]
    at: Mapped[datetime]
