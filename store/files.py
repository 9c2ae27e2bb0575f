"""Files of bookings: their rows, how far each file is, and what of it can still be taken back."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.orm import Session

from care.course import VisitStatus
from care.delivery import Status
from store.tables import Appointment, Enrolment, ImportBatch, ImportRow, OutboxText
from store.tables.base import new_id
from store.tables.files import AT_WORK

BOOKED = VisitStatus.BOOKED.value
_NOT_LEFT = (Status.PLANNED.value, Status.SUPPRESSED.value)


def add_rows(session: Session, batch: ImportBatch, rows: Iterable[Mapping[str, Any]]) -> None:
    """Store the lines of a new file, many at once."""
    session.add(batch)
    session.flush()  # it gets its id
    empty = {"said": [], "soon": 0, "today": 0, "batch_id": batch.id}
    session.execute(insert(ImportRow), [{**empty, "id": new_id(), **row} for row in rows])


def at_work(session: Session) -> Sequence[str]:
    """The files in which something is to be done, oldest first."""
    waiting = select(ImportBatch.id).where(ImportBatch.state.in_(AT_WORK))
    return session.scalars(waiting.order_by(ImportBatch.created_at)).all()


def lock_batch(session: Session, batch_id: str) -> ImportBatch | None:
    """One file, in nobody else's hand until this transaction ends."""
    return session.scalar(select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update())


def next_row(session: Session, batch: ImportBatch, taken: Collection[str]) -> ImportRow | None:
    """The next line to work on, as the file stands. ``taken``: what the check must have found."""
    which: dict[str, tuple[ColumnElement[bool], ...]] = {
        "checking": (ImportRow.foreseen.is_(None),),
        "enrolling": (ImportRow.foreseen.in_(taken), ImportRow.outcome.is_(None)),
        "undoing": (ImportRow.outcome == "new",),
    }
    rows = select(ImportRow).where(ImportRow.batch_id == batch.id, *which[batch.state])
    return session.scalar(rows.order_by(ImportRow.line).limit(1))


def row_about(session: Session, batch_id: str, visit_key: str, above: int) -> ImportRow | None:
    """The first line above that is about the same visit and was not refused."""
    return session.scalar(
        select(ImportRow)
        .where(
            ImportRow.batch_id == batch_id,
            ImportRow.visit_key == visit_key,
            ImportRow.line < above,
            ImportRow.foreseen != "refused",
        )
        .order_by(ImportRow.line)
        .limit(1)
    )


def tally(session: Session, batch_id: str) -> tuple[Counter[str], Counter[str]]:
    """How many lines there are of each sort: as foreseen, and as done."""
    foreseen: Counter[str] = Counter()
    done: Counter[str] = Counter()
    rows = session.execute(
        select(ImportRow.foreseen, ImportRow.outcome, func.count())
        .where(ImportRow.batch_id == batch_id)
        .group_by(ImportRow.foreseen, ImportRow.outcome)
    )
    for sort, outcome, number in rows:
        foreseen[sort or ""] += number
        done[outcome or ""] += number
    return foreseen, done


def leaving(session: Session, batch_id: str, sorts: Collection[str]) -> tuple[int, int]:
    """How many texts of these lines leave within the hour, and today, as of the check."""
    sums = select(func.coalesce(func.sum(ImportRow.soon), 0), func.coalesce(func.sum(ImportRow.today), 0))
    soon, today = session.execute(
        sums.where(ImportRow.batch_id == batch_id, ImportRow.foreseen.in_(sorts))
    ).one()
    return int(soon), int(today)


def rows_of(
    session: Session, batch_id: str, sort: str | None, offset: int, limit: int
) -> Sequence[ImportRow]:
    """Lines of a file in order; of one sort, or all with what needs a look first."""
    rows = select(ImportRow).where(ImportRow.batch_id == batch_id)
    if sort:
        rows = rows.where(_sort() == sort)
    return session.scalars(rows.order_by(ImportRow.line).offset(offset).limit(limit)).all()


def _sort() -> ColumnElement[str | None]:
    """What became of a line, else what will."""
    return func.coalesce(ImportRow.outcome, ImportRow.foreseen)


def batches(session: Session, limit: int = 20) -> Sequence[ImportBatch]:
    """The latest files."""
    return session.scalars(select(ImportBatch).order_by(ImportBatch.created_at.desc()).limit(limit)).all()


def same_file(session: Session, batch: ImportBatch) -> ImportBatch | None:
    """The latest other file with the very same content."""
    return session.scalar(
        select(ImportBatch)
        .where(ImportBatch.digest == batch.digest, ImportBatch.id != batch.id)
        .order_by(ImportBatch.created_at.desc())
        .limit(1)
    )


def _made(batch_id: str) -> Any:
    return select(ImportRow.enrolment_id).where(ImportRow.batch_id == batch_id, ImportRow.outcome == "new")


def text_that_left(session: Session, batch_id: str) -> bool:
    """Whether any text of what this file made has left, or is in a sender's hand."""
    left = or_(OutboxText.handed_at.is_not(None), OutboxText.status == Status.CLAIMED.value)
    found = select(OutboxText.id).where(OutboxText.enrolment_id.in_(_made(batch_id)), left)
    return session.scalar(found.limit(1)) is not None


def first_text_at(session: Session, batch_id: str) -> datetime | None:
    """When the first text of what this file made may leave."""
    first: datetime | None = session.scalar(
        select(OutboxText.due_at)
        .where(OutboxText.enrolment_id.in_(_made(batch_id)), OutboxText.status == Status.PLANNED.value)
        .order_by(OutboxText.due_at)
        .limit(1)
    )
    return first


def take_back(session: Session, batch_id: str, why: str, now: datetime) -> None:
    """Cancel every visit to come that this file made, and every text for it that has not left."""
    made = _made(batch_id)
    session.execute(
        update(OutboxText)
        .where(OutboxText.enrolment_id.in_(made), OutboxText.status.in_(_NOT_LEFT))
        .values(status=Status.CANCELLED.value, reason=why, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    visits = select(Enrolment.appointment_id).where(Enrolment.id.in_(made))
    session.execute(
        update(Appointment)
        .where(Appointment.id.in_(visits), Appointment.status == BOOKED, Appointment.starts_at > now)
        .values(status=VisitStatus.CANCELLED.value)
        .execution_options(synchronize_session=False)
    )


def files_to_forget(session: Session, before: datetime) -> Sequence[str]:
    """The files from before that whose lines are still kept, and in which nothing is being done."""
    return session.scalars(
        select(ImportBatch.id).where(
            ImportBatch.created_at < before,
            ImportBatch.forgotten_at.is_(None),
            ImportBatch.state.not_in(AT_WORK),
        )
    ).all()


def forget_lines(session: Session, batch_ids: Collection[str], now: datetime) -> None:
    """Drop what the lines of these files held; counts and outcomes stay. One never started is put away."""
    for batch in session.scalars(select(ImportBatch).where(ImportBatch.id.in_(batch_ids))):
        batch.forgotten_at, batch.name = now, "A file that is forgotten"
        batch.state = "dropped" if batch.state == "checked" else batch.state
    session.execute(
        update(ImportRow)
        .where(ImportRow.batch_id.in_(batch_ids))
        .values(**NOTHING)
        .execution_options(synchronize_session=False)
    )


#: What is left of a line that is forgotten.
NOTHING: dict[str, Any] = {"cells": {}, "said": [], "problem": None, "mobile": None, "visit_key": None}
