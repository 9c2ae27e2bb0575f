"""Patients and what is known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.protocol import UNKNOWN, Fact
from store.tables import Location, Patient, PatientFact, Staff


@dataclass(frozen=True)
class PatientDetails:
    """What an enrolment says about the patient. ``mobile`` is E.164."""

    name: str
    mobile: str
    language: str
    timezone: str | None = None
    external_id: str | None = None


def find_patient(session: Session, details: PatientDetails, location_id: str) -> Patient | None:
    """The same person: by the clinic's own id, else by mobile and name at this location."""
    if details.external_id:
        found = session.scalar(select(Patient).where(Patient.external_id == details.external_id))
        if found:
            return found
    same_phone = session.scalars(
        select(Patient).where(Patient.mobile == details.mobile, Patient.location_id == location_id)
    )
    return next((p for p in same_phone if _same(p, details)), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _same(patient: Patient, details: PatientDetails) -> bool:
    """One name, and no ids of the clinic's own that tell two people apart."""
    told_apart = patient.external_id and details.external_id
    return _plain(patient.name) == _plain(details.name) and not told_apart


def upsert_patient(
    session: Session,
    details: PatientDetails,
    location_id: str,
    now: datetime,
    booked: Patient | None = None,
) -> Patient:
    """Find or add; a later booking brings the name, mobile, language and zone up to date.

    ``booked``: whose visit this is so far. The same name on another mobile is her number, corrected.
    """
    patient = find_patient(session, details, location_id)
    if patient is None and booked is not None and _same(booked, details):
        patient = booked
    if patient is None:
        patient = Patient(location_id=location_id, created_at=now, external_id=details.external_id)
        patient.facts = []
        session.add(patient)
    patient.name, patient.mobile, patient.language = details.name, details.mobile, details.language
    patient.timezone = details.timezone or patient.timezone
    patient.external_id = details.external_id or patient.external_id
    session.flush()
    return patient


def patients_on(session: Session, mobile: str) -> Sequence[Patient]:
    """Everybody who shares this phone, oldest first."""
    return session.scalars(
        select(Patient).where(Patient.mobile == mobile).order_by(Patient.created_at, Patient.id)
    ).all()


def facts_of(patient: Patient) -> dict[str, Fact]:
    """What is known; an unknown fact has no entry."""
    return {fact.name: Fact(fact.value, fact.known_at) for fact in patient.facts if fact.value != UNKNOWN}


def set_facts(
    session: Session, patient: Patient, values: Mapping[str, str], said_by: str, now: datetime
) -> dict[str, str]:
    """Record what was said. Returns what changed; saying the same again changes nothing."""
    held = {fact.name: fact for fact in patient.facts}
    changed = {}
    for name, value in values.items():
        fact = held.get(name)
        if fact is None and value != UNKNOWN:
            patient.facts.append(PatientFact(name=name, value=value, said_by=said_by, known_at=now))
            changed[name] = value
        elif fact is not None and fact.value != value:
            fact.value, fact.said_by, fact.known_at = value, said_by, now
            changed[name] = value
    session.flush()
    return changed


def location_by_number(session: Session, number: str) -> Location | None:
    """The location that owns this number of ours."""
    return session.scalar(select(Location).where(Location.number == number))


def first_location(session: Session) -> Location:
    """The location that a text belongs to when its number is none of ours: no text is turned away."""
    return session.scalars(select(Location).order_by(Location.id).limit(1)).one()


def staff_by_username(session: Session, username: str) -> Staff | None:
    """The account of that name, active or not."""
    return session.scalar(select(Staff).where(Staff.username == username.strip().lower()))
