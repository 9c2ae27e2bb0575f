"""Conversations as staff see them, and the words they keep ready for them."""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.tables.base import Base, Id, Ref
from store.tables.people import Location


class Standing(IntEnum):
    """Where a conversation stands in the inbox: higher is looked at first."""

    SILENT = -1  #: nobody has written yet, only the program
    RESOLVED = 0
    OPEN = 1
    WAITING = 2  #: she waits for a person
    UNREAD = 3


class Conversation(Base):
    """All texts between one mobile and one location: which answer we wait for, and what staff made of it.

    ``turns`` counts what she and our people wrote: whoever acts on it says how far she had read.
    ``standing`` follows from the other columns; store.conversations keeps it, so that the list is one index.
    Staff are user names. ``bot_off_until``: until then a person answers her, not the program.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("location_id", "mobile"),
        Index("ix_conversations_inbox", "location_id", "standing", "talked_at", "id"),
        Index(
            "ix_conversations_assigned",
            *("assigned_to", "location_id", "standing", "talked_at", "id"),
            sqlite_where=text("assigned_to IS NOT NULL"),
            postgresql_where=text("assigned_to IS NOT NULL"),
        ),
        Index(
            "ix_conversations_snoozed",
            *("location_id", "snoozed_until"),
            sqlite_where=text("snoozed_until IS NOT NULL"),
            postgresql_where=text("snoozed_until IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    mobile: Mapped[str] = mapped_column(index=True)
    expecting: Mapped[str | None]
    expecting_until: Mapped[datetime | None]
    expecting_enrolment_id: Mapped[Ref | None]
    last_at: Mapped[datetime]
    turns: Mapped[int] = mapped_column(default=0, server_default="0")
    standing: Mapped[int] = mapped_column(default=Standing.SILENT, server_default="-1")
    talked_at: Mapped[datetime | None]  #: when she, or a person of ours, last wrote
    last_came_at: Mapped[datetime | None]  #: when she last wrote
    unread_since: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]  #: since when she waits for a person's answer
    assigned_to: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    snoozed_by: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    bot_off_until: Mapped[datetime | None]
    bot_off_by: Mapped[str | None]

    location: Mapped[Location] = relationship()


class SavedReply(Base):
    """Words that staff keep ready. ``version`` counts the changes: two who edit at once are told."""

    __tablename__ = "saved_replies"
    __table_args__ = (UniqueConstraint("title", "language"),)

    id: Mapped[Id]
    title: Mapped[str]
    body: Mapped[str]
    language: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
