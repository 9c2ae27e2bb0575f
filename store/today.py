"""What the desk looks at: the texts of the day, and those that went wrong."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from care.delivery import Status
from store.outbox import Lane
from store.tables import InboxText, Location, OutboxText

_WRONG = (
    Status.FAILED.value,
    Status.UNDELIVERED.value,
    Status.UNKNOWN.value,
    Status.EXPIRED.value,
)
#: A text that is still planned this long after its moment is being kept back by something.
LATE = timedelta(minutes=2)


def locations(session: Session) -> Sequence[Location]:
    """The clinic's places, by name."""
    return session.scalars(select(Location).order_by(Location.name, Location.id)).all()


def texts_in_trouble(
    session: Session, location_ids: Collection[str], since: datetime, now: datetime, limit: int = 50
) -> Sequence[OutboxText]:
    """Failed, undelivered, unknown, expired since then, and those held back now; the latest first."""
    went_wrong = and_(OutboxText.status.in_(_WRONG), OutboxText.updated_at >= since)
    held = and_(
        OutboxText.status == Status.PLANNED.value,
        OutboxText.planned_for < now - LATE,
    )
    wanted = _of(location_ids).where(or_(went_wrong, held), OutboxText.lane != Lane.PAGE)
    return session.scalars(wanted.order_by(OutboxText.updated_at.desc()).limit(limit)).all()


def texts_to_come(
    session: Session, location_ids: Collection[str], start: datetime, end: datetime, limit: int = 500
) -> Sequence[OutboxText]:
    """Planned texts that fall due in this span, in order."""
    wanted = _of(location_ids).where(
        OutboxText.status == Status.PLANNED.value,
        OutboxText.lane == Lane.TIMED,
        OutboxText.due_at >= start,
        OutboxText.due_at < end,
    )
    return session.scalars(wanted.order_by(OutboxText.due_at, OutboxText.id).limit(limit)).all()


def _of(location_ids: Collection[str]) -> Select[OutboxText]:
    return (
        select(OutboxText)
        .options(joinedload(OutboxText.patient), joinedload(OutboxText.location))
        .where(OutboxText.location_id.in_(location_ids))
    )


def recent_inbox(session: Session, location_ids: Collection[str], limit: int = 100) -> Sequence[InboxText]:
    """What patients wrote, the latest first."""
    return session.scalars(
        select(InboxText)
        .where(InboxText.location_id.in_(location_ids))
        .order_by(InboxText.received_at.desc(), InboxText.id)
        .limit(limit)
    ).all()
