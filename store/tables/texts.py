"""Texts, both ways: the outbox, what carriers report about it, the inbox, the conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.tables.base import Base, Id, Ref
from store.tables.people import Location, Patient


class OutboxText(Base):
    """One outgoing text: a row before it is a call.

    ``dedupe_key``: enrolment + step + anchor instant; inbox id + n for a reply; ticket
    id + n for a page. ``lane``: who goes first (see store.outbox). ``planned_for`` is
    what the plan said; ``due_at`` moves when a text is held or tried again.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "lane",
            "due_at",
            sqlite_where=text("status = 'planned'"),
            postgresql_where=text("status = 'planned'"),
        ),
        Index("ix_outbox_mobile", "mobile", "sent_at"),
        Index("ix_outbox_open", "status", "updated_at"),
        Index("ix_outbox_listed", "planned_for", "id"),
    )

    id: Mapped[Id]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    mobile: Mapped[str]
    patient_id: Mapped[Ref | None] = mapped_column(ForeignKey("patients.id"), index=True)
    enrolment_id: Mapped[Ref | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    inbox_id: Mapped[Ref | None] = mapped_column(ForeignKey("inbox.id"), index=True)
    ticket_id: Mapped[Ref | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    lane: Mapped[int]
    purpose: Mapped[str]  #: booking, care, marketing; reply; page; staff
    step: Mapped[str | None]
    anchor_at: Mapped[datetime | None]
    rung: Mapped[int] = mapped_column(default=0)
    wording: Mapped[str | None]
    wording_version: Mapped[str | None]
    language: Mapped[str]
    body: Mapped[str | None]
    planned_for: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    why: Mapped[str]  #: why she gets it
    status: Mapped[str]
    reason: Mapped[str]  #: why it stands where it stands
    attempts: Mapped[int] = mapped_column(default=0)
    handed_at: Mapped[datetime | None]  #: when it was handed to the carrier; the answer may be lost
    claimed_until: Mapped[datetime | None]
    provider_sid: Mapped[str | None] = mapped_column(index=True)
    error_code: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    patient: Mapped[Patient | None] = relationship()
    location: Mapped[Location] = relationship()


class ReceiptRow(Base):
    """What a carrier reported about a text, as it came. Append-only, also for texts we do not know."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("outbox_id", "provider_sid", "status", "error_code"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    outbox_id: Mapped[Ref]
    status: Mapped[str]
    error_code: Mapped[str] = mapped_column(default="")
    provider_sid: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class InboxText(Base):
    """One incoming text. The insert is the deduplication."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_mobile", "mobile", "received_at"),
        Index("ix_inbox_state", "state", "received_at"),
    )

    id: Mapped[Id]
    provider_sid: Mapped[str] = mapped_column(unique=True)
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    mobile: Mapped[str]
    body: Mapped[str]
    carrier_replied: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    state: Mapped[str]  #: received, answered, with_person, silent, crashed
    reading: Mapped[dict[str, Any] | None]
    handled_at: Mapped[datetime | None]

    media: Mapped[list["Media"]] = relationship(lazy="selectin")
    location: Mapped[Location] = relationship()


class Media(Base):
    """A picture or file that came with a text; fetched only by staff, never stored in a log."""

    __tablename__ = "media"

    id: Mapped[Id]
    inbox_id: Mapped[Ref] = mapped_column(ForeignKey("inbox.id"), index=True)
    url: Mapped[str]
    content_type: Mapped[str]


class Conversation(Base):
    """All texts between one mobile and one location, and which answer we are waiting for."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("location_id", "mobile"),)

    id: Mapped[Id]
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    mobile: Mapped[str]
    expecting: Mapped[str | None]
    expecting_until: Mapped[datetime | None]
    expecting_enrolment_id: Mapped[Ref | None]
    last_at: Mapped[datetime]
