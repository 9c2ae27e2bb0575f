"""A protocol on a line of time: what a booking brings, the days before, the visit, the days after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from care.moments import say_answer, say_day, say_only_if, say_time, say_when, sort_key
from care.protocol import After, Anchor, MonthsAfter, OnDay, Protocol, Purpose, Rung, Step, Window
from care.why import say_fact, say_length
from scheduler.standing import Standing


@dataclass(frozen=True)
class Choice:
    """One wording of a rung, and for whom it is."""

    standing: Standing
    whom: str = ""  #: empty: for everybody


@dataclass(frozen=True)
class RungLine:
    """One rung of a step's ladder."""

    choices: tuple[Choice, ...]
    until: str
    catch_up: str
    covers: str


@dataclass(frozen=True)
class StepLine:
    """One step, as staff read it."""

    step: Step
    when: str
    only: str
    rungs: tuple[RungLine, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """The steps of one day, or of one event."""

    title: str
    steps: tuple[StepLine, ...]


@dataclass(frozen=True)
class Line:
    """The whole line; ``before`` ends with the visit's own day."""

    booking: tuple[Group, ...]
    before: tuple[Group, ...]
    after: tuple[Group, ...]


def line_of(protocol: Protocol, standings: Mapping[str, Standing]) -> Line:
    """The protocol's steps in the order in which she gets them."""
    sides: dict[str, list[Step]] = {"booking": [], "before": [], "after": []}
    for step in sorted(protocol.steps, key=sort_key):
        sides[_SIDES[step.at.anchor]].append(step)
    return Line(**{side: _groups(protocol, steps, standings) for side, steps in sides.items()})


def _groups(protocol: Protocol, steps: list[Step], standings: Mapping[str, Standing]) -> tuple[Group, ...]:
    return tuple(
        Group(title, tuple(_step(protocol, step, standings) for step in some))
        for title, some in groupby(steps, key=_title)
    )


_SIDES = {
    Anchor.BOOKING: "booking",
    Anchor.MOVE: "booking",
    Anchor.VISIT: "before",
    Anchor.VISIT_END: "after",
}


def _title(step: Step) -> str:
    when = step.at
    if isinstance(when, MonthsAfter):
        return "Months after the visit"
    if isinstance(when, After):
        return _EVENT_TITLES[when.anchor]
    if when.days == 0 and when.anchor is Anchor.VISIT:
        return "The day of the visit"
    return say_day(when)


_EVENT_TITLES = {
    Anchor.BOOKING: "When she books",
    Anchor.MOVE: "When her visit moves",
    Anchor.VISIT: "The day of the visit",
    Anchor.VISIT_END: "The day of the visit, once it is marked done",
}


def _step(protocol: Protocol, step: Step, standings: Mapping[str, Standing]) -> StepLine:
    return StepLine(
        step=step,
        when=say_time(step.at.at) if isinstance(step.at, OnDay) else say_when(step.at),
        only=say_only_if(step.only_if, protocol),
        rungs=tuple(_rung(protocol, rung, standings) for rung in step.ladder),
        notes=tuple(_notes(step)),
    )


def _rung(protocol: Protocol, rung: Rung, standings: Mapping[str, Standing]) -> RungLine:
    catch_up = say_length(rung.catch_up) if rung.catch_up is not None else ""
    return RungLine(
        choices=tuple(_choices(protocol, rung, standings)),
        until=say_when(rung.useful_until),
        catch_up=catch_up,
        covers=", ".join(sorted(say_fact(name) for name in rung.covers)),
    )


def _choices(protocol: Protocol, rung: Rung, standings: Mapping[str, Standing]) -> Iterator[Choice]:
    """Each wording once, with the values of the fact that lead to it."""
    text = rung.text
    by_name: dict[str, list[str]] = {}
    for value, name in text.by_value.items():
        by_name.setdefault(name, []).append(value)
    if text.fact is None or not by_name:
        yield Choice(standings[text.default])
        return
    for name, values in by_name.items():
        yield Choice(standings[name], say_answer(protocol, text.fact, values))


def _notes(step: Step) -> Iterator[str]:
    """What else decides about it, one sentence each."""
    if step.purpose is Purpose.MARKETING:
        yield "Only to patients who agreed to invitations"
    if step.only_from:
        yield f"Only for visits from {say_time(step.only_from)} on"
    if step.window != Window():
        yield f"May leave from {say_time(step.window.opens)} to {say_time(step.window.closes)} her time"
    if step.only_without_ticket:
        yield "Waits while any ticket about her is open"
    elif step.held_by_urgent:
        yield "Waits while an urgent ticket about her is open"
    if step.carried_by:
        yield f"If missed: “{say_fact(step.carried_by)}” says the same"
    if step.if_missed:
        yield f"If missed: a person makes the call “{say_fact(step.if_missed)}”"
