"""The inbox: what arrived, kept before anything is made of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.locks import one_at_a_time
from store.tables import InboxText

RECEIVED, ANSWERED, WITH_PERSON, SILENT, CRASHED = "received", "answered", "with_person", "silent", "crashed"
#: Read as one with a later text, where its answer stands.
JOINED = "joined"


def keep(session: Session, text: InboxText) -> bool:
    """Store an incoming text. False when the carrier had brought it before: the insert decides."""
    try:
        with session.begin_nested():
            session.add(text)
    except IntegrityError:
        return False
    return True


def unread(session: Session, mobile: str) -> Sequence[InboxText]:
    """All that this mobile wrote and nobody has answered, oldest first.

    They are this transaction's: whoever else answers the same mobile waits, and then finds them answered.
    """
    one_at_a_time(session, f"mobile:{mobile}")
    return session.scalars(
        select(InboxText)
        .where(InboxText.mobile == mobile, InboxText.state == RECEIVED)
        .order_by(InboxText.received_at, InboxText.id)
        .with_for_update(of=InboxText)
    ).all()


def take(session: Session, inbox_id: str) -> InboxText | None:
    """One text that nobody has answered yet; None when somebody has."""
    return session.scalar(
        select(InboxText)
        .where(InboxText.id == inbox_id, InboxText.state == RECEIVED)
        .with_for_update(of=InboxText)
    )


def heard_since(session: Session, text: InboxText, since: datetime) -> Sequence[InboxText]:
    """What was answered already of what the same mobile wrote to the same place since then."""
    return session.scalars(
        select(InboxText)
        .where(
            InboxText.mobile == text.mobile,
            InboxText.location_id == text.location_id,
            InboxText.state != RECEIVED,
            InboxText.received_at >= since,
        )
        .order_by(InboxText.received_at, InboxText.id)
    ).all()


def left_over(
    session: Session, pause: timedelta, patience: timedelta, now: datetime, limit: int = 50
) -> Sequence[str]:
    """Mobiles with unread texts that have been silent for ``pause``, or have waited for ``patience``.

    Their texts waited for more that did not come, or a process died with them in hand: all the same.
    """
    first, latest = func.min(InboxText.received_at), func.max(InboxText.received_at)
    return session.scalars(
        select(InboxText.mobile)
        .where(InboxText.state == RECEIVED)
        .group_by(InboxText.mobile)
        .having(or_(latest <= now - pause, first <= now - patience))
        .order_by(first)
        .limit(limit)
    ).all()


def next_left_over_at(session: Session, pause: timedelta, patience: timedelta) -> datetime | None:
    """When the next of them is due."""
    first, latest = func.min(InboxText.received_at), func.max(InboxText.received_at)
    spans = session.execute(
        select(first, latest).where(InboxText.state == RECEIVED).group_by(InboxText.mobile)
    )
    return min((min(one + patience, other + pause) for one, other in spans), default=None)
