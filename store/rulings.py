"""What clinicians decided about the words: read as the rulings that lie over the shipped catalog.

One decision is written at a time, in every process: whoever writes holds :data:`TURN` first.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from messages.overlay import Ruling, Verdict
from store.locks import one_at_a_time
from store.tables import Proposal, RulingRow, Staff

#: The name of the turn that every writer of rulings and proposals takes.
TURN = "wordings"
_TIMING = "protocol:"


def timing_of(protocol: str) -> str:
    """The subject of a ruling on a protocol's timing."""
    return _TIMING + protocol


def take_turn(session: Session) -> None:
    """Nobody else decides about words until this transaction ends."""
    one_at_a_time(session, TURN)


_NEWEST = select(func.max(RulingRow.id))


def revision(session: Session) -> int:
    """A number that grows with every decision; 0 before the first. Cheap: the end of an index."""
    return session.scalar(_NEWEST) or 0


def rulings(session: Session) -> list[Ruling]:
    """The last decision on each subject, in the order in which they were made."""
    last = select(func.max(RulingRow.id)).group_by(RulingRow.subject)
    rows = session.execute(
        select(RulingRow, Proposal, Staff.name)
        .outerjoin(Proposal, Proposal.id == RulingRow.proposal_id)
        .outerjoin(Staff, Staff.username == RulingRow.by)
        .where(RulingRow.id.in_(last))
        .order_by(RulingRow.id)
    )
    return [ruling_of(row, proposal, name) for row, proposal, name in rows]


def ruling_of(row: RulingRow, proposal: Proposal | None, name: str | None) -> Ruling:
    """One decision as the overlay wants to see it."""
    return Ruling(
        wording=row.subject,
        verdict=Verdict(row.verdict),
        by=name or row.by,
        on=row.at.date(),
        texts=proposal.texts if proposal else {},
        number=proposal.number if proposal else None,
        review_on=row.review_on,
        translated=proposal.translated if proposal else False,
        reason=row.reason,
    )


def rulings_on(session: Session, subject: str) -> Sequence[RulingRow]:
    """Every decision on one subject, the newest first."""
    return session.scalars(
        select(RulingRow).where(RulingRow.subject == subject).order_by(RulingRow.id.desc())
    ).all()


def last_rulings(session: Session) -> dict[str, RulingRow]:
    """The last decision on each subject."""
    last = select(func.max(RulingRow.id)).group_by(RulingRow.subject)
    return {row.subject: row for row in session.scalars(select(RulingRow).where(RulingRow.id.in_(last)))}


def not_applied(session: Session) -> Sequence[RulingRow]:
    """Decisions that the texts already planned do not know of yet, in order."""
    return session.scalars(
        select(RulingRow).where(RulingRow.applied_at.is_(None)).order_by(RulingRow.id)
    ).all()


def mark_applied(session: Session, up_to: int, now: datetime) -> None:
    """The texts already planned know of every decision up to this one."""
    for row in not_applied(session):
        if row.id <= up_to:
            row.applied_at = now
