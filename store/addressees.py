"""Whom a person of ours writes to: a mobile at a location, whoever is on it, and the conversation with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from store.conversations import conversation_at
from store.people import patients_on
from store.tables import Conversation, Location, Patient


@dataclass(frozen=True)
class Addressee:
    """One phone. ``patient``: whom it is about, where that is known; ``conversation``: None before a text."""

    location: Location
    mobile: str
    patients: Sequence[Patient]
    patient: Patient | None
    conversation: Conversation | None

    @property
    def language(self) -> str:
        """Hers; of a shared phone the first one's; a stranger's is the location's first."""
        about = self.patient or (self.patients[0] if self.patients else None)
        return about.language if about else str(self.location.languages[0])

    @property
    def zone(self) -> ZoneInfo:
        """The clock on her wall."""
        about = self.patient or (self.patients[0] if self.patients else None)
        return ZoneInfo((about.timezone if about else None) or self.location.timezone)

    @property
    def turns(self) -> int:
        """How far the conversation has come."""
        return self.conversation.turns if self.conversation else 0


def patient_addressed(session: Session, patient_id: str) -> Addressee | None:
    """The phone of this patient."""
    patient = session.get(Patient, patient_id)
    if patient is None:
        return None
    talk = conversation_at(session, patient.location_id, patient.mobile)
    everyone = patients_on(session, patient.mobile)
    return Addressee(patient.location, patient.mobile, everyone, patient, talk)


def conversation_addressed(session: Session, conversation_id: str) -> Addressee | None:
    """The phone of this conversation; its patient when only one has it."""
    talk = session.get(Conversation, conversation_id)
    if talk is None:
        return None
    everyone = patients_on(session, talk.mobile)
    patient = everyone[0] if len(everyone) == 1 else None
    return Addressee(talk.location, talk.mobile, everyone, patient, talk)
