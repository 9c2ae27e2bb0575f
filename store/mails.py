"""Mails to staff: each a row before it is a call, and handed over at most once."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from care.delivery import Status
from store.tables import MailRow

#: How long a mail may be in hand before the process that had it counts as dead.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class NewMail:
    """One mail to one address. ``dedupe_key``: the same reason twice is the same mail."""

    dedupe_key: str
    location_id: str
    address: str
    subject: str
    body: str
    expires_at: datetime
    ticket_id: str | None = None


def add_mail(session: Session, mail: NewMail, now: datetime) -> None:
    """Put a mail down to leave at once. The same key twice is the same mail, whoever is quicker."""
    row = MailRow(
        **vars(mail),
        status=Status.PLANNED.value,
        reason="Leaves at once",
        attempts=0,
        due_at=now,
        created_at=now,
        updated_at=now,
    )
    with suppress(IntegrityError), session.begin_nested():
        session.add(row)


def has_mail(session: Session, dedupe_key: str) -> bool:
    """Whether a mail of that key was ever written."""
    return session.scalar(select(MailRow.id).where(MailRow.dedupe_key == dedupe_key)) is not None


def take_mail(session: Session, now: datetime) -> MailRow | None:
    """The next mail to hand over, marked as in hand; None when none is due. Others skip it."""
    row = session.scalar(
        select(MailRow)
        .where(MailRow.status == Status.PLANNED.value, MailRow.due_at <= now, MailRow.expires_at > now)
        .order_by(MailRow.due_at, MailRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is not None:
        row.status, row.handed_at, row.updated_at = Status.CLAIMED.value, now, now
        row.attempts += 1
    return row


def give_up(session: Session, now: datetime) -> Sequence[MailRow]:
    """Mails that came too late, and those in a dead process's hand. Returns the ones that never left."""
    session.execute(
        update(MailRow)
        .where(MailRow.status == Status.CLAIMED.value, MailRow.handed_at < now - LEASE)
        .values(status=Status.UNKNOWN.value, reason="It may have left: it is not sent again", updated_at=now)
    )
    late = session.scalars(
        select(MailRow)
        .where(MailRow.status == Status.PLANNED.value, MailRow.expires_at <= now)
        .with_for_update(skip_locked=True)
    ).all()
    for row in late:
        row.status, row.updated_at = Status.EXPIRED.value, now
    return late
