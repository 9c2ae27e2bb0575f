"""Who she is, put right: her name, her number, her language, her zone. Her planned texts follow.

A number that is corrected begins anew, as it does when a booking corrects it: what went to the other phone
never reached her, and what she agreed to was said of a number, so it is asked again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from care.consent import ConsentKind
from scheduler.booking import BadField, PatientBody
from scheduler.enrolling import check_patient
from scheduler.planning import replan_patient
from scheduler.works import Works
from store.audit import note
from store.consent import record_consent
from store.database import retried
from store.locks import one_at_a_time
from store.people import patient_locked, patients_on
from store.tables import ConsentEvent, Patient
from store.today import locations
from store.visits import UPCOMING, enrolments_of

_FIELDS = ("name", "mobile", "language", "timezone")


@dataclass(frozen=True)
class Agreed:
    """How she agreed to texts at the corrected number, and in which words."""

    method: str
    words: str


@retried
def correct(works: Works, patient_id: str, body: PatientBody, agreed: Agreed | None, actor: str) -> list[str]:
    """Put her details right; the names of those that changed. Raises BadField: nothing is written then."""
    now = works.clock()
    with works.database.writing() as session:
        one_at_a_time(session, f"mobile:{body.mobile}")
        patient = patient_locked(session, patient_id)
        _check(session, patient, body)
        changed = [name for name in _FIELDS if getattr(patient, name) != getattr(body, name)]
        for name in changed:
            setattr(patient, name, getattr(body, name))
        if "mobile" in changed:
            _begin_anew(session, patient, agreed, now)
        if changed:
            note(session, actor, "patient corrected", ("patient", patient_id), now, fields=changed)
        replan_patient(session, works, patient_id, now)
    works.wake()
    return changed


def _check(session: Session, patient: Patient, body: PatientBody) -> None:
    problems = check_patient(body, patient.location, locations(session))
    same = " ".join(body.name.casefold().split())
    for other in patients_on(session, body.mobile):
        if other.id != patient.id and " ".join(other.name.casefold().split()) == same:
            problems["patient.mobile"] = "is that of another patient of this name: they may be one person"
    if problems:
        raise BadField(problems)


def _begin_anew(session: Session, patient: Patient, agreed: Agreed | None, now: datetime) -> None:
    """Visits to come are told from the beginning; what she agreed to for this number is written down."""
    for enrolment in enrolments_of(session, patient.id):
        if enrolment.appointment.status in UPCOMING:
            enrolment.appointment.booked_at = now
    if agreed is not None:
        event = ConsentEvent(
            mobile=patient.mobile,
            patient_id=patient.id,
            kind=ConsentKind.CARE.value,
            granted=True,
            method=agreed.method,
            words=agreed.words,
            at=now,
        )
        record_consent(session, event)
