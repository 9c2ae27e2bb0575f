"""protocol.yaml: the steps as a nurse writes them, turned into :class:`care.protocol.Protocol`.

The format is told in docs/protocol-format.md. Old versions live in the database as
text and come back through :func:`protocol_from_yaml`, so its shape must stay readable.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from care.protocol import (
    UNKNOWN,
    Call,
    FactDefinition,
    Protocol,
    Purpose,
    Rung,
    Step,
    TextChoice,
    When,
    Window,
)
from messages.problem import Findings
from messages.protocol_rules import protocol_problems
from messages.when_file import Clock, Duration, ElapsedFile, WhenFile
from messages.yaml_file import FileModel, Model, parse, shape


def _alternatives(value: object) -> object:
    return [value] if isinstance(value, dict) else value


def _word(value: object) -> object:
    return str(value) if type(value) is int else value


Word = Annotated[str, BeforeValidator(_word)]
Conditions = Annotated[tuple[dict[str, Word], ...], BeforeValidator(_alternatives)]


class RungFile(FileModel):
    """One wording of a step and how long it stays true."""

    text: str | dict[str, dict[Word, str]]
    useful_until: WhenFile
    catch_up: Duration | None = None
    covers: frozenset[str] = frozenset()
    awaits: str | None = None

    @model_validator(mode="after")
    def _chooses_by_one_fact(self) -> Self:
        if isinstance(self.text, dict) and len(self.text) != 1:
            raise ValueError("text must choose by exactly one fact")
        if isinstance(self.text, dict) and UNKNOWN not in next(iter(self.text.values())):
            raise ValueError("text must say what is sent while the fact is unknown")
        return self

    def rung(self) -> Rung:
        """As the planner reads it."""
        return Rung(self.choice(), self.useful_until.made(), self.catch_up, self.covers, self.awaits)

    def choice(self) -> TextChoice:
        """The one wording, or the choice; ``unknown`` is what is sent when no other fits."""
        if isinstance(self.text, str):
            return TextChoice(self.text)
        [(fact, by_value)] = self.text.items()
        return TextChoice(by_value[UNKNOWN], fact, by_value)


class WindowFile(FileModel):
    """The hours of the day in which a step may leave."""

    opens: Clock = Window().opens
    closes: Clock = Window().closes


class StepFile(RungFile):
    """One timed text; its own lines are the first rung, ``late`` are the others."""

    step: str
    code: str
    at: WhenFile | None = None
    after: ElapsedFile | None = None
    late: tuple[RungFile, ...] = ()
    purpose: Purpose = Purpose.CARE
    window: WindowFile = WindowFile()
    only_if: Conditions = ()
    only_from: Clock | None = None
    held_by_urgent: bool = False
    only_without_ticket: bool = False
    if_missed: str | None = None
    carried_by: str | None = None

    @model_validator(mode="after")
    def _has_one_moment(self) -> Self:
        if (self.at is None) == (self.after is None):
            raise ValueError("needs either at (calendar time) or after (a length of time)")
        return self

    def made(self) -> Step:
        """As the planner reads it."""
        return Step(
            name=self.step,
            code=self.code,
            at=self._when(),
            ladder=tuple(rung.rung() for rung in (self, *self.late)),
            purpose=self.purpose,
            window=Window(self.window.opens, self.window.closes),
            only_if=tuple(self.only_if),
            only_from=self.only_from,
            held_by_urgent=self.held_by_urgent,
            only_without_ticket=self.only_without_ticket,
            if_missed=self.if_missed,
            carried_by=self.carried_by,
        )

    def _when(self) -> When:
        moment = self.at or self.after
        if moment is None:  # pragma: no cover -- the validator has refused it
            raise ValueError("a step without a moment")
        return moment.made()


class CallFile(FileModel):
    """A phone call that a person must make."""

    call: str
    reason: str
    within_days: int | None = None
    beyond_days: int | None = None
    only_if: Conditions = ()
    urgent: bool = False
    holds_visit: bool = False

    def made(self) -> Call:
        """As the planner reads it."""
        return Call(
            name=self.call,
            reason=self.reason,
            within_days=self.within_days,
            beyond_days=self.beyond_days,
            only_if=tuple(self.only_if),
            urgent=self.urgent,
            holds_visit=self.holds_visit,
        )


class FactFile(FileModel):
    """Something about the patient that steps depend on."""

    fact: str
    question: str
    values: tuple[Word, ...] = FactDefinition("", "").values
    derived: bool = False

    def made(self) -> FactDefinition:
        """As the planner reads it."""
        return FactDefinition(self.fact, self.question, self.values, self.derived)


class ProtocolFile(FileModel):
    """The whole file, its entries not yet looked at."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    steps: list[dict[str, Any]]
    calls: list[dict[str, Any]] = Field(default_factory=list)
    facts: list[dict[str, Any]] = Field(default_factory=list)


def protocol_from_yaml(source: str, file: str = "protocol.yaml") -> Protocol:
    """The protocol written in ``source``. Raises CatalogError with every mistake in it."""
    whole = shape(ProtocolFile, parse(source, file), file, "protocol")
    findings = Findings()
    steps = _shaped(StepFile, whole.steps, file, findings)
    calls = _shaped(CallFile, whole.calls, file, findings)
    facts = _shaped(FactFile, whole.facts, file, findings)
    findings.raise_if_any()
    protocol = Protocol(
        name=whole.name,
        version=whole.version,
        title=whole.title,
        steps=tuple(step.made() for step in steps),
        facts=tuple(fact.made() for fact in facts),
        calls=tuple(call.made() for call in calls),
    )
    findings.problems.extend(protocol_problems(protocol, file))
    findings.raise_if_any()
    return protocol


def _shaped(
    model: type[Model], entries: Iterable[Mapping[str, Any]], file: str, findings: Findings
) -> list[Model]:
    """The entries that fit; what does not fit goes to ``findings``."""
    kind = model.__name__.removesuffix("File").lower()
    shaped = []
    for entry in entries:
        with findings.gather():
            shaped.append(shape(model, entry, file, f"{kind} {entry.get(kind, '(without a name)')}"))
    return shaped
