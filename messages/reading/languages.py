"""In which language a text is written: English, Spanish or Portuguese, by its small words and its signs."""

import re
from functools import cache
from typing import Any

from messages.reading.normalise import Words, fold
from messages.reading.patterns import load

LANGUAGES = ("en", "es", "pt")
_FILES = ("danger.yaml", "urgent.yaml", "routine.yaml", "control.yaml", "acts.yaml", "topics.yaml")
FOREIGN_AT_LEAST = 2  #: small words of another language, before a text is taken for it
_STEM = re.compile(r"[a-z]{5,}\*?")


@cache
def _small_words() -> dict[str, frozenset[str]]:
    listed: dict[str, str] = load("languages.yaml")["words"]
    return {language: frozenset(words.split()) for language, words in listed.items()}


@cache
def small_words() -> frozenset[str]:
    """The small words of all our languages, folded: they tell a language, and nothing else."""
    return frozenset().union(*_small_words().values())


@cache
def _signs() -> dict[str, str]:
    listed: dict[str, str] = load("languages.yaml")["signs"]
    return listed


@cache
def _stems() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    """Per language the words, and beginnings of words, that the other layers know in that language only."""
    listed: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for name in _FILES:
        _collect(load(name), listed)
    english = {stem.rstrip("*") for stem in listed["en"]}
    return {
        language: (
            frozenset(stem for stem in stems - listed["en"] if not stem.endswith("*")),
            tuple(stem[:-1] for stem in stems if stem.endswith("*") and stem[:-1] not in english),
        )
        for language, stems in listed.items()
        if language != "en"
    }


def _collect(data: Any, listed: dict[str, set[str]]) -> None:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in listed:
                listed[key].update(_STEM.findall(str(value)))
            else:
                _collect(value, listed)
    elif isinstance(data, list):
        for value in data:
            _collect(value, listed)


@cache
def _others() -> frozenset[str]:
    return frozenset(load("languages.yaml")["others"].split()) - small_words()


def foreign(words: Words) -> bool:
    """True for another script, or for more small words of other languages than of any of ours."""
    if words.other_script:
        return True
    said = [fold(word) for word in words.spelled.split()]
    theirs = sum(word in _others() for word in said)
    ours = max(sum(word in small for word in said) for small in _small_words().values())
    return theirs >= FOREIGN_AT_LEAST and theirs > ours


def detect(words: Words, locale: str) -> str:
    """``en``, ``es`` or ``pt``; the patient's own where the text does not tell, or is in none of them."""
    own = locale if locale in LANGUAGES else "en"
    if foreign(words) or len(words.spelled.strip()) == 1:
        return own
    spelled = words.spelled.split()
    folded = [fold(word) for word in spelled if len(word) == 1 or len(fold(word)) > 1]  # "xxxx" is no "x"
    scores = dict.fromkeys(LANGUAGES, 0.0)
    for language, small in _small_words().items():
        scores[language] += sum(1.0 for word in folded if word in small)
        scores[language] += _known(language, folded)
        scores[language] += sum(2.0 for sign in _signs().get(language, "").split() if sign in words.spelled)
    scores[own] += 0.5
    return max(LANGUAGES, key=lambda language: scores[language])


def _known(language: str, folded: list[str]) -> float:
    """One point for each word of the other layers that is known only outside English."""
    if language == "en":
        return 0.0
    whole, beginnings = _stems()[language]
    return sum(1.0 for word in folded if word in whole or word.startswith(beginnings))
