"""The days that the numbers are about, as somebody chose them, and the days they are compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from care.instants import add_months
from scheduler.numbers import Period, before

LENGTHS = {"7": 7, "30": 30, "90": 90}
CHOICES = {"7": "7 days", "30": "30 days", "90": "90 days", "month": "This month", "last": "Last month"}
USUAL, OWN = "30", "own"
#: Longer than this is no question of "is it working".
LONGEST = 3 * 366


@dataclass(frozen=True)
class Chosen:
    """A period by its name in the address. ``problem``: why own dates were not taken."""

    key: str
    period: Period
    before: Period
    problem: str = ""

    @property
    def against(self) -> str:
        """What it is compared with, in words: ``the 30 days before``."""
        if self.key == "month":
            return f"the same days of {self.before.first:%B}"
        if self.key == "last":
            return f"{self.before.first:%B}"
        return f"the {self.before.days} days before" if self.before.days > 1 else "the day before"


def chosen(asked: Mapping[str, str], today: date) -> Chosen:
    """What was asked for; the usual period when it was nothing, or nothing that can be."""
    key = asked.get("period", "")
    if key == OWN or (not key and asked.get("from")):
        return _own(asked.get("from", ""), asked.get("to", ""), today)
    first_of_month = today.replace(day=1)
    if key == "month":
        then = add_months(first_of_month, -1)
        until = min(then.replace(day=1) + timedelta(days=today.day - 1), first_of_month - timedelta(days=1))
        return Chosen(key, Period(first_of_month, today), Period(then, until))
    if key == "last":
        then = add_months(first_of_month, -1)
        earlier = Period(add_months(then, -1), then - timedelta(days=1))
        return Chosen(key, Period(then, first_of_month - timedelta(days=1)), earlier)
    return _last_days(key if key in LENGTHS else USUAL, today)


def _last_days(key: str, today: date, problem: str = "") -> Chosen:
    period = Period(today - timedelta(days=LENGTHS[key] - 1), today)
    return Chosen(key, period, before(period), problem)


def _own(first: str, last: str, today: date) -> Chosen:
    try:
        begins, ends = date.fromisoformat(first), min(date.fromisoformat(last or today.isoformat()), today)
    except ValueError:
        return _last_days(USUAL, today, "These are not two dates: choose a first and a last day")
    if begins > ends:
        return _last_days(USUAL, today, "The first day must not be after the last, nor after today")
    period = Period(begins, ends)
    if period.days > LONGEST:
        return _last_days(USUAL, today, "Choose three years at most")
    return Chosen(OWN, period, before(period))
