"""The clinic's own versions of a wording: waiting, approved, rejected, or replaced by a newer one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from messages.wording import version_of
from store.tables import Proposal

WAITING, APPROVED, REJECTED, REPLACED = "waiting", "approved", "rejected", "replaced"


@dataclass(frozen=True)
class NewProposal:
    """A version to be. ``written_by``: user name; empty when the words are as shipped."""

    wording: str
    texts: Mapping[str, str]
    written_by: str
    note: str = ""
    translated: bool = False


def last_number(session: Session, wording: str) -> int:
    """The number of the newest version of this wording; 0 when the clinic has written none."""
    return session.scalar(select(func.max(Proposal.number)).where(Proposal.wording == wording)) or 0


def add_proposal(session: Session, new: NewProposal, status: str, now: datetime) -> Proposal:
    """Write a version down, with the next number. Take the turn first (store.rulings)."""
    row = Proposal(
        wording=new.wording,
        number=last_number(session, new.wording) + 1,
        version=version_of(new.texts),
        texts=dict(new.texts),
        note=new.note,
        translated=new.translated,
        status=status,
        written_by=new.written_by,
        written_at=now,
        reason="",
    )
    session.add(row)
    session.flush()
    return row


def proposals_of(session: Session, wording: str) -> Sequence[Proposal]:
    """Every version of this wording that the clinic has, the newest first."""
    return session.scalars(
        select(Proposal).where(Proposal.wording == wording).order_by(Proposal.number.desc())
    ).all()


def waiting(session: Session) -> Sequence[Proposal]:
    """All versions that wait for a clinician, the longest waiting first."""
    return session.scalars(
        select(Proposal).where(Proposal.status == WAITING).order_by(Proposal.written_at)
    ).all()


def proposal_by_id(session: Session, proposal_id: str) -> Proposal | None:
    """One version."""
    return session.get(Proposal, proposal_id)


def replace_waiting(session: Session, wording: str, by: str, now: datetime) -> None:
    """A newer version takes the place of one that still waits."""
    for row in session.scalars(
        select(Proposal).where(Proposal.wording == wording, Proposal.status == WAITING)
    ):
        row.status, row.decided_by, row.decided_at = REPLACED, by, now
