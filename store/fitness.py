"""Is the database fit to work with, and does anything wait that a living worker would have done?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from care.delivery import Status
from store.audit import note
from store.database import BadDatabase, Database
from store.inbox import RECEIVED
from store.migrate import our_versions, version_of
from store.sqlite_file import said_by
from store.tables import InboxText, OutboxText, SenderRow, Ticket
from store.tickets import OPEN


def why_unfit(database: Database, now: datetime) -> str | None:
    """Why this database cannot be worked with, and what to do; None when it can. Nothing is changed."""
    path = database.engine.url.database
    if database.is_sqlite and path and not Path(path).exists():
        return f"there is none at {path} yet: run `python bot.py migrate`"
    try:
        database.reach()
        with database.engine.connect() as connection:
            version = version_of(connection)
        if version != our_versions()[0]:
            return _wrong_version(version)
        with database.engine.connect() as connection, Session(connection) as session:
            note(session, "doctor", "tried to write", ("database", ""), now)
            session.flush()  # and rolled back at the end
    except BadDatabase as error:
        return str(error).removeprefix("DATABASE_URL: ")
    except SQLAlchemyError as error:
        return f"cannot be written ({said_by(error)}): give this user the right to write, or room on the disk"
    return None


def _wrong_version(version: str | None) -> str:
    if version is None:
        return "has no tables of ours yet: run `python bot.py migrate`"
    if version in our_versions():
        return f"is of an earlier version (tables {version}): run `python bot.py migrate`"
    return f"is of a later version (tables {version}): run the newer Afterglow"


@dataclass(frozen=True)
class Waiting:
    """For how long the oldest of each has waited beyond its moment; zero when nothing waits."""

    texts: timedelta
    answers: timedelta
    pages: timedelta

    @property
    def longest(self) -> timedelta:
        """The longest of them."""
        return max(self.texts, self.answers, self.pages)


def waiting(session: Session, now: datetime) -> Waiting:
    """What a worker would have done by now; what a stopped or held number keeps back does not count."""
    kept_back = select(SenderRow.location_id).where(
        or_(SenderRow.stopped_until.is_not(None), SenderRow.held_since.is_not(None))
    )
    due = select(func.min(OutboxText.due_at)).where(
        OutboxText.status == Status.PLANNED.value,
        OutboxText.due_at <= now,
        OutboxText.location_id.not_in(kept_back),
    )
    unread = select(func.min(InboxText.received_at)).where(InboxText.state == RECEIVED)
    page = select(func.min(Ticket.next_page_at)).where(Ticket.status == OPEN, Ticket.next_page_at <= now)
    since = (session.scalar(oldest) for oldest in (due, unread, page))
    return Waiting(*(max(now - at, timedelta(0)) if at else timedelta(0) for at in since))


def kept_back(session: Session) -> list[SenderRow]:
    """The numbers that the carrier refuses, or that wait for somebody to look."""
    rows = session.scalars(select(SenderRow).order_by(SenderRow.location_id))
    return [row for row in rows if row.stopped_until or row.held_since]
