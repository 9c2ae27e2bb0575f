"""New words for a wording, read over before anybody approves them: the rules of ``check``, and a few more.

An error is refused: such words could hurt or never leave. A warning is shown to whoever decides.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from messages.catalog import Catalog
from messages.catalog_rules import wording_problems
from messages.check import check_words, gravest_first
from messages.check_whole import flagged_privacy
from messages.overlay import problems_of
from messages.problem import Problem, Severity
from messages.render import ALWAYS, VISIT, placeholders, render
from messages.samples import sample_values
from messages.wording import Kind, Wording, version_of

LANGUAGES = ("en", "es", "pt")
#: The most one text may hold, characters (Twilio 21617).
LONGEST = 1600
#: What the shipped words tell must not get lost in an edit: whom to call, how to get out.
_KEPT = re.compile(r"\b(?:911|988|1-800-222-1222|STOP|HELP)\b")


@dataclass(frozen=True)
class Before:
    """What new words would take the place of: the wording as shipped, and the catalog as it is said."""

    shipped: Wording
    catalog: Catalog

    @property
    def said(self) -> Wording:
        """The wording as it is said until now."""
        return self.catalog.wordings[self.shipped.id]

    @property
    def placeholders(self) -> frozenset[str]:
        """What this wording has asked for, so that it is known to be filled."""
        texts = (*self.shipped.texts.values(), *self.said.texts.values())
        return frozenset(name for text in texts for name in placeholders(text))

    @property
    def may_ask_for(self) -> frozenset[str]:
        """What new words may ask for: what was known whenever it was said, and the clinic's own."""
        return self.placeholders | ALWAYS | (VISIT if self.shipped.kind is Kind.TIMED else frozenset())

    def kept(self, language: str) -> set[str]:
        """What may not get lost."""
        return {
            word for one in (self.shipped, self.said) for word in _KEPT.findall(one.texts.get(language, ""))
        }


@dataclass(frozen=True)
class Proof:
    """What is wrong with new words. ``errors`` refuse them."""

    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended first."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What whoever approves should know."""
        return tuple(one for one in self.problems if one.severity is not Severity.ERROR)


def tidy(texts: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as it is kept: one line each, in the order of the languages; empty ones left out."""
    plain = {language: " ".join(texts.get(language, "").split()) for language in LANGUAGES}
    return {language: text for language, text in plain.items() if text}


def read_over(before: Before, texts: Mapping[str, str], clinic: str) -> Proof:
    """Read new words over, gravest first. ``clinic`` fills what is measured."""
    found = [*_missing(before.said, texts), *_unprintable(before.said, texts)]
    if _grave(found):
        return Proof(tuple(gravest_first(found)))
    new = _worded(before.said, texts)
    found += [*_unfillable(before, new), *wording_problems(new)]
    if not _grave(found):
        found += [*check_words(new, clinic), *_too_long(new, clinic), *_got_lost(before, new)]
        found += _in_the_whole(before.catalog, new)
    return Proof(tuple(gravest_first(found)))


def _grave(found: list[Problem]) -> bool:
    return any(one.severity is Severity.ERROR for one in found)


def _worded(said: Wording, texts: Mapping[str, str]) -> Wording:
    version = version_of(texts)
    return replace(said, texts=texts, version=version, own_version=version, on=True, additions=())


def _missing(said: Wording, texts: Mapping[str, str]) -> Iterator[Problem]:
    needed = {"en"} | (set(said.texts) if said.kind is Kind.TIMED else set())
    for language in LANGUAGES:
        if language in texts:
            continue
        if language in needed:
            yield _problem(said, language, "is missing", "Write it: nobody may be left without this text")
        elif language in said.texts:
            instead = "a person answers" if said.kind is Kind.ANSWER else "English is sent"
            problem = f"is gone: {instead} in its place"
            yield _problem(said, language, problem, "Write it, or accept that", Severity.WARNING)


def _unprintable(said: Wording, texts: Mapping[str, str]) -> Iterator[Problem]:
    for language, text in texts.items():
        if not text.isprintable():
            yield _problem(said, language, "holds a character that no phone can show", "Type it anew")


def _unfillable(before: Before, new: Wording) -> Iterator[Problem]:
    """Only what is known whenever this wording is said."""
    known = before.may_ask_for
    for language, text in new.texts.items():
        for name in placeholders(text):
            if name not in known:
                fix = "Use one of: " + ", ".join(f"{{{one}}}" for one in sorted(known))
                yield _problem(new, language, f"asks for {{{name}}}, which is not known here", fix)


def _too_long(new: Wording, clinic: str) -> Iterator[Problem]:
    for language, text in new.texts.items():
        if len(render(text, sample_values(clinic, language))) > LONGEST:
            yield _problem(
                new, language, "is longer than one text may be", f"Stay within {LONGEST} characters"
            )


def _got_lost(before: Before, new: Wording) -> Iterator[Problem]:
    for language, text in new.texts.items():
        for kept in sorted(before.kept(language) - set(_KEPT.findall(text))):
            yield _problem(new, language, f"leaves out {kept}", "Say it, as the words until now do")


def _in_the_whole(catalog: Catalog, new: Wording) -> Iterator[Problem]:
    """What only shows beside the steps and the other wordings."""
    whole = replace(catalog, wordings={**catalog.wordings, new.id: new})
    known = problems_of(catalog)
    yield from (one for one in flagged_privacy(whole) if one.key.startswith(f"{new.id}: "))
    yield from (one for one in problems_of(whole) if one not in known)


def _problem(
    said: Wording, language: str, problem: str, fix: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(said.file, f"{said.id}: {language}", problem, fix, severity)


def language_of(problem: Problem) -> str | None:
    """Which language a finding is about; None: the wording as a whole."""
    _, _, key = problem.key.partition(": ")
    return key if key in LANGUAGES else None
