"""From a wording's id to the words that leave: today's facts, her language, the approved version."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from care.instants import Zones
from messages.dates import say_day, say_due, say_hours, say_time
from messages.render import placeholders, render
from messages.segments import fold
from scheduler.works import Works
from store.clinic import hours_of
from store.mobile import spoken
from store.tables import Appointment, Location
from store.visits import zones_of


@dataclass(frozen=True)
class Words:
    """Words ready to leave, and which wording and version they are."""

    wording: str
    version: str
    body: str


def speak(
    works: Works, wording_id: str, language: str, values: Mapping[str, str], *, emergency: bool = False
) -> Words | None:
    """The approved words for this wording; None while nothing may be said in its place.

    Raises RenderError when a value is missing: a half-filled text never leaves.
    """
    said = works.catalog.say(wording_id, language, emergency=emergency)
    if said is None:
        return None
    wording, template = said
    body = render(template, values)
    return Words(wording.id, wording.version, fold(body) if works.fold_accents else body)


def place_values(location: Location, language: str) -> dict[str, str]:
    """What every text may name: the clinic, its phone, its hours, where it is."""
    return {
        "clinic": location.clinic,
        "phone": spoken(location.number),
        "hours": say_hours(hours_of(location).week, language),
        "address": location.address,
    }


def visit_values(visit: Appointment, language: str, now: datetime) -> Mapping[str, str]:
    """What a text about this visit may name: the place, and days and times by the clinic's clock."""
    times = VisitTimes(visit.starts_at, visit.ended_at, zones_of(visit), now)
    return VisitValues(place_values(visit.location, language), times, language)


@dataclass(frozen=True)
class VisitTimes:
    """When a visit begins, and when it ended if it has (UTC); whose clocks count; when the text leaves."""

    starts_at: datetime
    ended_at: datetime | None
    zones: Zones
    now: datetime

    def day(self, language: str, before: int = 0) -> str:
        """The day of the visit, or so many days before it."""
        start = self.starts_at.astimezone(self.zones.clinic)
        return say_day(start - timedelta(days=before), self.zones.clinic, language)

    def time(self, at: datetime) -> str:
        """A time by the clinic's clock; a patient whose own differs sees which is meant: "2:00 PM EST"."""
        return say_time(at, self.zones.clinic, with_zone=self.zones.patient != self.zones.clinic)

    def next_due(self, language: str) -> str:
        """When the next visit of the series falls."""
        return say_due(self.starts_at.astimezone(self.zones.clinic).date(), language)

    def months_since(self) -> str:
        """Whole months since the visit, one at least."""
        return str(max(1, round((self.now - self.starts_at) / timedelta(days=30.44))))

    def day_after_the_end(self) -> str:
        """A day later by the clock on the wall ("today until 3:30 PM"); empty before the end."""
        return self.time(self.ended_at + timedelta(hours=24)) if self.ended_at else ""


class VisitValues(Mapping[str, str]):
    """The values of one text about a visit. A time is put into words when it is asked for: few ever are."""

    def __init__(self, place: Mapping[str, str], times: VisitTimes, language: str) -> None:
        self._place, self._times, self._language = place, times, language

    def __getitem__(self, name: str) -> str:
        """The value; KeyError for a name that no text about a visit knows."""
        return self._place[name] if name in self._place else _SAYING[name](self._times, self._language)

    def __iter__(self) -> Iterator[str]:
        """All names."""
        return chain(self._place, _SAYING)

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._place) + len(_SAYING)


_SAYING: Mapping[str, Callable[[VisitTimes, str], str]] = {
    "day": lambda times, language: times.day(language),
    "time": lambda times, _: times.time(times.starts_at),
    "date5": lambda times, language: times.day(language, before=5),
    "date2": lambda times, language: times.day(language, before=2),
    "due": lambda times, language: times.next_due(language),
    "n": lambda times, _: times.months_since(),
    "time24": lambda times, _: times.day_after_the_end(),
}


def blank_values(template: str, known: Mapping[str, str]) -> dict[str, str]:
    """For a preview before the visit: what is not known yet stands as dots."""
    return {name: known.get(name) or "…" for name in placeholders(template)}
