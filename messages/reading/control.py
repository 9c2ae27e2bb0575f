"""STOP, START, HELP and every other way of saying it. An opt-out is decided by what its verb acts on."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from messages.reading.normalise import Words
from messages.reading.patterns import Matcher, load

#: Unicode case and width are gone already; only whole words decide.
_CLAUSE = re.compile(r" [.,] ")


@dataclass(frozen=True)
class Control:
    """What a text says about the texts themselves. The strings are the words that said so, empty if none did.

    ``keyword``: the bare control word that was the whole text.
    ``unclear``: she wants no more of something, and does not say of what.
    """

    opt_out: str = ""
    opt_in: str = ""
    help: str = ""
    keyword: str = ""
    unclear: str = ""


@dataclass(frozen=True)
class _Rules:
    bare: dict[str, frozenset[str]]
    polite: frozenset[str]
    masks: Matcher
    opt_out: Matcher
    opt_in: Matcher
    opt_in_masks: Matcher
    help: Matcher
    unclear: Matcher


@cache
def _rules() -> _Rules:
    data: dict[str, Any] = load("control.yaml")
    groups = data["groups"]

    def matcher(name: str) -> Matcher:
        listed = data[name]
        patterns = [one for each in listed.values() for one in each] if isinstance(listed, dict) else listed
        return Matcher.of(patterns, groups)

    return _Rules(
        bare={kind: frozenset(words) for kind, words in data["bare"].items()},
        polite=frozenset(data["polite"]),
        masks=matcher("masks"),
        opt_out=matcher("opt_out"),
        opt_in=matcher("opt_in"),
        opt_in_masks=matcher("opt_in_masks"),
        help=matcher("help"),
        unclear=matcher("unclear"),
    )


def bare_word(words: Words) -> str:
    """The whole text as a control word is written: no politeness, no repetition ("STOP STOP STOP")."""
    for text in (words.bare, _unmarked(words)):
        kept = [word for word in text.split() if word not in _rules().polite] or text.split()
        if len(set(kept)) == 1:
            kept = kept[:1]
        found = " ".join(kept)
        if any(found in known for known in _rules().bare.values()):
            return found
    return words.marked.strip() if words.marked.strip() in _rules().bare["help"] else words.bare


def _unmarked(words: Words) -> str:
    return " ".join(word for word in words.marked.split() if word[0].isalnum())


def find(words: Words) -> Control:
    """Everything the text says about the texts themselves."""
    rules = _rules()
    word = bare_word(words)
    if word in rules.bare["opt_out"]:
        return Control(opt_out=word, keyword=word)
    if word in rules.bare["opt_in"]:
        return Control(opt_in=word, keyword=word)
    if word in rules.bare["help"]:
        return Control(help=word, keyword=word)
    masked = rules.masks.blank(words.marked)
    out = _leading(words) or _words(rules.opt_out, masked)
    opt_in = "" if out else _words(rules.opt_in, rules.opt_in_masks.blank(words.marked))
    return Control(
        opt_out=out,
        opt_in=opt_in,
        help=_words(rules.help, words.marked),
        unclear="" if out else _words(rules.unclear, masked),
    )


def acts_on_something_else(marked: str) -> bool:
    """True when "stop", "opt out" or "remove me" is said of a visit, a cream, a photograph."""
    return _rules().masks.first(marked) is not None


def _words(matcher: Matcher, marked: str) -> str:
    hit = matcher.first(marked)
    return hit.words if hit else ""


def _leading(words: Words) -> str:
    """A bare STOP at the head of a longer text: "Stop. My face hurts", "STOP I can't breathe"."""
    data = load("control.yaml")
    first, *rest = words.marked.split() or [""]
    if first not in data["leading"] or not rest:
        return ""
    if rest[0] in {",", "."} and "?" not in rest:
        return first
    return first if rest[0] in data["leading_before"] else ""
