"""Shorthand written out ("b4" is "before") and the words that matter most mended ("thorat" is "throat").

Only towards a short list of key words, only from what is no known word, and only by the slips that thumbs
make: two letters swapped, one lost, one doubled, or a neighbouring key. A dictionary would "mend"
drug names and other languages.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from rapidfuzz.distance import OSA

from messages.reading.normalise import Words
from messages.reading.patterns import load, text

_PATTERN_FILES = (
    "danger.yaml",
    "urgent.yaml",
    "routine.yaml",
    "control.yaml",
    "acts.yaml",
    "topics.yaml",
    "languages.yaml",
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LONG = 9  # letters from which two slips are mended


@cache
def _listed(part: str) -> frozenset[str]:
    words: str = load("spelling.yaml")[part]
    return frozenset(words.split())


@cache
def _known() -> frozenset[str]:
    """Words that are meant as they stand: listed ones, and all that the patterns themselves spell out."""
    spelled = (re.findall(r"[a-z]{4,}(?![a-z*])", text(name)) for name in _PATTERN_FILES)
    return _listed("known").union(*spelled)


@cache
def _shorthand() -> dict[str, str]:
    listed: dict[str, str] = load("spelling.yaml")["shorthand"]
    return {str(short): full for short, full in listed.items()}


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    listed: dict[str, str] = load("spelling.yaml")["phrases"]
    return tuple((re.compile(f"(?<= ){phrase}(?= )"), full) for phrase, full in listed.items())


@cache
def _neighbours() -> dict[str, frozenset[str]]:
    near: dict[str, set[str]] = {}
    for upper, row in enumerate(_ROWS):
        for column, key in enumerate(row):
            rows = _ROWS[max(0, upper - 1) : upper + 2]
            near[key] = {other for r in rows for other in r[max(0, column - 1) : column + 2]} - {key}
    return {key: frozenset(keys) for key, keys in near.items()}


def _one_slip(key: str) -> Iterable[str]:
    """Each way in which one slip of the thumb spoils a key word."""
    for at in range(len(key) - 1):
        yield key[:at] + key[at + 1] + key[at] + key[at + 2 :]
    if len(key) < 5:
        return
    for at in range(1, len(key)):
        yield key[:at] + key[at + 1 :]
        yield key[:at] + key[at] + key[at:]
    for at, letter in enumerate(key):
        for other in _neighbours().get(letter, ()):
            yield key[:at] + other + key[at + 1 :]


@cache
def _slips() -> dict[str, str]:
    spoiled: dict[str, str] = {}
    known = _listed("keys") | _known()
    for key in sorted(_listed("keys")):
        for slip in _one_slip(key):
            if slip not in known:
                spoiled.setdefault(slip, key)
    return spoiled


@cache
def _long_keys() -> tuple[str, ...]:
    return tuple(sorted(key for key in _listed("keys") if len(key) >= _LONG))


@cache
def _mended(token: str) -> str:
    """The key word that this token was meant to be, or the token itself."""
    if len(token) < 4 or not token.isalpha() or token in _listed("keys") or token in _known():
        return token
    slip = _slips().get(token)
    if slip or len(token) < _LONG - 1:
        return slip or token
    for key in _long_keys():
        if (key[0], key[-1]) == (token[0], token[-1]) and OSA.distance(token, key, score_cutoff=2) <= 2:
            return key
    return token


def _each(marked: str, change: Callable[[str], str]) -> str:
    return f" {' '.join(change(token) for token in marked.split())} "


def mend(words: Words) -> Words:
    """The same text with ``marked`` written out and mended; ``bare`` stays as typed."""
    marked = _each(words.marked, lambda token: _shorthand().get(token, token))
    marked = _each(marked, _mended)
    for phrase, full in _phrases():
        marked = phrase.sub(full, marked)
    return replace(words, marked=marked)
