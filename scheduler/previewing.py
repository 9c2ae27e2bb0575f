"""What a patient would get: the same plan, from a visit that is not booked, or not over, yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from care.consent import Consent
from care.course import VisitStatus
from care.plan import plan
from care.planned import Plan, PlannedMessage
from care.protocol import UNKNOWN, Anchor, Fact, Facts, Protocol, value_of
from messages.render import render
from scheduler.planning import why_refused
from scheduler.words import blank_values, visit_values
from scheduler.works import Works
from store.consent import consents_of
from store.courses import course_of, facts_for
from store.people import PatientDetails, find_patient
from store.tables import Appointment, Enrolment, Location, Patient, PatientFact
from store.visits import zones_of

#: How long a visit is taken to last, to show what would follow it: numbing, then treatment (S44, S45, S46).
ABOUT = timedelta(minutes=90)


@dataclass(frozen=True)
class Draft:
    """A booking as far as it is filled in. ``mobile`` is E.164 or empty."""

    location: Location
    protocol: Protocol
    starts_at: datetime
    language: str
    mobile: str = ""
    name: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    consent: Consent = field(default_factory=Consent)


@dataclass(frozen=True)
class Foreseen:
    """What she would get: before the visit, and after it if it ends about when it should.

    ``refused`` says why a text would not leave as things stand, by step.
    """

    visit: Appointment
    before: Plan
    after: Plan
    refused: Mapping[str, str]


def foresee(session: Session, works: Works, draft: Draft, now: datetime) -> Foreseen:
    """The course that this draft would become. Nothing is written."""
    visit = _unsaved_visit(session, draft, now)
    enrolment = Enrolment(appointment=visit, protocol_name=draft.protocol.name)
    facts = _with_said(facts_for(session, enrolment), draft.facts, now)
    course = course_of(session, enrolment, draft.protocol)
    ended = replace(course, ended_at=visit.starts_at + ABOUT, status=VisitStatus.FULFILLED)
    before = plan(draft.protocol, course, facts, zones_of(visit))
    after = plan(draft.protocol, ended, facts, zones_of(visit))
    told = consents_of(session, [draft.mobile]).of(draft.mobile, visit.patient_id)
    marketing = draft.consent.marketing or told.marketing  # an empty box is no answer
    consent = replace(draft.consent, marketing=marketing, opted_out=told.opted_out)
    refused = _refusals(works, (*before.messages, *after.messages), consent, draft.language)
    return Foreseen(visit, before, after, dict(refused))


def _with_said(known: Facts, said: Mapping[str, str], now: datetime) -> Facts:
    """What is known, and what is said now; saying the same again changes nothing."""
    new = {name: Fact(value, now) for name, value in said.items() if value != UNKNOWN}
    return {**known, **{name: fact for name, fact in new.items() if value_of(known, name) != fact.value}}


def _unsaved_visit(session: Session, draft: Draft, now: datetime) -> Appointment:
    details = PatientDetails(draft.name, draft.mobile, draft.language)
    known = find_patient(session, details, draft.location.id) if draft.mobile else None
    patient = Patient(name=draft.name, mobile=draft.mobile, language=draft.language, facts=[])
    if known is not None:  # as she will be: known facts, and the language chosen now
        patient.id, patient.timezone = known.id, known.timezone
        patient.facts = [PatientFact(name=f.name, value=f.value, known_at=f.known_at) for f in known.facts]
    return Appointment(
        patient=patient,
        patient_id=known.id if known else None,
        location=draft.location,
        booked_at=now,
        starts_at=draft.starts_at,
        status=VisitStatus.BOOKED.value,
    )


def _refusals(
    works: Works, messages: tuple[PlannedMessage, ...], consent: Consent, language: str
) -> Iterator[tuple[str, str]]:
    for message in messages:
        if reason := why_refused(works, consent, message, language):
            yield message.step, reason


def foresee_after(
    session: Session, works: Works, enrolment: Enrolment, now: datetime
) -> tuple[Plan, dict[str, str]]:
    """What would follow a visit still to come, if it ends about when it should.

    With it, by step: why a text may not leave as things stand.
    """
    visit = enrolment.appointment
    protocol = works.protocol_of(enrolment.protocol_version)
    end = visit.ends_at or visit.starts_at + ABOUT
    course = replace(course_of(session, enrolment, protocol), ended_at=end, status=VisitStatus.FULFILLED)
    whole = plan(protocol, course, facts_for(session, enrolment), zones_of(visit))
    follows = {step.name for step in protocol.steps if step.at.anchor is Anchor.VISIT_END}
    skipped = tuple(step for step in whole.skipped if step.step in follows)
    patient = visit.patient
    consent = consents_of(session, [patient.mobile]).of(patient.mobile, patient.id)
    refused = dict(_refusals(works, whole.messages, consent, patient.language))
    return Plan(whole.messages, skipped), refused


def words_ahead(works: Works, wording: str, language: str, visit: Appointment, at: datetime) -> str:
    """The words as they would leave at that moment; what is not known yet stands as dots.

    While the wording waits for the clinic's approval nothing may leave: then what it would say.
    """
    said = works.catalog.say(wording, language)
    texts = works.catalog.wordings[wording].texts
    template = said[1] if said else texts.get(language, texts["en"])
    return render(template, blank_values(template, visit_values(visit, language, at)))
