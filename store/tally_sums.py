"""What the counted days and months of some locations add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from care.instants import add_months
from store.counting import Figure, Tally, joined
from store.tables import TallyMonth, TallyRow
from store.tallies import A_DAY, SUMMED, last_of


def summed(session: Session, ids: Sequence[str], first: date, last: date) -> list[Tally]:
    """What the counted days of these locations add up to: whole months from their sums, the rest by day."""
    months, days = _split(first, last)
    found = [one for month in months[:1] for one in _sums(session, _months(ids, month, months[-1]))]
    for begins, ends in days:
        found += _sums(session, _days(ids, begins, ends))
    timed = session.execute(
        select(TallyRow.name, TallyRow.number, TallyRow.minutes).where(
            TallyRow.location_id.in_(ids),
            TallyRow.figure == Figure.ANSWERED,
            TallyRow.day.between(first, last),
        )
    )
    found += [Tally(Figure.ANSWERED, name, "", "", n, 0, tuple(minutes)) for name, n, minutes in timed]
    return joined(found)


def _split(first: date, last: date) -> tuple[list[date], list[tuple[date, date]]]:
    """The months that lie wholly within these days, and the stretches of days around them."""
    month = first if first.day == 1 else add_months(first.replace(day=1), 1)
    months = []
    while last_of(month) <= last:
        months.append(month)
        month = add_months(month, 1)
    if not months:
        return [], [(first, last)]
    around = [(first, months[0] - A_DAY), (last_of(months[-1]) + A_DAY, last)]
    return months, [(begins, ends) for begins, ends in around if begins <= ends]


def _sums(session: Session, chosen: Select[str, str, str, str, int, int]) -> list[Tally]:
    return [Tally(*row[:4], number=int(row[4]), parts=int(row[5])) for row in session.execute(chosen)]


def _months(ids: Sequence[str], first: date, last: date) -> Select[str, str, str, str, int, int]:
    keys = (TallyMonth.figure, TallyMonth.name, TallyMonth.outcome, TallyMonth.cause)
    return (
        select(*keys, func.sum(TallyMonth.number), func.sum(TallyMonth.parts))
        .where(TallyMonth.location_id.in_(ids), TallyMonth.month.between(first, last))
        .group_by(*keys)
    )


def _days(ids: Sequence[str], first: date, last: date) -> Select[str, str, str, str, int, int]:
    keys = (TallyRow.figure, TallyRow.name, TallyRow.outcome, TallyRow.cause)
    return (
        select(*keys, func.sum(TallyRow.number), func.sum(TallyRow.parts))
        .where(
            TallyRow.location_id.in_(ids),
            TallyRow.figure.in_(SUMMED),
            TallyRow.day.between(first, last),
        )
        .group_by(*keys)
    )


def by_day(session: Session, ids: Sequence[str], first: date, last: date) -> list[tuple[date, str, int]]:
    """(day, outcome, texts to patients) of each counted day: for a plot over time."""
    rows = session.execute(
        select(TallyRow.day, TallyRow.outcome, func.sum(TallyRow.number))
        .where(
            TallyRow.location_id.in_(ids),
            TallyRow.figure == Figure.TEXTS,
            TallyRow.day.between(first, last),
        )
        .group_by(TallyRow.day, TallyRow.outcome)
    )
    return [(day, outcome, int(number)) for day, outcome, number in rows]


def rows_of(
    session: Session, ids: Sequence[str], first: date, last: date
) -> Iterable[tuple[str, date, Tally]]:
    """Every single number of every counted day, in order: for a file."""
    columns = (getattr(TallyRow, name) for name in Tally.__dataclass_fields__)
    rows = session.execute(
        select(TallyRow.location_id, TallyRow.day, *columns)
        .where(
            TallyRow.location_id.in_(ids),
            TallyRow.figure.in_([one for one in Figure if one is not Figure.TEXTS]),
            TallyRow.day.between(first, last),
        )
        .order_by(TallyRow.day, TallyRow.location_id, TallyRow.figure, TallyRow.name)
    )
    for place, day, *values in rows:
        yield place, day, _tally(*values)


def _tally(*values: Any) -> Tally:
    """A row as it is stored, its minutes last."""
    return replace(Tally(*values), minutes=tuple(values[-1]))
