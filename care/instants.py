"""Calendar time and elapsed time, turned into instants (UTC), and the hours a text may leave.

The two sorts are kept apart on purpose: "the day before at 4 PM" is a wall clock
reading, whatever the clocks did that night; "one hour after" is sixty minutes.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from care.protocol import After, Anchor, Facts, OnDay, When, Window, value_of


@dataclass(frozen=True)
class Zones:
    """Whose clock: the clinic's decides what "10:00" means, the patient's when a text may leave.

    ``hours``: the clinic's own sending hours, on the patient's clock; None: only the steps have theirs.
    """

    clinic: ZoneInfo
    patient: ZoneInfo
    hours: Window | None = None

    def within(self, window: Window) -> Window:
        """The hours in which a step with this window may leave: both the step's and the clinic's own."""
        if self.hours is None:
            return window
        return Window(max(window.opens, self.hours.opens), min(window.closes, self.hours.closes))


def wall_clock(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) when a clock on the wall in ``zone`` shows ``at`` on ``day``.

    A time the clocks skip in spring becomes the same distance after the gap; a time
    they show twice in autumn is the first of the two.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day it is at ``instant`` in ``zone``."""
    return instant.astimezone(zone).date()


def resolve(when: When, anchors: Mapping[Anchor, datetime], zone: ZoneInfo, facts: Facts) -> datetime:
    """The instant (UTC) that ``when`` means. Raises KeyError when its anchor is not known yet."""
    anchor = anchors[when.anchor]
    if isinstance(when, After):
        return (anchor + when.delta).astimezone(UTC)
    if isinstance(when, OnDay):
        return wall_clock(local_day(anchor, zone) + timedelta(days=when.days), when.at, zone)
    months = value_of(facts, when.fact)
    if not months.isdigit():
        return resolve(when.fallback, anchors, zone, facts)
    day = add_months(local_day(anchor, zone), int(months)) - timedelta(days=when.minus_days)
    return wall_clock(day, when.at, zone)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has none such."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def next_opening(instant: datetime, window: Window, zone: ZoneInfo) -> datetime:
    """The first instant (UTC), at or after this one, inside the window on that zone's clock."""
    day = local_day(instant, zone)
    opens, closes = wall_clock(day, window.opens, zone), wall_clock(day, window.closes, zone)
    if instant < opens:
        return opens
    if instant < closes:
        return instant.astimezone(UTC)
    return wall_clock(day + timedelta(days=1), window.opens, zone)
