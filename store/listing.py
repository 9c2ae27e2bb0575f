"""Lists that another system walks through, page by page.

A page begins behind the last row of the one before (a keyset, not an offset), so rows
that come or go meanwhile neither repeat nor hide another.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.tables import Enrolment, OutboxText, Ticket


class BadCursor(ValueError):
    """A cursor that we did not write."""


@dataclass(frozen=True)
class Page:
    """How many rows, and behind which row: its instant (UTC) and its id."""

    limit: int
    behind: tuple[datetime, str] | None = None

    @classmethod
    def read(cls, limit: int, cursor: str | None) -> "Page":
        """The page that a cursor asks for; without one the first. Raises BadCursor."""
        if not cursor:
            return cls(limit)
        try:
            instant, row_id = urlsafe_b64decode(cursor.encode()).decode().split(" ")
            at, known = datetime.fromisoformat(instant), str(UUID(row_id))
        except ValueError:
            raise BadCursor(cursor) from None
        if at.tzinfo is None:
            raise BadCursor(cursor)
        return cls(limit, (at.astimezone(UTC), known))


def _cursor(at: datetime, row_id: str) -> str:
    return urlsafe_b64encode(f"{at.isoformat()} {row_id}".encode()).decode()


def messages_page(
    session: Session, page: Page, *, mobile: str | None = None, status: str | None = None
) -> tuple[Sequence[OutboxText], str | None]:
    """Texts, the latest planned moment first, and the cursor of the next page if there is one."""
    wanted = select(OutboxText)
    if mobile:
        wanted = wanted.where(OutboxText.mobile == mobile)
    if status:
        wanted = wanted.where(OutboxText.status == status)
    return _page(session, wanted, (OutboxText.planned_for, OutboxText.id), page)


def texts_about(session: Session, appointment_id: str) -> Sequence[OutboxText]:
    """The timed texts of all enrolments of one visit, in order of time."""
    return session.scalars(
        select(OutboxText)
        .join(Enrolment, Enrolment.id == OutboxText.enrolment_id)
        .where(Enrolment.appointment_id == appointment_id)
        .order_by(OutboxText.planned_for, OutboxText.id)
    ).all()


def tickets_page(
    session: Session, page: Page, *, status: str | None = None
) -> tuple[Sequence[Ticket], str | None]:
    """Tickets, the newest first, and the cursor of the next page if there is one."""
    wanted = select(Ticket)
    if status:
        wanted = wanted.where(Ticket.status == status)
    return _page(session, wanted, (Ticket.created_at, Ticket.id), page)


_Row = TypeVar("_Row")
_Key = tuple[InstrumentedAttribute[datetime], InstrumentedAttribute[str]]


def _page(session: Session, wanted: Select[_Row], key: _Key, page: Page) -> tuple[Sequence[_Row], str | None]:
    at, row_id = key
    if page.behind:
        wanted = wanted.where(tuple_(at, row_id) < page.behind)
    found: Sequence[Any] = session.scalars(
        wanted.order_by(at.desc(), row_id.desc()).limit(page.limit + 1)
    ).all()
    rows = found[: page.limit]
    if len(found) <= page.limit:
        return rows, None
    return rows, _cursor(getattr(rows[-1], at.key), getattr(rows[-1], row_id.key))
