"""May one of the clinic's numbers send now, and how much: its pace, its hourly limit, whether it is stopped.

The pace keeps the carrier's own queue empty, so that a reply never waits there behind
a morning's reminders. The hourly limit is a circuit breaker: no clinic means to send so
many, so a person looks before more leave. A stop is for a number that the carrier
refuses: one text tries from time to time, and the rest waits unburnt.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import floor

#: How much may leave at once, as time at the number's own pace.
BURST = timedelta(seconds=1)
#: No number has more than this before it. What looks so was written before the clock was put back.
AHEAD = timedelta(minutes=5)
#: The span of the hourly limit.
HOUR = timedelta(hours=1)
#: How often a stopped number tries one text.
TRY_EVERY = timedelta(minutes=15)
#: Dollars for one part of a text from a registered US 10DLC number: Twilio's list price of 0.0083 (2026) and
#: a carrier's fee, 0.003 to 0.005 by whose phone it is. Only estimates are made of it.
PART_PRICE = Decimal("0.012")


@dataclass(frozen=True)
class Limits:
    """What may leave at most; None is no limit.

    ``per_second``: segments from one number (10DLC allots it by campaign). ``per_hour``: texts
    of one location. ``per_day``: texts to one mobile.
    """

    per_second: float | None = None
    per_hour: int | None = None
    per_day: int | None = None


@dataclass(frozen=True)
class Sender:
    """One number of the clinic's as it stands (instants UTC).

    ``free_at``: when all that it was given will have left, at its pace. ``counted``: texts since
    ``counted_from``. ``held_since``: the hourly limit was reached, and nobody has released it yet.
    ``stopped_until``: the carrier refuses it; when the next text may try.
    """

    free_at: datetime
    counted_from: datetime
    counted: int = 0
    held_since: datetime | None = None
    stopped_until: datetime | None = None

    def room(self, limits: Limits, now: datetime, wanted: int) -> int:
        """How many of the wanted texts may leave now."""
        if self.held_since is not None:
            return 0
        room = min(wanted, self._room_by_pace(limits, now, wanted), self._room_by_hour(limits, now, wanted))
        if self.stopped_until is None:
            return room
        return min(room, 1) if self.stopped_until <= now else 0

    def over_the_hour(self, limits: Limits, now: datetime) -> bool:
        """Whether as many texts left within the hour as may at most."""
        return self._room_by_hour(limits, now, 1) == 0

    def after(self, limits: Limits, now: datetime, texts: int, segments: int) -> "Sender":
        """How it stands once these were handed over. A stopped one has had its try."""
        fresh = self._hour_is_over(now)
        busy = timedelta(seconds=segments / limits.per_second) if limits.per_second else timedelta(0)
        return replace(
            self,
            free_at=self._free_at(now) + busy,
            counted_from=now if fresh else self.counted_from,
            counted=texts if fresh else self.counted + texts,
            stopped_until=self.stopped_until and now + TRY_EVERY,
        )

    def _room_by_pace(self, limits: Limits, now: datetime, wanted: int) -> int:
        free_at = self._free_at(now)
        if limits.per_second is None:
            return wanted if free_at <= now else 0
        burst = max(BURST, timedelta(seconds=1 / limits.per_second))
        free = now + burst - free_at
        return max(0, floor(free.total_seconds() * limits.per_second))

    def _free_at(self, now: datetime) -> datetime:
        return now if self.free_at - now > AHEAD else max(self.free_at, now)

    def _room_by_hour(self, limits: Limits, now: datetime, wanted: int) -> int:
        if limits.per_hour is None:
            return wanted
        return max(0, limits.per_hour - (0 if self._hour_is_over(now) else self.counted))

    def _hour_is_over(self, now: datetime) -> bool:
        return now - self.counted_from >= HOUR
