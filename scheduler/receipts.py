"""Receipts: what the carrier reports about a text after taking it, in any order, more than once."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from care.delivery import ErrorClass, Status, advance
from carriers.base import Receipt
from carriers.errors import classify, explain
from scheduler.settling import Settling
from scheduler.stopping import resume
from scheduler.works import Works
from store.database import retried
from store.senders import BY_RECEIPT, any_stopped
from store.tables import OutboxText, ReceiptRow

#: A text that did not arrive for a passing reason is tried once more, if it is still of use.
MOST_ATTEMPTS = 2


@retried
def receive_receipt(works: Works, receipt: Receipt) -> None:
    """Append the receipt and move its message up the ladder, never down. A repeat changes nothing."""
    now = works.clock()
    with works.database.writing() as session:
        row = session.get(OutboxText, receipt.message_id, with_for_update={"of": OutboxText})
        if _append(session, receipt, now) and row is not None:
            _climb(Settling(session, works, now), row, receipt)
        did_not_arrive = row is not None and row.error_code is not None
    if did_not_arrive:
        works.wake()  # staff may have been told, or the text tries again


def _append(session: Session, receipt: Receipt, now: datetime) -> bool:
    try:
        with session.begin_nested():
            session.add(
                ReceiptRow(
                    outbox_id=receipt.message_id,
                    status=receipt.status,
                    error_code=receipt.error_code or "",
                    provider_sid=receipt.provider_sid or "",
                    at=now,
                )
            )
    except IntegrityError:
        return False
    return True


def _climb(settling: Settling, row: OutboxText, receipt: Receipt) -> None:
    before = Status(row.status)
    after = advance(before, receipt.status)
    late = before is Status.PLANNED and receipt.provider_sid == row.provider_sid
    if after is before or (late and after is Status.SENT):
        return  # an old attempt's early news must not stop the new attempt
    row.provider_sid = row.provider_sid or receipt.provider_sid
    row.status, row.updated_at, row.sent_at = after.value, settling.now, row.sent_at or settling.now
    row.reason = row.why
    if after is Status.DELIVERED and any_stopped(settling.session, BY_RECEIPT):
        resume(settling.session, [row.location_id], BY_RECEIPT, settling.now)
    if after in (Status.UNDELIVERED, Status.FAILED):
        row.error_code, row.reason = receipt.error_code, explain(receipt.error_code)
        _did_not_arrive(settling, row)


def _did_not_arrive(settling: Settling, row: OutboxText) -> None:
    error = classify(row.error_code)
    wait = timedelta(hours=max(error.hours, 0.25))
    if error.error_class is ErrorClass.CONFIG and settling.now < row.expires_at:
        settling.number_refused(row, error.code, BY_RECEIPT)
    elif error.retry and row.attempts < MOST_ATTEMPTS and settling.now + wait < row.expires_at:
        settling.try_again(row, wait, f"{explain(row.error_code)}: trying once more")
    else:
        settling.tell_staff(row, error.error_class)
