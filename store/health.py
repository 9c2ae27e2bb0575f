"""How the installation is doing, in counts."""

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from care.delivery import Status
from store.database import Database
from store.tables import OutboxText, Ticket
from store.tickets import RESOLVED


def reachable(database: Database) -> bool:
    """Whether the database answers."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def figures(session: Session, now: datetime) -> list[tuple[str, float]]:
    """(name with labels, value) of each figure."""
    by_status = session.execute(select(OutboxText.status, func.count()).group_by(OutboxText.status))
    rows = [(f'texts{{status="{status}"}}', float(count)) for status, count in by_status]
    oldest = session.scalar(
        select(func.min(OutboxText.due_at)).where(
            OutboxText.status == Status.PLANNED.value, OutboxText.due_at <= now
        )
    )
    unresolved = session.scalar(select(func.count()).where(Ticket.status != RESOLVED)) or 0
    rows.append(("oldest_due_seconds", (now - oldest).total_seconds() if oldest else 0.0))
    rows.append(("tickets_open", float(unresolved)))
    return rows
