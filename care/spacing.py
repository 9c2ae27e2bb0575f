"""Never a burst: at most two timed texts a day to one mobile, and two hours between them.

The booking's own texts stand outside (promise 9). The same rule lays out a plan and,
just before a text leaves, looks at what really went to that mobile, whoever it was for.
"""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from care.instants import Zones, local_day, next_opening, wall_clock
from care.protocol import Window

MOST_PER_DAY = 2
APART = timedelta(hours=2)
#: Where a text that no longer fits into a day begins the next one.
NEXT_MORNING = time(10)


def next_slot(instant: datetime, taken: Collection[datetime], window: Window, zones: Zones) -> datetime:
    """The first instant at or after this one that keeps the window and the distance to ``taken``.

    ``taken`` are the instants (UTC) of the other timed texts to the same mobile.
    """
    window = zones.within(window)
    at = next_opening(instant, window, zones.patient)
    while True:
        later = _pushed(at, taken, zones)
        if later == at:
            return at
        at = next_opening(later, window, zones.patient)


def _pushed(at: datetime, taken: Collection[datetime], zones: Zones) -> datetime:
    today = [other for other in taken if local_day(other, zones.patient) == local_day(at, zones.patient)]
    if len(today) >= MOST_PER_DAY:
        return tomorrow_morning(at, zones)
    return max((other + APART for other in taken if abs(other - at) < APART), default=at)


def tomorrow_morning(at: datetime, zones: Zones) -> datetime:
    """Ten in the morning, by the clinic's clock, of the patient's next day."""
    return wall_clock(local_day(at, zones.patient) + timedelta(days=1), NEXT_MORNING, zones.clinic)


def not_tonight(instant: datetime, window: Window, zones: Zones) -> datetime:
    """The instant itself, or the next morning at ten when the window has closed by then."""
    window = zones.within(window)
    opening = next_opening(instant, window, zones.patient)
    if local_day(opening, zones.patient) == local_day(instant, zones.patient):
        return opening
    return next_opening(tomorrow_morning(instant, zones), window, zones.patient)
