"""Days, times and opening hours, said short and without doubt in each language.

Weekdays are written out in Spanish and Portuguese: "mar 10 mar" would be read twice.
Times are "2:00 PM" in all three, in Portuguese too: that is what her phone, the
appointment card and every sign in the town show; two clocks for one visit make a
missed visit. Everything here is in GSM-7, or becomes so when folded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

#: Opening and closing time by weekday, Monday = 0; a closed day has no entry.
Hours = Mapping[int, tuple[time, time]]


@dataclass(frozen=True)
class _Words:
    weekdays: tuple[str, ...]  # beside a date
    short: tuple[str, ...]  # in the opening hours
    months: tuple[str, ...]
    day: str  # weekday, day and month together
    date: str  # day and month
    span: str


_WORDS = {
    "en": _Words(
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        short=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        day="{weekday} {month} {day}",
        date="{month} {day}",
        span="{first} - {last}",
    ),
    "es": _Words(
        weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        short=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
        months=("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
        day="{weekday} {day} {month}",
        date="{day} {month}",
        span="del {first} al {last}",
    ),
    "pt": _Words(
        weekdays=("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"),
        short=("seg", "ter", "qua", "qui", "sex", "sáb", "dom"),
        months=("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"),
        day="{weekday} {day} {month}",
        date="{day} {month}",
        span="de {first} a {last}",
    ),
}


def _words(language: str) -> _Words:
    return _WORDS.get(language, _WORDS["en"])


def say_day(when: datetime, zone: ZoneInfo, language: str) -> str:
    """The day it is then in ``zone``: "Tue Mar 10", "martes 10 mar", "terça 10 mar"."""
    words, day = _words(language), when.astimezone(zone).date()
    weekday = words.weekdays[day.weekday()]
    return words.day.format(weekday=weekday, day=day.day, month=words.months[day.month - 1])


def say_time(when: datetime, zone: ZoneInfo, *, with_zone: bool = False) -> str:
    """The time it is then in ``zone``: "2:00 PM", in every language; "2:00 PM EST" with the zone.

    ``with_zone`` is for a patient whose own clock differs from the clinic's.
    """
    local = when.astimezone(zone)
    said = f"{local.hour % 12 or 12}:{local.minute:02} {_half(local.time())}"
    return f"{said} {local.tzname()}" if with_zone else said


def say_due(visit: date, language: str) -> str:
    """When the next visit of a series falls, 4 to 6 weeks on (page fact S61): "Jan 8 - Jan 22"."""
    first, last = visit + timedelta(weeks=4), visit + timedelta(weeks=6)
    words = _words(language)
    return words.span.format(first=_date(first, words), last=_date(last, words))


def _date(day: date, words: _Words) -> str:
    return words.date.format(day=day.day, month=words.months[day.month - 1])


def say_hours(hours: Hours, language: str) -> str:
    """Opening hours, like days together: "Mon-Fri 9 AM-5 PM, Sat 10 AM-2 PM"; empty when never open."""
    return ", ".join(_say_run(run, hours, _words(language).short) for run in _runs(hours))


def _runs(hours: Hours) -> Iterator[list[int]]:
    """Consecutive weekdays that keep the same hours."""
    for _, run in groupby(sorted(hours), key=lambda day: _run_start(day, hours)):
        yield list(run)


def _run_start(day: int, hours: Hours) -> int:
    while hours.get(day - 1) == hours[day]:
        day -= 1
    return day


def _say_run(run: list[int], hours: Hours, names: tuple[str, ...]) -> str:
    opens, closes = hours[run[0]]
    days = names[run[0]] if len(run) == 1 else f"{names[run[0]]}-{names[run[-1]]}"
    return f"{days} {_say_clock(opens)}-{_say_clock(closes)}"


def _say_clock(at: time) -> str:
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {_half(at)}"


def _half(at: time) -> str:
    return "AM" if at.hour < 12 else "PM"
