"""The tallies as they are kept: which days are to be counted, and what each day and month came to."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from care.instants import add_months, local_day
from store.counting import Figure, Tally, joined
from store.locks import one_at_a_time
from store.tables import Appointment, InboxText, Location, OutboxText, TallyDay, TallyMonth, TallyRow

A_DAY = timedelta(days=1)
#: The figures that are added up: of tickets each one's minutes count, and the days' texts are only drawn.
SUMMED = [one for one in Figure if one not in (Figure.ANSWERED, Figure.TEXTS)]


def days_to_begin(session: Session, place: Location, now: datetime) -> list[date]:
    """The days of this location that are over and not yet listed, in order."""
    yesterday = local_day(now, ZoneInfo(place.timezone)) - A_DAY
    last = session.scalar(select(func.max(TallyDay.day)).where(TallyDay.location_id == place.id))
    first = last + A_DAY if last else first_day(session, place)
    if first is None or first > yesterday:
        return []
    return [first + A_DAY * number for number in range((yesterday - first).days + 1)]


def first_day(session: Session, place: Location) -> date | None:
    """The first day on which anything happened at a location; None: nothing ever did."""
    zone = ZoneInfo(place.timezone)
    moments = [
        session.scalar(select(column).where(column.class_.location_id == place.id).order_by(column).limit(1))
        for column in (OutboxText.planned_for, InboxText.received_at, Appointment.starts_at)
    ]
    return min((local_day(one, zone) for one in moments if one is not None), default=None)


def begin_days(session: Session, place: Location, now: datetime) -> None:
    """List those days, to be counted at once. Two that begin the same are one after the other."""
    one_at_a_time(session, f"tallies:{place.id}")
    days = days_to_begin(session, place, now)
    if days:
        rows = [{"location_id": place.id, "day": day, "counted_at": None, "again_at": now} for day in days]
        session.execute(insert(TallyDay), rows)


def due_days(session: Session, now: datetime, limit: int) -> list[tuple[str, date]]:
    """(location, day) of those that are to be counted, again or for the first time; the newest first."""
    rows = session.execute(
        select(TallyDay.location_id, TallyDay.day)
        .where(TallyDay.again_at <= now)
        .order_by(TallyDay.day.desc())
        .limit(limit)
    )
    return [(place, day) for place, day in rows]


def keep_day(
    session: Session, which: tuple[str, date], tallies: Iterable[Tally], now: datetime, again: datetime | None
) -> None:
    """What a day came to, in place of what was counted before."""
    location_id, day = which
    one_at_a_time(session, f"tallies:{location_id}")
    session.execute(
        update(TallyDay)
        .where(TallyDay.location_id == location_id, TallyDay.day == day)
        .values(counted_at=now, again_at=again)
    )
    session.execute(delete(TallyRow).where(TallyRow.location_id == location_id, TallyRow.day == day))
    rows = [
        {**vars(one), "figure": str(one.figure), "minutes": list(one.minutes)}
        | {"location_id": location_id, "day": day}
        for one in joined(tallies)
    ]
    if rows:
        session.execute(insert(TallyRow), rows)
    _add_up(session, location_id, day.replace(day=1))


def _add_up(session: Session, location_id: str, month: date) -> None:
    """A month from its days: whoever counted one of them adds it up anew."""
    session.execute(
        delete(TallyMonth).where(TallyMonth.location_id == location_id, TallyMonth.month == month)
    )
    keys = (TallyRow.figure, TallyRow.name, TallyRow.outcome, TallyRow.cause)
    sums = (
        select(TallyRow.location_id, literal(month, Date), *keys)
        .add_columns(func.sum(TallyRow.number), func.sum(TallyRow.parts))
        .where(
            TallyRow.location_id == location_id,
            TallyRow.figure.in_(SUMMED),
            TallyRow.day.between(month, last_of(month)),
        )
        .group_by(TallyRow.location_id, *keys)
    )
    columns = ("location_id", "month", "figure", "name", "outcome", "cause", "number", "parts")
    session.execute(insert(TallyMonth).from_select(columns, sums))


def last_of(month: date) -> date:
    """The last day of the month that begins on this one."""
    return add_months(month, 1) - A_DAY


def uncounted(session: Session, place: Location, first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last`` of which there may be more than was counted, in order.

    What was there before a location's first day is nothing, and needs no counting.
    """
    begun = session.execute(
        select(func.min(TallyDay.day), func.max(TallyDay.day)).where(TallyDay.location_id == place.id)
    ).one()
    known: tuple[date | None, date | None] = (begun[0], begun[1])
    start = known[1] + A_DAY if known[1] else first_day(session, place)
    behind = [] if start is None else [start + A_DAY * n for n in range((last - start).days + 1)]
    waiting = session.scalars(
        select(TallyDay.day).where(
            TallyDay.location_id == place.id, TallyDay.counted_at.is_(None), TallyDay.day.between(first, last)
        )
    ).all()
    return sorted({*waiting, *(day for day in behind if day >= first)})
