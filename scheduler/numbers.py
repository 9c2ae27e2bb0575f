"""Is it working? A period, added up from daily tallies and what is not over yet, beside the one before."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.instants import local_day
from scheduler.figures import Figures
from scheduler.tallying import counted_live
from store.counting import Figure, Tally, joined
from store.tables import Location
from store.tallies import uncounted
from store.tally_sums import by_day, rows_of, summed

#: Days that are not counted yet and are counted while she waits; more of them are left to the chore.
LIVE = 3


@dataclass(frozen=True)
class Period:
    """Days of a calendar, both ends in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Numbers:
    """A period beside the one before it.

    ``days``: the texts of each day by outcome. ``missing``: how many days are still to be counted.
    """

    period: Period
    before: Period
    now: Figures
    then: Figures
    days: Mapping[date, Counter[str]] = field(default_factory=dict)
    missing: int = 0


def numbers(
    session: Session, places: Sequence[Location], periods: tuple[Period, Period], now: datetime
) -> Numbers:
    """What happened at these places in the first period, and in the second, with which it is compared."""
    period, earlier = periods
    ids = [place.id for place in places]
    stored = summed(session, ids, period.first, period.last)
    live, missing = _live(session, places, period, now)
    days: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for day, outcome, number in by_day(session, ids, period.first, period.last):
        days[day][outcome] += number
    for day, one in live:
        if one.figure == Figure.TEXTS:
            days[day][one.outcome] += one.number
    return Numbers(
        period,
        earlier,
        now=Figures(joined([*stored, *(one for _, one in live)])),
        then=Figures(summed(session, ids, earlier.first, earlier.last)),
        days=days,
        missing=missing,
    )


def single_numbers(
    session: Session, places: Sequence[Location], period: Period, now: datetime
) -> Iterator[tuple[str, date, Tally]]:
    """(location, day, number) of all that :func:`numbers` adds up."""
    yield from rows_of(session, [place.id for place in places], period.first, period.last)
    waiting, _ = _waiting(session, places, period, now)
    for day in sorted(waiting):
        for place in waiting[day]:
            for one in joined(tally for _, tally in counted_live(session, [place], day, now)):
                if one.figure != Figure.TEXTS:
                    yield place.id, day, one


def _live(
    session: Session, places: Sequence[Location], period: Period, now: datetime
) -> tuple[list[tuple[date, Tally]], int]:
    """What is not counted yet: the newest days are counted now. Returns also how many days are left out."""
    waiting, missing = _waiting(session, places, period, now)
    found = [(day, one) for day in waiting for _, one in counted_live(session, waiting[day], day, now)]
    return found, missing


def _waiting(
    session: Session, places: Sequence[Location], period: Period, now: datetime
) -> tuple[dict[date, list[Location]], int]:
    """The newest days that are not counted yet, each with its places; and how many there are beyond."""
    waiting: defaultdict[date, list[Location]] = defaultdict(list)
    for place in places:
        today = local_day(now, ZoneInfo(place.timezone))
        for day in uncounted(session, place, period.first, min(period.last, today)):
            waiting[day].append(place)
    newest = sorted(waiting, reverse=True)[:LIVE]
    return {day: waiting[day] for day in newest}, len(waiting) - len(newest)


def before(period: Period) -> Period:
    """As many days, right before."""
    return Period(period.first - timedelta(days=period.days), period.first - timedelta(days=1))
