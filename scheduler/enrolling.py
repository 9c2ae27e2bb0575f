"""Enrolment: one function, whoever calls it. Calling it twice gives the same enrolment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import ConsentKind
from care.course import VisitStatus
from care.protocol import UNKNOWN, Protocol
from scheduler.booking import BadField, EnrolmentBody, PatientBody
from scheduler.planning import replan_patient
from scheduler.works import Works
from store.audit import note
from store.consent import record_consent
from store.database import retried
from store.locks import one_at_a_time
from store.people import PatientDetails, set_facts, upsert_patient
from store.tables import Appointment, ConsentEvent, Enrolment, Location, Patient, ProtocolVersion
from store.tables.base import new_id
from store.visits import find_appointment, find_course, store_protocol


@dataclass(frozen=True)
class Enrolled:
    """What became of it. ``created`` is False when the same booking was enrolled before."""

    enrolment_id: str
    created: bool


@dataclass(frozen=True)
class Entry:
    """Who enters a booking, and when (UTC). ``texts_from``: nothing for it leaves before; None: at once."""

    actor: str
    at: datetime
    texts_from: datetime | None = None


@retried
def enrol(works: Works, body: EnrolmentBody, actor: str) -> Enrolled:
    """Enrol one patient: patient, consent, visit, facts, plan and audit in one transaction.

    Raises BadField naming each field that is wrong; nothing is written then.
    """
    with works.database.writing() as session:
        enrolled = enrol_within(session, works, body, Entry(actor, works.clock()))
    works.wake()
    return enrolled


def enrol_within(session: Session, works: Works, body: EnrolmentBody, entry: Entry) -> Enrolled:
    """The same within a transaction that is the caller's. Raises BadField before anything is written."""
    now, actor = entry.at, entry.actor
    in_turn(session, body)
    known = find_appointment(session, body.appointment.external_id)
    location, protocol = _check(session, works, body, known, now)
    before = _who_and_when(known)
    patient = upsert_patient(session, _details(body), location.id, now, known.patient if known else None)
    first = patient in session.new
    visit = _visit(known, body, patient, location, entry)
    if before and before[1] != patient.mobile:
        visit.booked_at = now  # what went to the other phone never reached her: she is told anew
    enrolment, created = _enrolment(session, works, visit, protocol, now)
    _consents(session, body, patient, now, first=first)
    changed = set_facts(session, patient, body.facts, actor, now)
    for patient_id in sorted({patient.id, *before[:1]}):
        replan_patient(session, works, patient_id, now)
    if created:
        note(session, actor, "enrolled", ("enrolment", enrolment.id), now, facts=changed)
    elif before != _who_and_when(visit):
        said = {"patient": patient.id, "starts_at": visit.starts_at.isoformat()}
        note(session, actor, "booking changed", ("appointment", visit.id), now, **said)
    return Enrolled(enrolment.id, created)


def in_turn(session: Session, body: EnrolmentBody) -> None:
    """Wait for whoever enrols the same visit or the same phone; what is read from now on stays true."""
    one_at_a_time(session, f"visit:{body.appointment.external_id}", f"mobile:{body.patient.mobile}")


def _who_and_when(visit: Appointment | None) -> tuple[Any, ...]:
    """Whose visit it is, on which mobile, and when; empty for none."""
    return (visit.patient_id, visit.patient.mobile, visit.starts_at) if visit else ()


def _check(
    session: Session, works: Works, body: EnrolmentBody, visit: Appointment | None, now: datetime
) -> tuple[Location, Protocol]:
    """What only the catalog and the records can tell about the request."""
    problems: dict[str, str] = {}
    locations = {place.id: place for place in session.scalars(select(Location))}
    wanted = body.location or (next(iter(locations)) if len(locations) == 1 else "")
    location = locations.get(wanted)
    if location is None:
        problems["location"] = (
            f"is not a location of the clinic; choose one of: {', '.join(sorted(locations))}"
        )
    problems |= check_patient(body.patient, location, locations.values())
    if why := _why_not_then(visit, body.appointment.starts_at, now):
        problems["appointment.starts_at"] = why
    if body.appointment.ends_at and body.appointment.ends_at <= body.appointment.starts_at:
        problems["appointment.ends_at"] = "is not after the start"
    protocol = works.catalog.protocols.get(body.protocol)
    if protocol is None:
        known = ", ".join(sorted(works.catalog.protocols))
        problems["protocol"] = f"is not a protocol we have; choose one of: {known}"
    else:
        problems |= check_facts(protocol, body.facts)
    if problems or location is None or protocol is None:
        raise BadField(problems)
    return location, protocol


