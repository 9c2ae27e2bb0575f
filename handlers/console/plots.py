"""Plots as the server draws them: shapes in plain numbers, for an SVG that needs no script."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from care.delivery import Status
from scheduler.figures import NOT_ARRIVED
from scheduler.numbers import Period

#: How many bars one can still tell apart on a phone; beyond it a bar is a week, then a month.
MOST_BARS = 45
#: The drawing's own height, units: it is stretched to whatever room there is.
HEIGHT = 100.0


@dataclass(frozen=True)
class Bar:
    """Some days of texts: delivered, without a report, not arrived. Heights are units of the drawing."""

    first: date
    last: date
    delivered: int
    unreported: int
    lost: int
    unit: float  #: the height of one text

    @property
    def sent(self) -> int:
        """Delivered, or without a report."""
        return self.delivered + self.unreported


@dataclass(frozen=True)
class Plot:
    """Bars on a baseline: what was sent stands above it, what did not arrive hangs below."""

    bars: list[Bar]
    most: int  #: the tallest bar, texts
    deepest: int  #: the deepest one
    baseline: float
    span: str  #: day, week or month

    @property
    def total(self) -> Bar:
        """All bars as one."""
        return _bar((self.bars[0].first, self.bars[-1].last), _sums(self.bars), 0.0)


def texts_over_time(period: Period, days: Mapping[date, Counter[str]]) -> Plot:
    """One bar a day, a week or a month, whichever one can still tell apart."""
    span = "day" if period.days <= MOST_BARS else "week" if period.days <= 7 * MOST_BARS else "month"
    sums = [(ends, _counted(ends, days)) for ends in _spans(period, span)]
    bars = [_bar(ends, counted, 0.0) for ends, counted in sums]
    most, deepest = max(bar.sent for bar in bars), max(bar.lost for bar in bars)
    unit = HEIGHT / max(most + deepest, 1)
    bars = [_bar(ends, counted, unit) for ends, counted in sums]
    return Plot(bars, most, deepest, unit * most, span)


def _spans(period: Period, span: str) -> Iterator[tuple[date, date]]:
    first = period.first
    while first <= period.last:
        if span == "month":
            following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        else:
            following = first + timedelta(days=1 if span == "day" else 7)
        yield first, min(following - timedelta(days=1), period.last)
        first = following


def _counted(ends: tuple[date, date], days: Mapping[date, Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for number in range((ends[1] - ends[0]).days + 1):
        found.update(days.get(ends[0] + timedelta(days=number), Counter()))
    return found


def _bar(ends: tuple[date, date], counted: Counter[str], unit: float) -> Bar:
    lost = sum(counted[one] for one in NOT_ARRIVED)
    return Bar(*ends, counted[Status.DELIVERED], counted[Status.SENT], lost, unit)


def _sums(bars: list[Bar]) -> Counter[str]:
    found: Counter[str] = Counter()
    for bar in bars:
        found.update(
            {Status.DELIVERED.value: bar.delivered, Status.SENT.value: bar.unreported}
            | {Status.FAILED.value: bar.lost}
        )
    return found
