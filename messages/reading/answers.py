"""YES, NO, NONE, C and R: short answers that mean what we last asked."""

import re
from functools import cache

from care.decision import CONFIRMATION, PREP_DECLARATION
from care.reading import Intent
from messages.reading.normalise import Words
from messages.reading.patterns import load

_THUMBS = re.compile(r"^[\s👍👌✅☑✔️🏻🏼🏽🏾🏿]+$")


@cache
def _listed(kind: str) -> frozenset[str]:
    return frozenset(load("answers.yaml")[kind])


@cache
def _none() -> re.Pattern[str]:
    first, more = ("|".join(load("answers.yaml")[kind]) for kind in ("none", "none_more"))
    return re.compile(f"(?:{first})(?: (?:{first}|{more}))*")


def find(words: Words, bare: str, expecting: str | None) -> Intent | None:
    """What a short answer means; None when the text is no short answer.

    A bare C always confirms and a bare R always asks for another time; the others need a question of ours.
    """
    if bare in {"c", "r"}:
        return Intent.CONFIRM if bare == "c" else Intent.RESCHEDULE
    if expecting == PREP_DECLARATION:
        if _none().fullmatch(words.bare):
            return Intent.DECLARED_NONE
        return Intent.DECLARED_SOME if bare in _listed("yes") else None
    if expecting == CONFIRMATION:
        if bare in _listed("yes") or (words.empty and _THUMBS.match(words.raw)):
            return Intent.CONFIRM
        return Intent.CANCEL if bare in _listed("no") else None
    return None
