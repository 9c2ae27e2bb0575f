"""The senders: how each location's number stands, read and written under a lock."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from care.sending import Sender
from store.asking import any_of
from store.tables import Location, SenderRow

#: A number that never sent has been free for ever.
EVER = datetime(2000, 1, 1, tzinfo=UTC)
#: How the carrier said that it refuses a number: as its answer, or in a receipt after taking the text.
BY_ANSWER, BY_RECEIPT = "answer", "receipt"


def ensure_senders(session: Session) -> None:
    """Every location has a sender."""
    have = set(session.scalars(select(SenderRow.location_id)))
    for location_id in session.scalars(select(Location.id)):
        if location_id not in have:
            session.add(SenderRow(location_id=location_id, free_at=EVER, counted_from=EVER))


_LOCKING = (
    select(SenderRow)
    .options(joinedload(SenderRow.location))
    .where(SenderRow.location_id.in_(any_of("places")))
    .order_by(SenderRow.location_id)  # locked in one order, so that two never wait for each other
    .with_for_update(of=SenderRow)
)


def lock_senders(session: Session, location_ids: Collection[str]) -> list[SenderRow]:
    """These senders, locked until the transaction ends; whoever waited longest comes first."""
    rows = session.scalars(_LOCKING, {"places": list(location_ids)}).all()
    return sorted(rows, key=lambda row: row.free_at)


def sender_of(session: Session, location_id: str) -> SenderRow:
    """How a location's number stands, not locked."""
    return session.get_one(SenderRow, location_id)


def state_of(row: SenderRow) -> Sender:
    """The row as the rules of care.sending see it."""
    return Sender(row.free_at, row.counted_from, row.counted, row.held_since, row.stopped_until)


def keep(row: SenderRow, state: Sender) -> None:
    """Write the state back."""
    row.free_at, row.counted_from, row.counted = state.free_at, state.counted_from, state.counted
    row.held_since, row.stopped_until = state.held_since, state.stopped_until


def stopped(session: Session, location_ids: Collection[str], by: str) -> list[str]:
    """Which of these are stopped that way. A look without a lock: most never are."""
    return list(
        session.scalars(
            select(SenderRow.location_id).where(
                SenderRow.location_id.in_(location_ids), SenderRow.stopped_by == by
            )
        )
    )


_STOPPED = select(SenderRow.location_id).where(SenderRow.stopped_by == bindparam("by")).limit(1)


def any_stopped(session: Session, by: str) -> bool:
    """Whether any number is stopped that way."""
    return session.scalar(_STOPPED, {"by": by}) is not None


def wait_until(session: Session, location_id: str, until: datetime) -> None:
    """The carrier asks this number to wait."""
    for row in lock_senders(session, [location_id]):
        row.free_at = max(row.free_at, until)  # longer than care.sending.AHEAD counts for the text alone
