"""What makes a catalog unsafe to send from: one rule each."""

from collections.abc import Iterator, Mapping

from care.protocol import Protocol, Step
from messages.problem import Problem
from messages.render import PLACEHOLDERS, placeholders
from messages.wording import Kind, Wording
from messages.wording_file import HANDOFF

#: The replies that the product itself asks for by name.
NEEDED_REPLIES = (
    *("emergency", "emergency_allergy", "poison", "crisis", "urgent", "urgent_closed"),
    *("blisters", "eye", "bleeding", "reaction", "pregnancy", "pregnancy_urgent", "accutane"),
    *("blood_thinner", "stopped_blood_thinner", "received", HANDOFF, "noted", "confirmed"),
    *("change_visit", "opted_out", "opted_in", "help", "unknown_number", "missed_call"),
    *("glad_to_hear", "page_staff", "page_taken", "page_gone", "left_open"),
)
#: The text that consent law and carriers ask for before any other: it cannot be switched off.
FIRST_TEXT = "welcome"


def catalog_problems(protocols: Mapping[str, Protocol], wordings: Mapping[str, Wording]) -> Iterator[Problem]:
    """Everything that could send a wrong text, a half-filled one, or none where one is owed."""
    for reply in NEEDED_REPLIES:
        if reply not in wordings:
            yield Problem("replies.yaml", reply, "is not there, and the product says it", "Write it")
    for wording in wordings.values():
        yield from wording_problems(wording)
        yield from _stand_in_problems(wording, wordings)
    for protocol in protocols.values():
        for step in protocol.steps:
            yield from _step_problems(protocol, step, wordings)


def wording_problems(wording: Wording) -> Iterator[Problem]:
    """What makes one wording unsafe, whatever stands around it."""
    yield from _placeholder_problems(wording)
    yield from _left_out(wording)


def _placeholder_problems(wording: Wording) -> Iterator[Problem]:
    allowed = PLACEHOLDERS[wording.kind.value]
    for language, text in wording.texts.items():
        for name in placeholders(text):
            if name not in allowed:
                fix = "Use one of: " + ", ".join(sorted(allowed))
                yield _problem(wording, language, f"asks for {{{name}}}, which nobody can fill", fix)
        rest = text
        for name in placeholders(text):
            rest = rest.replace(f"{{{name}}}", "")
        if "{" in rest or "}" in rest:
            yield _problem(wording, language, "has a loose brace", "Close it, or take it out")


def _left_out(wording: Wording) -> Iterator[Problem]:
    """One language must not lack the day, the hour or the phone that another one tells.

    That each begins with the clinic has a rule of its own (messages.check).
    """
    said = {language: set(placeholders(text)) for language, text in wording.texts.items()}
    known = set().union(*said.values()) & PLACEHOLDERS[wording.kind.value] - {"clinic"}
    for language, names in said.items():
        for name in sorted(known - names):
            problem = f"leaves out {{{name}}}, which another language says"
            yield _problem(wording, language, problem, "Say it here too, or take it out there")


def _stand_in_problems(wording: Wording, wordings: Mapping[str, Wording]) -> Iterator[Problem]:
    """A reply or answer that is off needs one that is on to stand in for it."""
    for stand_in in sorted({wording.until_approved, wording.in_emergency} - {None}, key=str):
        other = wordings.get(str(stand_in))
        if other is None or not other.on or other.kind is not Kind.REPLY:
            problem = f"names '{stand_in}' for the meantime, which is no reply that is on"
            yield _problem(wording, "until_approved", problem, "Name a reply that is on")
    if wording.id == FIRST_TEXT and not wording.on:
        problem = "is off, and the first text to a number must say how to get help and how to stop"
        yield _problem(wording, "off", problem, "Approve it, or write other words")
    if wording.kind is Kind.REPLY and not wording.on and wording.until_approved is None:
        problem = "is off, and nothing stands in for it"
        yield _problem(wording, "until_approved", problem, "Name the reply to send in the meantime")


def _step_problems(protocol: Protocol, step: Step, wordings: Mapping[str, Wording]) -> Iterator[Problem]:
    file = f"protocols/{protocol.name}/protocol.yaml"
    named = {name for rung in step.ladder for name in (rung.text.default, *rung.text.by_value.values())}
    for name in sorted(named):
        if name not in wordings or wordings[name].kind is not Kind.TIMED:
            problem = f"sends '{name}', which is no timed text"
            yield Problem(file, f"step {step.name}", problem, "Correct the name, or add it to texts.yaml")


def _problem(wording: Wording, key: str, problem: str, fix: str) -> Problem:
    return Problem(wording.file, f"{wording.id}: {key}", problem, fix)