def check_patient(
    patient: PatientBody, location: Location | None, everywhere: Iterable[Location]
) -> dict[str, str]:
    """What only the records can tell is wrong about somebody's language or number; empty when nothing is."""
    problems = {}
    if location is not None and patient.language not in location.languages:
        problems["patient.language"] = f"is not spoken here; choose one of: {', '.join(location.languages)}"
    if patient.mobile in {phone for place in everywhere for phone in (place.number, place.office_phone)}:
        problems["patient.mobile"] = "is the clinic's own number: ask for hers"
    return problems


def _why_not_then(visit: Appointment | None, starts_at: datetime, now: datetime) -> str | None:
    if visit is not None:
        return why_not_moved(visit, starts_at, now)
    return "is in the past: only a visit to come can be enrolled" if starts_at <= now else None


def why_not_moved(visit: Appointment, starts_at: datetime, now: datetime) -> str | None:
    """Why this visit cannot begin then; None when it can, or does already."""
    if starts_at == visit.starts_at:
        return None
    if starts_at <= now:
        return "is in the past: a visit can only be moved to a time to come"
    if visit.status in (VisitStatus.FULFILLED, VisitStatus.NOSHOW):
        return f"cannot change: the visit is marked {visit.status}"
    return None


def move(visit: Appointment, starts_at: datetime, now: datetime) -> None:
    """The visit begins at another time: she has not confirmed that one, and its end is not known."""
    if starts_at != visit.starts_at:
        visit.starts_at, visit.moved_at, visit.confirmed_at, visit.ends_at = starts_at, now, None, None


def check_facts(protocol: Protocol, facts: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with these facts for this protocol, per field; empty when nothing is."""
    askable = {fact.name: fact for fact in protocol.facts if not fact.derived}
    problems = {}
    for name, value in facts.items():
        if name not in askable:
            problems[f"facts.{name}"] = f"is not a fact of {protocol.name}; known: {', '.join(askable)}"
        elif value not in (*askable[name].values, UNKNOWN):
            allowed = ", ".join((*askable[name].values, UNKNOWN))
            problems[f"facts.{name}"] = f"cannot be {value!r}; write one of: {allowed}"
    return problems


def _details(body: EnrolmentBody) -> PatientDetails:
    return PatientDetails(**body.patient.model_dump())


def _visit(
    known: Appointment | None, body: EnrolmentBody, patient: Patient, location: Location, entry: Entry
) -> Appointment:
    """The visit, or a new one; one that comes with another time has moved."""
    asked = body.appointment
    starts_at = asked.starts_at.astimezone(UTC)
    visit = known
    if visit is None:
        visit = Appointment(
            id=new_id(),
            external_id=asked.external_id,
            booked_at=min(entry.texts_from or entry.at, max(entry.at, starts_at)),
            starts_at=starts_at,
            status=VisitStatus.BOOKED.value,
        )
    else:
        move(visit, starts_at, entry.at)
    visit.patient, visit.location = patient, location
    visit.ends_at = asked.ends_at.astimezone(UTC) if asked.ends_at else visit.ends_at
    visit.area = asked.area or visit.area
    return visit


def _enrolment(
    session: Session, works: Works, visit: Appointment, protocol: Protocol, now: datetime
) -> tuple[Enrolment, bool]:
    known = visit in session
    if known and (held := find_course(session, visit.id, protocol.name)):
        return held, False
    version: ProtocolVersion = store_protocol(session, protocol, works.catalog.sources[protocol.name], now)
    enrolment = Enrolment(
        id=new_id(),
        appointment=visit,
        protocol_name=protocol.name,
        protocol_version=version,
        created_at=now,
    )
    session.add(enrolment)  # and with it the visit
    return enrolment, True


def _consents(session: Session, body: EnrolmentBody, patient: Patient, now: datetime, *, first: bool) -> None:
    """``first``: nothing was ever agreed with her, so there is nothing to look up."""
    asked = body.consent
    for kind, granted in ((ConsentKind.CARE, asked.care), (ConsentKind.MARKETING, asked.marketing)):
        if granted is None:
            continue
        event = ConsentEvent(
            mobile=patient.mobile,
            patient_id=patient.id,
            kind=kind.value,
            granted=granted,
            method=asked.method,
            words=asked.words,
            at=now,
        )
        if first:
            session.add(event)
        else:
            record_consent(session, event)
