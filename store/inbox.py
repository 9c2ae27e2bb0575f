"""The inbox: what arrived, kept before anything is made of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.tables import InboxText

RECEIVED, ANSWERED, WITH_PERSON, SILENT, CRASHED = "received", "answered", "with_person", "silent", "crashed"


def keep(session: Session, text: InboxText) -> bool:
    """Store an incoming text. False when the carrier had brought it before: the insert decides."""
    try:
        with session.begin_nested():
            session.add(text)
    except IntegrityError:
        return False
    return True


def take(session: Session, inbox_id: str) -> InboxText | None:
    """Lock a text that nobody has answered yet; None when somebody has, or is at it."""
    return session.scalar(
        select(InboxText)
        .where(InboxText.id == inbox_id, InboxText.state == RECEIVED)
        .with_for_update(skip_locked=True, of=InboxText)
    )


def left_over(session: Session, before: datetime, limit: int = 50) -> Sequence[str]:
    """Ids of texts stored before then that nobody answered: a process died with them in hand."""
    return session.scalars(
        select(InboxText.id)
        .where(InboxText.state == RECEIVED, InboxText.received_at < before)
        .order_by(InboxText.received_at)
        .limit(limit)
    ).all()
