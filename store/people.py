"""Patients and what is known of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from care.protocol import UNKNOWN, Fact
from store.asking import any_of
from store.tables import Location, Patient, PatientFact, Staff
from store.tables.base import new_id


@dataclass(frozen=True)
class PatientDetails:
    """What an enrolment says about the patient. ``mobile`` is E.164."""

    name: str
    mobile: str
    language: str
    timezone: str | None = None
    external_id: str | None = None


_ON_PHONE = select(Patient).where(
    Patient.mobile == bindparam("mobile"), Patient.location_id == bindparam("here")
)


def find_patient(session: Session, details: PatientDetails, location_id: str) -> Patient | None:
    """The same person: by the clinic's own id, else by mobile and name at this location."""
    if details.external_id:
        found = session.scalar(select(Patient).where(Patient.external_id == details.external_id))
        if found:
            return found
    same_phone = session.scalars(_ON_PHONE, {"mobile": details.mobile, "here": location_id})
    return next((p for p in same_phone if _same(p, details)), None)


def plain_name(name: str) -> str:
    """A name as it is compared: without capitals, one space between its words."""
    return " ".join(name.casefold().split())


def _same(patient: Patient, details: PatientDetails) -> bool:
    """One name, and no ids of the clinic's own that tell two people apart."""
    told_apart = patient.external_id and details.external_id
    return plain_name(patient.name) == plain_name(details.name) and not told_apart


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
        patient = Patient(id=new_id(), location_id=location_id, created_at=now)
        patient.facts = []
        session.add(patient)
    patient.name, patient.mobile, patient.language = details.name, details.mobile, details.language
    patient.timezone = details.timezone or patient.timezone
    patient.external_id = details.external_id or patient.external_id
    return patient


def patient_locked(session: Session, patient_id: str) -> Patient:
    """A patient whom nobody else changes until this transaction ends."""
    return session.get_one(Patient, patient_id, with_for_update={"of": Patient})


def patients_on(session: Session, mobile: str) -> Sequence[Patient]:
    """Everybody who shares this phone, oldest first."""
    return session.scalars(
        select(Patient).where(Patient.mobile == mobile).order_by(Patient.created_at, Patient.id)
    ).all()


def facts_of(patient: Patient) -> dict[str, Fact]:
    """What is known; an unknown fact has no entry."""
    return {fact.name: Fact(fact.value, fact.known_at) for fact in patient.facts if fact.value != UNKNOWN}


_KNOWN = select(PatientFact.patient_id, PatientFact.name, PatientFact.value, PatientFact.known_at).where(
    PatientFact.patient_id.in_(any_of("patients")), PatientFact.value != UNKNOWN
)


def facts_by_patient(session: Session, patient_ids: Collection[str]) -> defaultdict[str, dict[str, Fact]]:
    """The same for many patients; one of whom nothing is known has no facts."""
    known: defaultdict[str, dict[str, Fact]] = defaultdict(dict)
    for patient_id, name, value, known_at in session.execute(_KNOWN, {"patients": list(patient_ids)}):
        known[patient_id][name] = Fact(value, known_at)
    return known


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
