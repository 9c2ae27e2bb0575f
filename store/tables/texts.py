"""Texts, both ways: the outbox, what carriers report about it, the inbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.tables.base import Base, Id, Ref
from store.tables.people import Location, Patient

#: The states in which a person may have to do something; few texts are in them.
WENT_WRONG = ("failed", "undelivered", "unknown", "expired")
#: The texts that something keeps back beyond their moment.
HELD_BACK = "status = 'planned' AND due_at > planned_for"
#: The texts that have their words already.
WORDED = "wording_version IS NOT NULL"


def _index(name: str, *columns: str, where: str) -> Index:
    """An index of the few texts in some states.

    There is none of all states: it would mislead SQLite's planner, which would rather read all that was
    ever delivered than one patient's texts.
    """
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class OutboxText(Base):
    """One outgoing text: a row before it is a call.

    ``dedupe_key``: enrolment + step + anchor instant; inbox id + n for a reply; ticket
    id + n for a page. ``lane``: who goes first (see store.outbox). ``planned_for`` is
    what the plan said; ``due_at`` moves when a text is held or tried again. ``claimed_until``:
    the lease of the hand that has it, which only that hand renews. ``dropped_by``,
    ``retimed_by``, ``worded_by``: who of the staff decided so for her; no plan undoes that.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        _index("ix_outbox_due", "location_id", "lane", "due_at", "created_at", where="status = 'planned'"),
        _index("ix_outbox_held", "location_id", "planned_for", where=HELD_BACK),
        _index("ix_outbox_in_hand", "mobile", where="status = 'claimed'"),
        _index("ix_outbox_unknown", "due_at", where="status = 'unknown'"),
        _index("ix_outbox_wrong", "updated_at", where=f"status IN {WENT_WRONG}"),
        Index("ix_outbox_mobile", "mobile", "handed_at"),
        Index("ix_outbox_listed", "planned_for", "id"),
        _index("ix_outbox_said", "wording", "wording_version", "handed_at", where=WORDED),
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
    parts: Mapped[int] = mapped_column(default=0, server_default="0")  #: as billed; 0 until handed over
    handed_at: Mapped[datetime | None]  #: when it was handed to the carrier; the answer may be lost
    claimed_until: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]  #: when it was called back from the hand that has it
    provider_sid: Mapped[str | None] = mapped_column(index=True)
    error_code: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    dropped_by: Mapped[str | None]
    retimed_by: Mapped[str | None]
    worded_by: Mapped[str | None]  #: ``body`` holds her own words, and ``wording`` is empty
    changed_at: Mapped[datetime | None]  #: when one of these last did something to it

    patient: Mapped[Patient | None] = relationship()
    location: Mapped[Location] = relationship()


class SenderRow(Base):
    """One location's number as a sender: its pace, its hourly count, whether it is stopped (care.sending).

    ``stopped_by``: what the carrier said, as a receipt or as an answer, decides what starts it again.
    """

    __tablename__ = "senders"

    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"), primary_key=True)
    free_at: Mapped[datetime]
    counted_from: Mapped[datetime]
    counted: Mapped[int] = mapped_column(default=0)
    held_since: Mapped[datetime | None]
    stopped_until: Mapped[datetime | None]
    stopped_by: Mapped[str | None]
    stopped_code: Mapped[str | None]

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
        Index("ix_inbox_place", "location_id", "received_at"),
    )

    id: Mapped[Id]
    provider_sid: Mapped[str] = mapped_column(unique=True)
    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"))
    mobile: Mapped[str]
    body: Mapped[str]
    carrier_replied: Mapped[bool] = mapped_column(default=False)
    carrier_keyword: Mapped[str | None]  #: STOP, START or HELP, where the carrier's own list found it
    received_at: Mapped[datetime]
    state: Mapped[str]  #: received, answered, with_person, silent, joined, crashed
    reading: Mapped[dict[str, Any] | None]
    handled_at: Mapped[datetime | None]

    media: Mapped[list["Media"]] = relationship(lazy="selectin")
    location: Mapped[Location] = relationship()

    @property
    def whole(self) -> str:
        """What was read: her words, with those of the pieces that came before."""
        return (self.reading or {}).get("whole") or self.body


class Media(Base):
    """A picture or file that came with a text; fetched only by staff, never stored in a log."""

    __tablename__ = "media"

    id: Mapped[Id]
    inbox_id: Mapped[Ref] = mapped_column(ForeignKey("inbox.id"), index=True)
    url: Mapped[str]
    content_type: Mapped[str]
