"""Reading the whole catalog over before patients do: one small rule for each way a text can go wrong.

What would be unsafe to send is refused by :func:`messages.catalog.load_catalog` already;
here an error is what must not ship, a warning what should be mended, and an info what
still waits for somebody's decision.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from messages.catalog import Catalog
from messages.check_whole import TRANSLATIONS, whole_problems
from messages.grade import grade
from messages.phrases import (
    broken_promise,
    diagnosis,
    dose,
    false_comfort,
    names_treatment,
    reserved_offers,
    stops_medicine,
)
from messages.problem import Problem, Severity
from messages.render import render
from messages.review import review_on
from messages.samples import sample_values
from messages.segments import count, fold, not_gsm
from messages.wording import Kind, Source, Wording, version_of

MOST_PARTS = 2  # of GSM-7: what a patient pays for at most, and what carriers advise
HARDEST_GRADE = 8.0

Found = Iterator[tuple[str, str, str, Severity]]  # key, problem, fix, severity


def check(catalog: Catalog, clinic_name: str, today: date | None = None) -> list[Problem]:
    """Everything worth saying about the wording, gravest first.

    ``clinic_name`` fills the texts that are measured. ``today``: without it, no review is too old.
    """
    problems = [
        problem
        for wording in catalog.wordings.values()
        for problem in (*check_words(wording, clinic_name), *_standing(wording, today))
    ]
    problems += whole_problems(catalog, clinic_name)
    return gravest_first(problems)


def gravest_first(problems: list[Problem]) -> list[Problem]:
    """The same, errors before warnings before what merely waits."""
    order = list(Severity)
    return sorted(problems, key=lambda problem: order.index(problem.severity))


def check_words(wording: Wording, clinic_name: str) -> Iterator[Problem]:
    """What is to be said about the words of one wording, whoever signed them."""
    rules: tuple[Callable[[Wording], Found], ...] = (
        *(_names_clinic, _reserved, _english_in_gsm, _comfort, _promises, _doses, _stops, _diagnoses),
        *(_privacy, _languages),
    )
    found = [one for rule in rules for one in rule(wording)]
    found += [*_length(wording, clinic_name), *_grade(wording, clinic_name)]
    yield from _problems(wording, found)


def _standing(wording: Wording, today: date | None) -> Iterator[Problem]:
    """Who signed it, and when."""
    found = [one for rule in (_waits, _additions, _lapsed, _withdrawn) for one in rule(wording)]
    found += _stale(wording, today) if today else ()
    yield from _problems(wording, found)


def _problems(wording: Wording, found: Iterable[tuple[str, str, str, Severity]]) -> Iterator[Problem]:
    for key, problem, fix, severity in found:
        yield Problem(wording.file, f"{wording.id}{key}", problem, fix, severity)


def _names_clinic(wording: Wording) -> Found:
    """Carriers and CTIA: each text says whom it is from; many patients have several clinics."""
    for language, text in wording.texts.items():
        if not text.startswith("{clinic}: "):
            yield f": {language}", "does not begin with the clinic", "Begin with {clinic}:", Severity.ERROR


def _reserved(wording: Wording) -> Found:
    """A reply we invite must not be one that the carrier takes for STOP or START."""
    for language, text in wording.texts.items():
        for word in reserved_offers(text):
            fix = "Offer another word: C, R, NONE, BOOK"
            yield f": {language}", f"invites the reply {word}, a word carriers act on", fix, Severity.ERROR


def _english_in_gsm(wording: Wording) -> Found:
    if odd := not_gsm(wording.texts["en"].replace("{", "").replace("}", "")):
        fix = "Write plain quotes and dashes, no emoji"
        yield ": en", f"holds {' '.join(odd)}, which halves the room of a part", fix, Severity.ERROR


def _length(wording: Wording, clinic_name: str) -> Found:
    for language, text in wording.texts.items():
        size = count(fold(render(text, sample_values(clinic_name, language))))
        if size.parts > MOST_PARTS:
            problem = f"takes {size.parts} parts ({size.units} characters) even without accents"
            yield f": {language}", problem, "Shorten it to 306 characters", Severity.WARNING


def _grade(wording: Wording, clinic_name: str) -> Found:
    level = grade(render(wording.texts["en"], sample_values(clinic_name, "en")))
    if level > HARDEST_GRADE:
        fix = "Use shorter sentences and words"
        yield ": en", f"reads at grade {level:.1f}", fix, Severity.WARNING


def _comfort(wording: Wording) -> Found:
    """Beside a danger nothing is ever called normal."""
    if wording.source is not Source.SAFETY:
        return
    for language, text in wording.texts.items():
        if phrase := false_comfort(text):
            yield f": {language}", f"comforts with '{phrase}'", "Say what to do instead", Severity.ERROR


def _promises(wording: Wording) -> Found:
    for language, text in wording.texts.items():
        if phrase := broken_promise(text):
            yield f": {language}", f"promises '{phrase}'", "Say what many people see instead", Severity.ERROR


def _doses(wording: Wording) -> Found:
    """No text of ours tells anyone how much to take: the label and the prescriber do."""
    for language, text in wording.texts.items():
        if phrase := dose(text):
            yield f": {language}", f"tells a dose: '{phrase}'", "Say: as the label says", Severity.ERROR


def _stops(wording: Wording) -> Found:
    """No text of ours tells anyone to leave out what was prescribed."""
    for language, text in wording.texts.items():
        if phrase := stops_medicine(text):
            fix = "Send her to whoever prescribed it"
            yield f": {language}", f"tells to leave out a medicine: '{phrase}'", fix, Severity.ERROR


def _diagnoses(wording: Wording) -> Found:
    for language, text in wording.texts.items():
        if phrase := diagnosis(text):
            fix = "Say what to do, and whom to call"
            yield f": {language}", f"makes a diagnosis: '{phrase}'", fix, Severity.ERROR


def _privacy(wording: Wording) -> Found:
    """A pushed text may be read by anybody near the phone: it speaks of a visit, not of the treatment."""
    if wording.kind is not Kind.TIMED:
        return
    for language, text in wording.texts.items():
        if phrase := names_treatment(text):
            yield (
                f": {language}",
                f"names '{phrase}' on a lock screen",
                "Say visit, or medicine",
                Severity.ERROR,
            )


def _languages(wording: Wording) -> Found:
    """Timed texts are not even loaded without them; for answers see ``_untranslated``."""
    if wording.kind is Kind.REPLY and not wording.for_staff:
        for language in sorted(TRANSLATIONS - wording.texts.keys()):
            problem = "is not translated: English is sent"
            yield f": {language}", problem, "Have it translated", Severity.WARNING


def _waits(wording: Wording) -> Found:
    if not (wording.on or wording.withdrawn or (wording.approved and wording.approved.version)):
        problem = f"is off: its source is {wording.source.value}, and no clinician has signed it"
        line = f"approved: {{by: NAME, on: DATE, version: {wording.own_version}}}"
        fix = f"Approve it on the page Protocols; or, once signed: {line}"
        yield "", problem, fix, Severity.INFO


def _additions(wording: Wording) -> Found:
    for addition in wording.additions:
        if not addition.on:
            fix = f"Once signed: approved: {{by: NAME, on: DATE, version: {version_of(addition.texts)}}}"
            yield ": more", "waits for a clinician's signature", fix, Severity.INFO


def _lapsed(wording: Wording) -> Found:
    approval = wording.approved
    if approval and not wording.on:
        problem = f"has changed since {approval.by} signed it on {approval.on}"
        fix = f"Have it signed again, as version {wording.own_version}"
        yield ": approved", problem, fix, Severity.WARNING


def _withdrawn(wording: Wording) -> Found:
    if off := wording.withdrawn:
        problem = f"was switched off by {off.by} on {off.on}: {off.reason}"
        yield "", problem, "Switch it on again on the page Protocols, once it is right", Severity.INFO


def _stale(wording: Wording, today: date) -> Found:
    due = review_on(wording) if wording.approved else None
    if wording.approved and due and due < today:
        problem = f"was last reviewed on {wording.approved.on}"
        yield ": approved", problem, "Have it read again", Severity.WARNING
