"""The clinic's own words: each version that somebody wrote, and what clinicians decided. No patient data."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base, Id, Ref


class Proposal(Base):
    """One version of a wording, in all its languages, as somebody wrote it. Its words never change."""

    __tablename__ = "wording_proposals"
    __table_args__ = (UniqueConstraint("wording", "number"),)

    id: Mapped[Id]
    wording: Mapped[str]
    number: Mapped[int]  #: counted for each wording: what people call it
    version: Mapped[str]  #: the short hash of its words: what a sent text records
    texts: Mapped[dict[str, Any]]
    note: Mapped[str]  #: why it was written
    translated: Mapped[bool]  #: a medical translator has read the translations
    status: Mapped[str]  #: waiting, approved, rejected, replaced
    written_by: Mapped[str]  #: user name; empty: the words are as shipped
    written_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")  #: why it was rejected


class RulingRow(Base):
    """One decision of a clinician about a wording, or about a protocol's timing. Append-only.

    The last one on a subject counts. The highest id is the revision of all that is said: rows are
    written one at a time (store.rulings), so that a higher id is never seen before a lower one.
    """

    __tablename__ = "wording_rulings"
    __table_args__ = (Index("ix_wording_rulings_subject", "subject", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    subject: Mapped[str]  #: a wording's id, or ``protocol:`` and its name
    verdict: Mapped[str]  #: approved, withdrawn, reviewed
    proposal_id: Mapped[Ref | None] = mapped_column(ForeignKey("wording_proposals.id"))
    shipped_version: Mapped[str]  #: the words as shipped when this was decided
    by: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    review_on: Mapped[date | None]
    applied_at: Mapped[datetime | None]  #: when the texts already planned were brought into line
