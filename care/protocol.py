"""A clinician's plan for one procedure, as data that :func:`care.plan.plan` reads.

Two kinds of time are kept apart on purpose. ``OnDay`` is calendar time ("the day
before, 4 PM"): wall clock, in the clinic's zone. ``After`` is elapsed time ("one
hour after the visit ends"): it is the same length on every day of the year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

YES, NO, UNKNOWN = "yes", "no", "unknown"


class Anchor(StrEnum):
    """The instants of a course that a step can hang on."""

    BOOKING = "booking"  #: when the visit was first booked
    MOVE = "move"  #: when it was last moved, if it was
    VISIT = "visit"  #: when it starts
    VISIT_END = "visit_end"  #: when it really ended; unknown until staff mark it done


class Purpose(StrEnum):
    """Why a text is pushed. It decides which consent and which limits apply."""

    BOOKING = "booking"  #: the texts that answer a booking; outside the daily limit
    CARE = "care"  #: instructions and check-ins around a visit
    MARKETING = "marketing"  #: invitations to come again; these need their own consent


@dataclass(frozen=True)
class OnDay:
    """Wall-clock ``at`` in the clinic's zone, ``days`` calendar days from the anchor's day."""

    anchor: Anchor
    days: int
    at: time


@dataclass(frozen=True)
class After:
    """``delta`` of elapsed time from the anchor; negative means before it."""

    anchor: Anchor
    delta: timedelta


@dataclass(frozen=True)
class MonthsAfter:
    """``fact`` calendar months after the anchor's day, less ``minus_days``; ``fallback`` when unknown."""

    anchor: Anchor
    fact: str
    minus_days: int
    at: time
    fallback: OnDay


When = OnDay | After | MonthsAfter


@dataclass(frozen=True)
class Window:
    """The hours, on the patient's own clock, in which a pushed text may leave."""

    opens: time = time(9)
    closes: time = time(20)


@dataclass(frozen=True)
class TextChoice:
    """Which wording to send: one for all, or one per value of a fact (``unknown`` included)."""

    default: str
    fact: str | None = None
    by_value: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rung:
    """One wording of a step and how long it stays true.

    A step is a ladder: its first rung is the instruction in time, the later ones
    re-word it once that time has passed. The same ladder serves a late booking and
    an outage: the rung is chosen by the moment the text really leaves.

    ``catch_up`` is the wait after booking (or after a fact became known) when the
    step's own moment had already gone by; None: this rung is never used to catch up.
    """

    text: TextChoice
    useful_until: When
    catch_up: timedelta | None = None
    covers: frozenset[str] = frozenset()  #: steps that this wording makes superfluous
    awaits: str | None = None  #: which answer a bare "yes" or "none" would then be


@dataclass(frozen=True)
class Step:
    """One timed text of a protocol."""

    name: str
    code: str  #: the clinician's short label, such as M2
    at: When
    ladder: tuple[Rung, ...]
    purpose: Purpose = Purpose.CARE
    window: Window = Window()
    only_if: tuple[Mapping[str, str], ...] = ()  #: any of these, all of whose facts must match
    only_from: time | None = None  #: only for visits that start at or after this, clinic time
    held_by_urgent: bool = False  #: waits while an urgent ticket is open
    only_without_ticket: bool = False  #: waits while any ticket about her is open
    if_missed: str | None = None  #: the call a person must make instead
    carried_by: str | None = None  #: the step that says the same when this one is missed


@dataclass(frozen=True)
class Call:
    """A phone call that a person must make, decided at planning time.

    ``within_days``: only when the visit is at most this many calendar days ahead
    at booking; ``beyond_days``: only when it is further away. ``only_if``: as for a step.
    ``urgent``: due at once rather than today. ``holds_visit``: no text about the visit
    leaves until somebody has looked.
    """

    name: str
    reason: str
    within_days: int | None = None
    beyond_days: int | None = None
    only_if: tuple[Mapping[str, str], ...] = ()
    urgent: bool = False
    holds_visit: bool = False


@dataclass(frozen=True)
class FactDefinition:
    """A fact that steps depend on: who is asked, and which values are allowed."""

    name: str
    question: str
    values: tuple[str, ...] = (YES, NO)
    derived: bool = False  #: worked out by us from the records, never entered


@dataclass(frozen=True)
class Fact:
    """What we know: a value, and since when (UTC). An unknown fact has no entry."""

    value: str
    known_at: datetime


Facts = Mapping[str, Fact]


@dataclass(frozen=True)
class Protocol:
    """One version of a clinician's plan for one procedure."""

    name: str
    version: int
    title: str
    steps: tuple[Step, ...]
    facts: tuple[FactDefinition, ...] = ()
    calls: tuple[Call, ...] = ()

    def step(self, name: str) -> Step:
        """Return the step of that name. Raises KeyError when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


def value_of(facts: Facts, name: str) -> str:
    """The value of a fact, ``unknown`` when nobody has said."""
    fact = facts.get(name)
    return fact.value if fact else UNKNOWN


def choose(text: TextChoice, facts: Facts) -> str:
    """The wording that fits what we know today."""
    if text.fact is None:
        return text.default
    return text.by_value.get(value_of(facts, text.fact), text.default)


def condition_met(only_if: tuple[Mapping[str, str], ...], facts: Facts) -> bool:
    """True when there is no condition, or all facts of any one alternative match."""
    return not only_if or any(
        all(value_of(facts, name) == value for name, value in wanted.items()) for wanted in only_if
    )
