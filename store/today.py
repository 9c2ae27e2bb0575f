"""What the desk looks at: the texts of the day, and those that went wrong."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from care.delivery import Status
from store.outbox import Lane, in_state
from store.tables import InboxText, Location, OutboxText
from store.tables.texts import WENT_WRONG

#: A text that is still planned this long after its moment is being kept back by something.
LATE = timedelta(minutes=2)


def locations(session: Session) -> Sequence[Location]:
    """The clinic's places, by name."""
    return session.scalars(select(Location).order_by(Location.name, Location.id)).all()


def texts_in_trouble(
    session: Session, location_ids: Collection[str], since: datetime, now: datetime, limit: int = 50
) -> Sequence[OutboxText]:
    """Failed, undelivered, unknown, expired since then, and those held back now; the latest first."""
    late = and_(in_state(Status.PLANNED), OutboxText.planned_for < now - LATE)
    kinds = (  # each finds its few rows by an index of its own: together they would read all that is planned
        and_(in_state(*WENT_WRONG), OutboxText.updated_at >= since),
        and_(late, OutboxText.due_at > OutboxText.planned_for),
        and_(late, OutboxText.due_at < now - LATE, OutboxText.lane.in_(list(Lane))),
    )
    found: dict[str, OutboxText] = {}
    for kind in kinds:
        wanted = _of(location_ids).where(kind, OutboxText.purpose != "page")
        latest = wanted.order_by(OutboxText.updated_at.desc()).limit(limit)
        found.update({text.id: text for text in session.scalars(latest)})
    return sorted(found.values(), key=lambda text: text.updated_at, reverse=True)[:limit]


def texts_to_come(
    session: Session, location_ids: Collection[str], start: datetime, end: datetime, limit: int = 500
) -> Sequence[OutboxText]:
    """Planned texts that fall due in this span, in order."""
    wanted = _of(location_ids).where(*_to_come(location_ids, start, end))
    return session.scalars(wanted.order_by(OutboxText.due_at, OutboxText.id).limit(limit)).all()


def how_many_to_come(session: Session, location_ids: Collection[str], start: datetime, end: datetime) -> int:
    """How many they are, all of them."""
    return session.scalar(select(func.count()).where(*_to_come(location_ids, start, end))) or 0


def _to_come(location_ids: Collection[str], start: datetime, end: datetime) -> list[ColumnElement[bool]]:
    return [
        OutboxText.location_id.in_(location_ids),
        in_state(Status.PLANNED),
        OutboxText.lane == Lane.TIMED,
        OutboxText.due_at >= start,
        OutboxText.due_at < end,
    ]


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
