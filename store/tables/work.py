"""Work and memory: tickets for people, every wording ever sent, who did what."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.tables.base import Base, Id, Ref
from store.tables.people import Patient

#: What a person still has to do: a handful of all that was ever done.
UNRESOLVED = "status IN ('open', 'taken')"


class Ticket(Base):
    """Something a person must do, with an owner, a due time, an escalation."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_open", "status", "due_at"),
        Index("ix_tickets_mobile", "mobile"),
        Index("ix_tickets_listed", "created_at", "id"),
        Index(
            "ix_tickets_unresolved",
            *("location_id", "urgency", "due_at"),
            sqlite_where=sql(UNRESOLVED),
            postgresql_where=sql(UNRESOLVED),
        ),
        Index("ix_tickets_resolved", "resolved_at"),
    )

    id: Mapped[Id]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    patient_id: Mapped[Ref | None] = mapped_column(ForeignKey("patients.id"), index=True)
    mobile: Mapped[str]
    inbox_id: Mapped[Ref | None] = mapped_column(ForeignKey("inbox.id"))
    enrolment_id: Mapped[Ref | None] = mapped_column(ForeignKey("enrolments.id"))
    kind: Mapped[str]
    urgency: Mapped[int]
    reason: Mapped[str]
    status: Mapped[str]  #: open, taken, resolved
    owner: Mapped[str | None]
    holds_visit: Mapped[bool] = mapped_column(default=False)
    pages: Mapped[int] = mapped_column(default=0)
    next_page_at: Mapped[datetime | None] = mapped_column(index=True)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    patient: Mapped[Patient | None] = relationship()


class MailRow(Base):
    """One mail to one address of the clinic's own people: a row before it is a call."""

    __tablename__ = "mails"
    __table_args__ = (
        Index(
            "ix_mails_due",
            "due_at",
            sqlite_where=sql("status = 'planned'"),
            postgresql_where=sql("status = 'planned'"),
        ),
        Index("ix_mails_open", "status", "handed_at"),
    )

    id: Mapped[Id]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    ticket_id: Mapped[Ref | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    status: Mapped[str]  #: planned, claimed, sent, failed, expired, unknown
    reason: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WordingVersion(Base):
    """One version of one wording in one language, so that every sent text can be traced to its words."""

    __tablename__ = "wordings"
    __table_args__ = (UniqueConstraint("name", "version", "language"),)

    id: Mapped[Id]
    name: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    stored_at: Mapped[datetime]


class AuditEntry(Base):
    """One change a person could ask about: who, when, what, to what. Append-only."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str]
    detail: Mapped[dict[str, Any]]
