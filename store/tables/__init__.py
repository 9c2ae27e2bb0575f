"""The tables, by subject: people, visits, texts, work."""

from store.tables.base import Base
from store.tables.people import ConsentEvent, Location, Patient, PatientFact, Staff
from store.tables.texts import Conversation, InboxText, Media, OutboxText, ReceiptRow
from store.tables.visits import Appointment, Enrolment, ProtocolVersion
from store.tables.work import AuditEntry, Ticket, WordingVersion

__all__ = [
    "Appointment",
    "AuditEntry",
    "Base",
    "ConsentEvent",
    "Conversation",
    "Enrolment",
    "InboxText",
    "Location",
    "Media",
    "OutboxText",
    "Patient",
    "PatientFact",
    "ProtocolVersion",
    "ReceiptRow",
    "Staff",
    "Ticket",
    "WordingVersion",
]
