"""Who wrote this text, as far as the phone tells, and whose course it is most likely about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.conversation import Situation
from care.course import VisitStatus
from care.instants import local_day
from care.isotretinoin import ROWS as ISOTRETINOIN
from care.reading import Phase, Reading
from messages.catalog import Catalog
from messages.last_dose import last_dose
from scheduler.works import Works
from store.clinic import hours_of
from store.consent import consents_of
from store.conversations import conversation_with, expected
from store.people import patients_on
from store.standing import taken_over
from store.tables import Conversation, Enrolment, InboxText, Location, Patient
from store.visits import enrolments_of

#: A visit done longer ago than this no longer colours what she writes.
AFTERCARE = timedelta(days=60)
_TO_COME = (VisitStatus.BOOKED.value, VisitStatus.ARRIVED.value)


@dataclass(frozen=True)
class Writer:
    """Everybody on the phone, and the one enrolment the text is most likely about.

    ``sure`` is False when two patients' courses could be meant: nothing is then done to either.
    """

    location: Location
    conversation: Conversation
    patients: Sequence[Patient]
    enrolment: Enrolment | None
    sure: bool
    opted_out: bool
    expecting: str | None
    now: datetime
    taken_over: bool = False

    @property
    def patient(self) -> Patient | None:
        """The patient, when the phone leaves no doubt."""
        if self.enrolment is not None and self.sure:
            return self.enrolment.appointment.patient
        return self.patients[0] if len(self.patients) == 1 else None

    @property
    def language(self) -> str:
        """The language of the phone's patients; the location's first one for a stranger."""
        about = self.patient or (self.patients[0] if self.patients else None)
        return about.language if about else str(self.location.languages[0])

    @property
    def phase(self) -> Phase:
        """Before or after her visit; unknown without one."""
        if self.enrolment is None:
            return Phase.UNKNOWN
        return Phase.AFTER if self.enrolment.appointment.ended_at else Phase.BEFORE

    @property
    def days(self) -> int | None:
        """Calendar days since the visit ended, or until it begins."""
        if self.enrolment is None:
            return None
        visit = self.enrolment.appointment
        zone = ZoneInfo(self.location.timezone)
        moment = visit.ended_at or visit.starts_at
        return abs((local_day(moment, zone) - local_day(self.now, zone)).days)

    @property
    def visit_day(self) -> date | None:
        """The day of the visit to come, by the clinic's calendar."""
        if self.phase is not Phase.BEFORE or self.enrolment is None:
            return None
        return local_day(self.enrolment.appointment.starts_at, ZoneInfo(self.location.timezone))

    @property
    def hours_to_visit(self) -> float | None:
        """Hours until the visit begins, when one is to come."""
        if self.phase is not Phase.BEFORE or self.enrolment is None:
            return None
        return (self.enrolment.appointment.starts_at - self.now) / timedelta(hours=1)


def who_wrote(session: Session, text: InboxText, now: datetime) -> Writer:
    """Look up the phone, its conversation, and the course the text is most likely about."""
    location = text.location
    conversation = conversation_with(session, location.id, text.mobile, now)
    patients = patients_on(session, text.mobile)
    courses = [
        enrolment
        for patient in patients
        for enrolment in enrolments_of(session, patient.id)
        if _alive(enrolment, now)
    ]
    asked = conversation.expecting_enrolment_id if expected(conversation, now) else None
    nearest = min(courses, key=lambda enrolment: _distance(enrolment, now), default=None)
    about = next((enrolment for enrolment in courses if enrolment.id == asked), nearest)
    whose = {enrolment.appointment.patient_id for enrolment in courses}
    consent = consents_of(session, [text.mobile]).of(text.mobile, None)
    return Writer(
        location=location,
        conversation=conversation,
        patients=patients,
        enrolment=about,
        sure=len(whose) <= 1 or (asked is not None and about is not None and about.id == asked),
        opted_out=consent.opted_out is not None,
        expecting=expected(conversation, now),
        now=now,
        taken_over=taken_over(conversation, now),
    )


def _alive(enrolment: Enrolment, now: datetime) -> bool:
    visit = enrolment.appointment
    if visit.ended_at is not None:
        return now - visit.ended_at < AFTERCARE
    return visit.status in _TO_COME


def _distance(enrolment: Enrolment, now: datetime) -> timedelta:
    visit = enrolment.appointment
    return abs((visit.ended_at or visit.starts_at) - now)


def situation_of(works: Works, writer: Writer, texts: Sequence[InboxText], reading: Reading) -> Situation:
    """What deciding needs to know about who wrote and when. ``texts``: read as one, the last one last."""
    today = local_day(writer.now, ZoneInfo(writer.location.timezone))
    tells_when = any(flag.row in ISOTRETINOIN for flag in reading.flags)
    return Situation(
        phase=writer.phase,
        days=writer.days,
        hours_to_visit=writer.hours_to_visit,
        expecting=writer.expecting,
        known=bool(writer.patients),
        patients=1 if writer.sure else len(writer.patients),
        opted_out=writer.opted_out,
        office_open=hours_of(writer.location).is_open(writer.now),
        carrier_replied=texts[-1].carrier_replied or (works.carrier_answers and reading.is_carriers_keyword),
        topic_answers=approved_topics(works.catalog, writer.phase, reading.language),
        language=reading.language,
        photos=sum(len(text.media) for text in texts),
        visit_day=writer.visit_day,
        last_dose=last_dose(reading.text, today) if tells_when else None,
        taken_over=writer.taken_over,
    )


def approved_topics(catalog: Catalog, phase: Phase, language: str) -> frozenset[str]:
    """The topics with an approved answer in this language and phase."""
    answers = ((name, topic.answer_for(phase)) for name, topic in catalog.answers.items())
    return frozenset(
        name
        for name, answer in answers
        if answer and (said := catalog.say(answer, language)) and said[0].id == answer
    )
