"""YES, NO, NONE, C and R: short answers that mean what we last asked."""

import re
from functools import cache

from care.decision import CONFIRMATION, PREP_DECLARATION
from care.reading import Intent
from messages.reading.normalise import Words
from messages.reading.patterns import Matcher, load

_THUMBS = re.compile(r"^[\s👍👌✅☑✔️🏻🏼🏽🏾🏿]+$")


@cache
def _listed(kind: str) -> frozenset[str]:
    return frozenset(load("answers.yaml")[kind])


@cache
def _none() -> re.Pattern[str]:
    first, more = ("|".join(load("answers.yaml")[kind]) for kind in ("none", "none_more"))
    return re.compile(f"(?:{first})(?: (?:{first}|{more}))*")


@cache
def _matcher(kind: str) -> Matcher:
    return Matcher.of(load("answers.yaml")[kind], {})


def _is_list(words: Words, bare: str) -> bool:
    """True for "yes, retinol on Sunday" and "advil yesterday"; not for a question about it."""
    first = bare.split()[:1]
    asks = _matcher("asks").first(words.marked)
    if "?" in words.marked or (asks and asks.start <= 1):
        return False
    return bool(_matcher("items").first(words.marked)) or (first != [] and first[0] in _listed("yes"))


def find(words: Words, bare: str, expecting: str | None) -> Intent | None:
    """What a short answer means; None when the text is no short answer.

    A bare C always confirms and a bare R always asks for another time; the others need a question of ours.
    """
    if bare in {"c", "r"}:
        return Intent.CONFIRM if bare == "c" else Intent.RESCHEDULE
    if expecting == PREP_DECLARATION:
        if _none().fullmatch(words.bare):
            return Intent.DECLARED_NONE
        return Intent.DECLARED_SOME if _is_list(words, bare) else None
    if expecting == CONFIRMATION:
        if bare in _listed("yes") or (words.empty and _THUMBS.match(words.raw)):
            return Intent.CONFIRM
        return Intent.CANCEL if bare in _listed("no") else None
    return None
