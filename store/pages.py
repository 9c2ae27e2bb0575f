"""Pages: which tickets a phone on call was asked to take."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.outbox import LEFT, Lane
from store.tables import OutboxText, Ticket


def paged_lately(session: Session, mobile: str, since: datetime) -> list[Ticket]:
    """The tickets this phone was paged for since then, the latest page first; each once.

    None when something else was texted to it since the last page: then "yes" answers that.
    """
    latest = select(OutboxText.lane, OutboxText.handed_at).where(
        OutboxText.mobile == mobile, OutboxText.status.in_(LEFT), OutboxText.handed_at >= since
    )
    last = session.execute(latest.order_by(OutboxText.handed_at.desc()).limit(1)).first()
    if last is None or last.lane == Lane.TIMED:
        return []
    at = func.max(OutboxText.handed_at)
    rows = session.execute(
        select(Ticket, at)
        .join(OutboxText, OutboxText.ticket_id == Ticket.id)
        .where(OutboxText.mobile == mobile, OutboxText.purpose == "page", OutboxText.handed_at >= since)
        .group_by(Ticket.id)
        .order_by(at.desc())
    )
    return [ticket for ticket, _ in rows]
