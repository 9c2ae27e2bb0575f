"""From what we know to what is planned: the one ``replan`` behind every change to a course."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from care.consent import Consent, Refused, may_send
from care.course import WHY_OFF, VisitStatus
from care.delivery import Status
from care.plan import plan
from care.planned import CallNeeded, Plan, PlannedMessage
from care.reading import Urgency
from care.reconcile import reconcile
from scheduler.paging import raise_ticket
from scheduler.works import Works
from store.clinic import hours_of
from store.consent import consents_of
from store.courses import course_of, facts_for
from store.outbox import any_texts_of, apply_changes, known, recall, texts_of
from store.tables import Appointment, Enrolment, OutboxText
from store.tickets import NewTicket, close_calls
from store.visits import enrolments_of, zones_of

#: What staff read on a text that is ready but not signed.
NOT_APPROVED = "Off: waiting for the clinic's approval of these words"
#: And on one whose words the clinic took back.
WITHDRAWN = "Off: the clinic switched these words off"
WORDS_OFF = (NOT_APPROVED, WITHDRAWN)
#: States in which a text has not left, and may yet.
_NOT_LEFT = {Status.PLANNED, Status.SUPPRESSED, Status.CANCELLED}
#: Office time within which a routine call is made.
CALL_WITHIN = timedelta(hours=2)


def plan_of(session: Session, works: Works, enrolment: Enrolment, now: datetime) -> Plan:
    """What this patient should get, as of now, whatever we already hold."""
    protocol = works.protocol_of(enrolment.protocol_version)
    course = course_of(session, enrolment, protocol)
    facts = facts_for(session, enrolment)
    return plan(protocol, course, facts, zones_of(enrolment.appointment))


def replan(session: Session, works: Works, enrolment: Enrolment, now: datetime) -> None:
    """Bring the outbox and the tickets into line with what she should get. Twice changes nothing more."""
    session.flush()
    works.renew(session)
    held = any_texts_of(session, enrolment.id)
    if held:
        recall(session, OutboxText.enrolment_id == enrolment.id, now)
    wanted = plan_of(session, works, enrolment, now)
    texts = texts_of(session, enrolment.id) if held else ()
    _redirect(texts, enrolment.appointment)
    patient = enrolment.appointment.patient
    consent = consents_of(session, [patient.mobile]).of(patient.mobile, patient.id)

    own_words = {(text.step, text.anchor_at) for text in texts if text.worded_by}

    def refusal_of(message: PlannedMessage) -> str | None:
        if (message.step, message.anchor_at) in own_words:  # they need her consent, and nobody's signature
            return why_not_allowed(consent, message)
        return why_refused(works, consent, message, patient.language)

    changes = reconcile(known(texts), wanted.messages, refusal_of, _why_dropped(enrolment), now)
    apply_changes(session, enrolment, changes, now)
    session.flush()
    _call(session, works, enrolment, wanted.calls, now)


def replan_patient(session: Session, works: Works, patient_id: str, now: datetime) -> None:
    """All her courses: one visit's change is a fact of the others (a next visit is booked, or no more)."""
    session.flush()
    for enrolment in enrolments_of(session, patient_id):
        replan(session, works, enrolment, now)


def _redirect(texts: Iterable[OutboxText], visit: Appointment) -> None:
    """What has not left goes to whoever comes, on the phone she has now, in her language."""
    patient = visit.patient
    for text in texts:
        if text.status in _NOT_LEFT and text.mobile != patient.mobile:
            text.mobile, text.patient_id = patient.mobile, patient.id
        if text.status in _NOT_LEFT and text.worded_by is None:
            text.language = patient.language


def why_not_allowed(consent: Consent, message: PlannedMessage) -> str | None:
    """Why she may not be sent a planned text as things stand."""
    allowed = may_send(consent, message.purpose)
    return allowed.reason if isinstance(allowed, Refused) else None


def why_refused(works: Works, consent: Consent, message: PlannedMessage, language: str) -> str | None:
    """Why a planned text may not leave as things stand: her consent, or the clinic's missing signature."""
    if refusal := why_not_allowed(consent, message):
        return refusal
    return None if works.catalog.say(message.wording, language) else why_off(works, message.wording)


def why_off(works: Works, wording: str) -> str:
    """Why these words may not leave: nobody has approved them, or the clinic switched them off."""
    return WITHDRAWN if works.catalog.wordings[wording].withdrawn else NOT_APPROVED


def _why_dropped(enrolment: Enrolment) -> str:
    visit = enrolment.appointment
    if visit.status in WHY_OFF:
        return WHY_OFF[VisitStatus(visit.status)]
    if visit.ended_at:
        return "The visit is done"
    return "The visit was moved" if visit.moved_at else "No longer part of her plan"


def _call(
    session: Session, works: Works, enrolment: Enrolment, calls: tuple[CallNeeded, ...], now: datetime
) -> None:
    """Tickets for the calls a person must make; those no longer needed are closed."""
    keys = {call_key(enrolment, call.name, call.step): call for call in calls}
    close_calls(session, enrolment.id, set(keys), now)
    for call in keys.values():
        ask_for_call(session, works, enrolment, call, now)


def call_key(enrolment: Enrolment, name: str, step: str | None) -> str:
    """What makes a call the same call: whose, which, instead of which text, for which visit."""
    return f"call:{enrolment.id}:{name}:{step or ''}:{enrolment.appointment.starts_at:%Y%m%dT%H%MZ}"


def ask_for_call(
    session: Session, works: Works, enrolment: Enrolment, call: CallNeeded, now: datetime
) -> None:
    """A ticket for one phone call, due within office time and before the visit begins."""
    visit = enrolment.appointment
    due = hours_of(visit.location).due(now, timedelta(0) if call.urgent else CALL_WITHIN)
    if now < visit.starts_at:
        due = min(due, max(now, visit.starts_at - timedelta(hours=1)))
    new = NewTicket(
        dedupe_key=call_key(enrolment, call.name, call.step),
        location_id=visit.location_id,
        mobile=visit.patient.mobile,
        kind=f"call:{call.name}",
        urgency=Urgency.URGENT if call.urgent else Urgency.ROUTINE,
        reason=call.reason,
        due_at=due,
        patient_id=visit.patient_id,
        enrolment_id=enrolment.id,
        holds_visit=call.holds_visit,
    )
    if raise_ticket(session, works, new, visit.location, now) and call.holds_visit:
        visit.on_hold = call.reason
