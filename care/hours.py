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

    def _span(self, at: datetime, days: int) -> tuple[datetime, datetime] | None:
        day = local_day(at, self.zone) + timedelta(days=days)
        hours = self.week.get(day.weekday())
        if hours is None:
            return None
        return wall_clock(day, hours[0], self.zone), wall_clock(day, hours[1], self.zone)
