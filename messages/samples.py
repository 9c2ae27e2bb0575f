"""The longest words that usually fill a placeholder, so that a text is measured at its worst."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from messages.dates import say_day, say_due, say_hours, say_time

_ZONE = ZoneInfo("America/New_York")
_VISIT = datetime(2026, 9, 30, 16, 30, tzinfo=UTC)  # a Wednesday: the longest weekday
_WEEK = {day: (time(9), time(17)) for day in range(5)}


def sample_values(clinic: str, language: str) -> Mapping[str, str]:
    """A value for every placeholder, as it would read in this language."""
    day, hour = say_day(_VISIT, _ZONE, language), say_time(_VISIT, _ZONE)
    return {
        "clinic": clinic,
        "phone": "781-555-0100",
        "hours": say_hours(_WEEK, language),
        "address": "1200 Washington Street, Suite 300, Hanover, MA",
        "day": day,
        "date5": day,
        "date2": day,
        "time": hour,
        "time24": hour,
        "due": say_due(date(2026, 8, 30), language),
        "n": "12",
        "urgency": "emergency",
        "ticket": "12345",
        "link": "https://texts.example.com/tickets/12345",
        "open": "12",
        "overdue": "12",
    }
