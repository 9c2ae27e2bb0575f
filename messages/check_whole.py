"""Rules about the catalog as a whole: what no single wording can show."""

from collections.abc import Iterator

from messages.catalog import Catalog
from messages.phrases import names_condition
from messages.problem import Problem, Severity
from messages.reading.topics import read, spoken
from messages.render import render
from messages.samples import sample_values
from messages.segments import count, fold
from messages.wording import Kind

TRANSLATIONS = frozenset({"es", "pt"})


def whole_problems(catalog: Catalog, clinic_name: str) -> Iterator[Problem]:
    """What the wordings and the protocols show together."""
    yield from flagged_privacy(catalog)
    yield from _unused(catalog)
    yield from _claimed_twice(catalog)
    yield from _untranslated(catalog)
    yield from _drafts(catalog)
    yield from _cost(catalog, clinic_name)


def flagged_privacy(catalog: Catalog) -> Iterator[Problem]:
    """A text that only some patients get says by its arrival what they have; it must not say more."""
    for protocol in catalog.protocols.values():
        for step in protocol.steps:
            for rung in step.ladder if step.only_if else ():
                wording = catalog.wordings[rung.text.default]
                for language, text in wording.texts.items():
                    if phrase := names_condition(text):
                        problem = f"names '{phrase}', and only patients who have it get this text"
                        yield Problem(
                            wording.file, f"{wording.id}: {language}", problem, "Leave the reason out"
                        )


def _unused(catalog: Catalog) -> Iterator[Problem]:
    steps = [step for protocol in catalog.protocols.values() for step in protocol.steps]
    choices = [rung.text for step in steps for rung in step.ladder]
    sent = {name for choice in choices for name in (choice.default, *choice.by_value.values())}
    for wording in catalog.wordings.values():
        if wording.kind is Kind.TIMED and wording.id not in sent:
            fix = "Name it in a step, or remove it"
            yield Problem(wording.file, wording.id, "is sent by no step", fix, Severity.WARNING)


def _claimed_twice(catalog: Catalog) -> Iterator[Problem]:
    """Two topics that list the same phrasing: which one is meant would be chance. Typos and accents aside."""
    for protocol, topics in catalog.answers_for.items():
        claims: dict[str, str] = {}
        for name, topic in topics.items():
            for phrasing in (*topic.phrasings, *topic.to_person):
                other = claims.setdefault(spoken(read(phrasing)), name)
                if other != name:
                    problem = f"claims '{phrasing}', and so does {other}"
                    file = f"protocols/{protocol}/answers.yaml"
                    yield Problem(file, f"topic {name}", problem, "Leave it to one of them")


def _untranslated(catalog: Catalog) -> Iterator[Problem]:
    answers = [wording for wording in catalog.wordings.values() if wording.kind is Kind.ANSWER]
    for file in dict.fromkeys(wording.file for wording in answers):
        for language in sorted(TRANSLATIONS):
            missing = sum(w.file == file and language not in w.texts for w in answers)
            if missing:
                problem = f"{missing} answers are not there in {language}: a person answers in their place"
                yield Problem(file, language, problem, "Have them translated", Severity.INFO)


def _drafts(catalog: Catalog) -> Iterator[Problem]:
    files = [wording.file for wording in catalog.wordings.values() if wording.draft_translation]
    for file in dict.fromkeys(files):
        problem = f"{files.count(file)} translations are drafts"
        fix = "Have a qualified medical translator read them, then remove translation: draft"
        yield Problem(file, "translation", problem, fix, Severity.INFO)


def _cost(catalog: Catalog, clinic_name: str) -> Iterator[Problem]:
    """What sending every timed text once would be billed as, with real spelling and folded."""
    for language in ("en", *sorted(TRANSLATIONS)):
        values = sample_values(clinic_name, language)
        timed = [wording for wording in catalog.wordings.values() if wording.kind is Kind.TIMED]
        texts = [render(wording.texts[language], values) for wording in timed]
        real, plain = sum(count(t).parts for t in texts), sum(count(fold(t)).parts for t in texts)
        problem = f"{len(texts)} timed texts in {language} are {real} parts, {plain} without accents"
        yield Problem("protocols", "cost", problem, "Folding accents is a clinic's own choice", Severity.INFO)
