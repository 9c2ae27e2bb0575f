"""From a wording's id to the words that leave: today's facts, her language, the approved version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from messages.dates import say_day, say_due, say_hours, say_time
from messages.render import placeholders, render
from scheduler.works import Works
from store.clinic import hours_of
from store.mobile import spoken
from store.tables import Appointment, Location


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
    return Words(wording.id, wording.version, render(template, values))


def place_values(location: Location, language: str) -> dict[str, str]:
    """What every text may name: the clinic, its phone, its hours, where it is."""
    return {
        "clinic": location.clinic,
        "phone": spoken(location.number),
        "hours": say_hours(hours_of(location).week, language),
        "address": location.address,
    }


def visit_values(visit: Appointment, language: str, now: datetime) -> dict[str, str]:
    """What a text about this visit may name: days and times by the clinic's clock.

    A patient whose own clock differs sees which one is meant: "2:00 PM EST".
    """
    zone = ZoneInfo(visit.location.timezone)
    elsewhere = visit.patient.timezone not in (None, visit.location.timezone)
    start = visit.starts_at

    def day_before(days: int) -> str:
        return say_day(start.astimezone(zone) - timedelta(days=days), zone, language)

    values = place_values(visit.location, language) | {
        "day": say_day(start, zone, language),
        "time": say_time(start, zone, with_zone=elsewhere),
        "date5": day_before(5),
        "date2": day_before(2),
        "due": say_due(start.astimezone(zone).date(), language),
        "n": str(max(1, round((now - start) / timedelta(days=30.44)))),
    }
    if visit.ended_at:  # a day later by the clock on the wall, as the text says "today until 3:30 PM"
        values["time24"] = say_time(visit.ended_at + timedelta(hours=24), zone, with_zone=elsewhere)
    return values


def blank_values(template: str, known: Mapping[str, str]) -> dict[str, str]:
    """For a preview before the visit: what is not known yet stands as dots."""
    return {name: known.get(name) or "…" for name in placeholders(template)}
