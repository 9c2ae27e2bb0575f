"""The tables, by subject: people, visits, texts, work, what was counted."""

from store.tables.base import Base
from store.tables.conversations import Conversation, SavedReply, Standing
from store.tables.files import ImportBatch, ImportRow
from store.tables.people import ConsentEvent, Location, Patient, PatientFact, Staff
from store.tables.tallies import TallyDay, TallyMonth, TallyRow
from store.tables.texts import InboxText, Media, OutboxText, ReceiptRow, SenderRow
from store.tables.visits import Appointment, Enrolment, ProtocolVersion
from store.tables.wordings import Proposal, RulingRow
from store.tables.work import AuditEntry, MailRow, Ticket, WordingVersion

__all__ = [
    "Appointment",
    "AuditEntry",
    "Base",
    "ConsentEvent",
    "Conversation",
    "Enrolment",
    "ImportBatch",
    "ImportRow",
    "InboxText",
    "Location",
    "MailRow",
    "Media",
    "OutboxText",
    "Patient",
    "PatientFact",
    "Proposal",
    "ProtocolVersion",
    "ReceiptRow",
    "RulingRow",
    "SavedReply",
    "SenderRow",
    "Staff",
    "Standing",
    "TallyDay",
    "TallyMonth",
    "TallyRow",
    "Ticket",
    "WordingVersion",
]
