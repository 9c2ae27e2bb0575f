"""The reasons staff read: why she gets a text, why not, why later. In words a patient could be told."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from care.protocol import After, Anchor, Facts, MonthsAfter, OnDay, Step, When, value_of

_ANCHOR_WORDS = {
    Anchor.BOOKING: "the booking",
    Anchor.MOVE: "the visit was moved",
    Anchor.VISIT: "the visit",
    Anchor.VISIT_END: "the visit",
}


def why_sent(step: Step, late: bool, pushed: timedelta) -> str:
    """Why a text goes at its moment."""
    reason = "Booked too late for its usual moment: catching up" if late else _moment(step.at)
    return f"{reason}; later, to keep texts in her daytime and apart" if pushed else reason


def _moment(when: When) -> str:
    anchor = _ANCHOR_WORDS[when.anchor]
    if isinstance(when, After):
        return f"{say_length(when.delta)} after {anchor}" if when.delta else f"Right after {anchor}"
    if isinstance(when, MonthsAfter):
        return "When the next visit comes due"
    at = when.at.strftime("%I:%M %p").lstrip("0")
    return f"{_day(when)} at {at}"


def _day(when: OnDay) -> str:
    if when.days == 0:
        return "On the day of the visit"
    days = abs(when.days)
    unit = "day" if days == 1 else "days"
    return f"{days} {unit} {'before' if when.days < 0 else 'after'} the visit"


def say_length(length: timedelta) -> str:
    """``1 hour``, ``30 minutes``: a length of time in words."""
    minutes = round(abs(length.total_seconds()) / 60)
    number, unit = (minutes // 60, "hour") if minutes and minutes % 60 == 0 else (minutes, "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def say_time(at: time) -> str:
    """``9 AM``, ``7:30 PM``."""
    return f"{at:%-I %p}" if at.minute == 0 else f"{at:%-I:%M %p}"


def say_instant(at: datetime, zone: ZoneInfo) -> str:
    """``Dec 3, 4:12 PM``: on the clock in that zone."""
    local = at.astimezone(zone)
    return f"{local:%b} {local.day}, {local:%-I:%M %p}"


def why_condition(step: Step, facts: Facts) -> str:
    """Why a step for some patients is not for her: what is known against what it wants."""
    return "Only " + ", or ".join(_wanted(wanted, facts) for wanted in step.only_if)


def _wanted(wanted: Mapping[str, str], facts: Facts) -> str:
    said = (
        f"if {say_fact(name)} is {value} (now: {value_of(facts, name)})" for name, value in wanted.items()
    )
    return " and ".join(said)


def say_fact(name: str) -> str:
    """A fact's name as words: ``next_visit_booked`` becomes ``next visit booked``."""
    return name.replace("_", " ")


def why_early_visit(step: Step) -> str:
    """Why an early visit does without the morning's text."""
    assert step.only_from is not None  # noqa: S101 -- the caller has just compared with it
    hour = step.only_from.strftime("%I:%M %p").lstrip("0")
    return f"The visit is before {hour}: the day-before text says it all"


def why_told(visit: datetime, zone: ZoneInfo) -> str:
    """Why a moved visit does not repeat a list."""
    day = visit.astimezone(zone)
    return f"Told already for the visit of {day:%a %b} {day.day}; it still holds"


def why_carried(step: Step) -> str:
    """Why a missed step needs no text of its own."""
    return f"Booked too late for it: the text “{say_fact(step.carried_by or '')}” carries it"


def why_too_late(step: Step) -> str:
    """Why a missed step is not sent at all."""
    return "Booked too late: a person calls" if step.if_missed else "Booked too late for it"


def why_merged(other: Step) -> str:
    """Why a late step has no text of its own."""
    return f"Asked in one text together with “{say_fact(other.name)}”"


def why_move_unneeded() -> str:
    """Why a move just after booking is not announced."""
    return "The booking text had not left yet and carries the new time"
