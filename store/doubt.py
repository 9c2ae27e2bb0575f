"""After a copy was put back: what it has as still to do may have been done since.

Whatever fell due until now is marked as doubtful: ``unknown``, handed over at the moment it was due.
:mod:`scheduler.chasing` asks the carrier about each before anything of it is sent. How long it has been
in doubt counts from the restoring, not from a moment that may lie days back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from care.delivery import Status
from care.reading import Urgency
from store.clinic import hours_of
from store.inbox import CRASHED, RECEIVED
from store.tables import AuditEntry, InboxText, MailRow, OutboxText
from store.tickets import NewTicket, open_ticket

ASKING = "The database was put back from a copy: asking the carrier whether this text has left"
READ_IT = "The database was put back from a copy: this text may have been answered since. Read it yourself"


@dataclass(frozen=True)
class Doubt:
    """What is in doubt: ``texts`` that may have left, ``unread`` texts that may have been answered.

    ``newest``: the latest thing that the copy knows of (UTC); None for an empty one.
    """

    texts: int
    unread: int
    newest: datetime | None


def doubt_what_was_due(session: Session, now: datetime) -> Doubt:
    """Mark all that may have happened since the copy was made. Twice asks twice, and sends nothing more.

    The copy's own moment is not needed: a text that was due before it, and planned in it, left after it
    or not at all.
    """
    newest = newest_moment(session)
    return Doubt(_doubt_texts(session, now), _hand_unread(session, now), newest)


def doubted_since(row: OutboxText) -> datetime | None:
    """Since when a text is in doubt because a copy was put back; None for any other."""
    return row.claimed_until if row.status == Status.UNKNOWN.value else None


def newest_moment(session: Session) -> datetime | None:
    """The latest moment of which the records know (UTC)."""
    moments = (func.max(column) for column in (OutboxText.updated_at, InboxText.received_at, AuditEntry.at))
    return max((at for moment in moments if (at := session.scalar(select(moment)))), default=None)


def _doubt_texts(session: Session, now: datetime) -> int:
    """Whoever sent them had them in hand until now at the latest: ``claimed_until`` says so."""
    planned = OutboxText.status == Status.PLANNED.value
    in_hand = OutboxText.status.in_([Status.CLAIMED.value, Status.UNKNOWN.value])
    may_have_left = or_(and_(planned, OutboxText.planned_for <= now), in_hand)
    in_doubt = session.scalar(select(func.count()).select_from(OutboxText).where(may_have_left)) or 0
    session.execute(
        update(OutboxText)
        .where(may_have_left)
        .values(
            status=Status.UNKNOWN.value,
            reason=ASKING,
            handed_at=case((planned, OutboxText.planned_for), else_=OutboxText.handed_at),
            claimed_until=now,
            due_at=now,
            updated_at=now,
        ),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(MailRow)
        .where(MailRow.status.in_([Status.PLANNED.value, Status.CLAIMED.value]))
        .values(status=Status.UNKNOWN.value, reason="It may have left: it is not sent again", updated_at=now)
    )
    return in_doubt


def _hand_unread(session: Session, now: datetime) -> int:
    """What was unread in the copy has an answer by now, or a ticket that is lost: a person reads it."""
    unread = session.scalars(select(InboxText).where(InboxText.state == RECEIVED)).all()
    for text in unread:
        text.state, text.handled_at = CRASHED, now
        ticket = NewTicket(
            dedupe_key=f"inbox:{text.id}:unread",
            location_id=text.location_id,
            mobile=text.mobile,
            kind="unread",
            urgency=Urgency.URGENT,
            reason=READ_IT,
            due_at=hours_of(text.location).due(now, timedelta(0)),
            inbox_id=text.id,
        )
        open_ticket(session, ticket, now)
    return len(unread)
