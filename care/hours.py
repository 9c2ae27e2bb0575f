"""Office hours: when the clinic is open, and when something falls due in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from care.instants import local_day, wall_clock


@dataclass(frozen=True)
class Hours:
    """Opening and closing time per weekday, Monday = 0; a weekday without an entry is closed."""

    week: Mapping[int, tuple[time, time]]
    zone: ZoneInfo

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is in the office at this instant."""
        span = self._span(at, 0)
        return span is not None and span[0] <= at < span[1]

    def opened_at(self, at: datetime) -> datetime | None:
        """When the office opened that is open at this instant; None while it is closed."""
        span = self._span(at, 0)
        return span[0] if span is not None and self.is_open(at) else None

    def opens_after(self, at: datetime, days: int) -> datetime:
        """When the office next opens, so many days after the day of ``at`` or later."""
        for day in range(days, days + 15):
            if (span := self._span(at, day)) is not None:
                return span[0]
        return at + timedelta(days=days)  # a clinic that never opens

    def next_week(self, at: datetime) -> datetime:
        """When the office first opens in the week after that of ``at``; weeks begin on Monday."""
        return self.opens_after(at, 7 - local_day(at, self.zone).weekday())

    def due(self, at: datetime, within: timedelta) -> datetime:
        """``within`` of office time after ``at``: the clock stops while the office is closed."""
        left = within
        for day in range(15):
            span = self._span(at, day)
            if span is None or span[1] <= at:
                continue
            start = max(at, span[0])
            if start + left <= span[1]:
                return start + left
            left -= span[1] - start
        return at + within  # a clinic that never opens: do not wait for ever

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much office time lies between two instants; all of it, where the office never opens."""
        if not self.week:
            return max(end - start, timedelta(0))
        spent, day = timedelta(0), 0
        while (span := self._span_or_night(start, day))[0] < end:
            spent += max(min(span[1], end) - max(span[0], start), timedelta(0))
            day += 1
        return spent

    def _span_or_night(self, at: datetime, days: int) -> tuple[datetime, datetime]:
        """The office hours of a day; none, at its midnight, when it is closed."""
        midnight = wall_clock(local_day(at, self.zone) + timedelta(days=days), time(), self.zone)
        return self._span(at, days) or (midnight, midnight)

    def _span(self, at: datetime, days: int) -> tuple[datetime, datetime] | None:
        day = local_day(at, self.zone) + timedelta(days=days)
        hours = self.week.get(day.weekday())
        if hours is None:
            return None
        return wall_clock(day, hours[0], self.zone), wall_clock(day, hours[1], self.zone)
