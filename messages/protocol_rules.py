"""What a protocol must hold together: every name it uses exists, and no step can surprise."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from care.protocol import UNKNOWN, Anchor, FactDefinition, MonthsAfter, Protocol, Step
from messages.problem import Problem


def protocol_problems(protocol: Protocol, file: str) -> Iterator[Problem]:
    """Every name that leads nowhere, every name given twice."""
    yield from _repeated("step", (step.name for step in protocol.steps), file)
    yield from _repeated("call", (call.name for call in protocol.calls), file)
    yield from _repeated("fact", (fact.name for fact in protocol.facts), file)
    facts = {fact.name: fact for fact in protocol.facts}
    for step in protocol.steps:
        for problem, fix in _step_problems(step, protocol, facts):
            yield Problem(file, f"step {step.name}", problem, fix)
    for call in protocol.calls:
        for problem, fix in _condition_problems(call.only_if, facts):
            yield Problem(file, f"call {call.name}", problem, fix)


def _repeated(kind: str, names: Iterable[str], file: str) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem(file, f"{kind} {name}", f"is there {times} times", "Give each its own name")


Found = Iterator[tuple[str, str]]


def _step_problems(step: Step, protocol: Protocol, facts: Mapping[str, FactDefinition]) -> Found:
    yield from _condition_problems(step.only_if, facts)
    yield from _moment_problems(step, facts)
    for rung in step.ladder:
        if rung.text.fact is not None:
            yield from _choice_problems(rung.text.fact, rung.text.by_value, facts)
    named = {name for rung in step.ladder for name in rung.covers}
    if step.carried_by:
        named.add(step.carried_by)
    for name in sorted(named - {known.name for known in protocol.steps}):
        yield f"names the step '{name}', which is not there", "Correct the name, or add the step"
    if step.if_missed and step.if_missed not in {call.name for call in protocol.calls}:
        yield f"names the call '{step.if_missed}', which is not there", "Add it under calls, with its reason"


def _moment_problems(step: Step, facts: Mapping[str, FactDefinition]) -> Found:
    """A step before the visit must not end by an instant that is only known after it."""
    if isinstance(step.at, MonthsAfter) and step.at.fact not in facts:
        yield f"counts months by the unknown fact '{step.at.fact}'", "Add it under facts"
    aftercare = step.at.anchor is Anchor.VISIT_END
    for rung in step.ladder:
        if (rung.useful_until.anchor is Anchor.VISIT_END) != aftercare:
            yield "begins and ends by different visits' ends", "Write from: visit_end on both, or on neither"


def _condition_problems(
    conditions: Iterable[Mapping[str, str]], facts: Mapping[str, FactDefinition]
) -> Found:
    for wanted in conditions:
        for name, value in wanted.items():
            yield from _value_problems(name, value, facts)


def _choice_problems(name: str, by_value: Mapping[str, str], facts: Mapping[str, FactDefinition]) -> Found:
    for value in by_value:
        yield from _value_problems(name, value, facts)
    if name in facts:
        for value in sorted({*facts[name].values} - {*by_value}):
            yield f"has no text for {name}: {value}", "Add a wording for it"


def _value_problems(name: str, value: str, facts: Mapping[str, FactDefinition]) -> Found:
    if name not in facts:
        yield f"asks for the unknown fact '{name}'", "Correct the name, or add it under facts"
    elif value not in (*facts[name].values, UNKNOWN):
        allowed = ", ".join((*facts[name].values, UNKNOWN))
        yield f"asks for {name}: {value}, which it can never be", f"Use one of: {allowed}"
