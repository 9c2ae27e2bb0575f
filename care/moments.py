"""A protocol's own times in words: when a step's text goes, how long it is of use, who gets it."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from care.protocol import UNKNOWN, After, Anchor, MonthsAfter, OnDay, Protocol, Step, When
from care.why import say_fact, say_length

_EVENTS = {
    Anchor.BOOKING: "the booking",
    Anchor.MOVE: "the visit was moved",
    Anchor.VISIT: "the visit",
    Anchor.VISIT_END: "the visit ended",
}


def say_when(when: When) -> str:
    """``8 days before the visit, 10:00 AM``; ``1 hour after the visit ended``."""
    if isinstance(when, After):
        return _elapsed(when)
    if isinstance(when, MonthsAfter):
        ahead = f", less {_days(when.minus_days)}" if when.minus_days else ""
        known = f"After as many months as “{say_fact(when.fact)}” says{ahead}"
        return f"{known}, {say_time(when.at)} (while nobody has said: {say_when(when.fallback)})"
    return f"{say_day(when)}, {say_time(when.at)}"


def say_day(when: OnDay) -> str:
    """``8 days before the visit``; ``on the day of the visit``."""
    if when.days == 0:
        return "On the day of the visit"
    return f"{_days(abs(when.days))} {'before' if when.days < 0 else 'after'} the visit"


def _days(days: int) -> str:
    weeks, rest = divmod(days, 7)
    number, unit = (weeks, "week") if weeks >= 3 and not rest else (days, "day")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _elapsed(when: After) -> str:
    event = _EVENTS[when.anchor]
    if not when.delta:
        return "When the visit begins" if when.anchor is Anchor.VISIT else f"Right after {event}"
    before = when.delta < timedelta(0)
    if before and when.anchor is Anchor.VISIT:
        return f"{say_length(when.delta)} before the visit begins"
    return f"{say_length(when.delta)} {'before' if before else 'after'} {event}"


def say_time(at: time) -> str:
    """``10:00 AM``."""
    return f"{at.hour % 12 or 12}:{at:%M %p}"


def say_only_if(only_if: tuple[Mapping[str, str], ...], protocol: Protocol) -> str:
    """Who gets it, by the answers: ``“Does she ever get cold sores?” yes``. Empty: everybody."""
    return "; or ".join(
        ", ".join(say_answer(protocol, name, [value]) for name, value in wanted.items()) for wanted in only_if
    )


def say_answer(protocol: Protocol, fact: str, values: Sequence[str]) -> str:
    """A fact's question with its answers: ``“Is she pregnant, or may she be?” yes or not known yet``."""
    questions = {one.name: one.question for one in protocol.facts}
    said = ["not known yet" if value == UNKNOWN else say_fact(value) for value in values]
    return f"“{questions.get(fact, say_fact(fact))}” {' or '.join(said)}"


def sort_key(step: Step) -> tuple[int, float]:
    """Where a step stands on the line: what a booking brings, then by its distance to the visit, minutes."""
    when = step.at.fallback if isinstance(step.at, MonthsAfter) else step.at
    if when.anchor in (Anchor.BOOKING, Anchor.MOVE):
        return 0 if when.anchor is Anchor.BOOKING else 1, _minutes(when)
    return 2 if when.anchor is Anchor.VISIT else 3, _minutes(when)


def _minutes(when: OnDay | After) -> float:
    if isinstance(when, After):
        return when.delta / timedelta(minutes=1)
    return when.days * 24 * 60 + when.at.hour * 60 + when.at.minute
