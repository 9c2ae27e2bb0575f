"""What a text wants done about a visit, by a person, or not at all. The words are ``acts.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from care.reading import Intent
from messages.reading.normalise import Words
from messages.reading.patterns import Matcher, load

#: Acts that are no intent of their own; staff see the name in ``matched``.
OTHER = ("booking_new", "appointment_lookup", "bot_identity", "prompt_injection", "spam", "visit_walk_in")
#: What a text tells about her rather than asks for.
FACTS = ("no_kit",)
LANGUAGES = ("en", "es", "pt")


@dataclass(frozen=True)
class Act:
    """One thing a text may want."""

    name: str
    bare: frozenset[str]
    masks: Matcher
    patterns: Matcher

    @classmethod
    def of(cls, name: str, entry: Mapping[str, Any], groups: Mapping[str, str]) -> "Act":
        """Read one entry of the YAML file."""
        listed = [pattern for language in LANGUAGES for pattern in entry.get(language, ())]
        return cls(
            name,
            frozenset(entry.get("bare", ())),
            Matcher.of(entry.get("masks", ()), groups),
            Matcher.of(listed, groups),
        )

    @property
    def intent(self) -> Intent:
        """The intent this act stands for."""
        if self.name == "who_is_this":
            return Intent.WRONG_NUMBER
        return Intent.OTHER if self.name in (*OTHER, *FACTS) else Intent(self.name)

    def found(self, words: Words, bare: str) -> str:
        """The words that ask for it, empty when none do."""
        if bare in self.bare:
            return bare
        hit = self.patterns.first(self.masks.blank(words.marked))
        return hit.words if hit else ""


@cache
def acts() -> tuple[Act, ...]:
    """All acts in order of precedence."""
    data = load("acts.yaml")
    return tuple(Act.of(name, entry, data["groups"]) for name, entry in data["acts"].items())


@cache
def _small() -> frozenset[str]:
    return frozenset(word if isinstance(word, str) else str(word) for word in load("acts.yaml")["small"])


def find(words: Words, bare: str) -> dict[str, str]:
    """Each act that the text asks for, with the words that ask for it, in order of precedence."""
    named = {act.name: act.found(words, bare) for act in acts()}
    return {name: said for name, said in named.items() if said}


def only_small_talk(words: Words) -> bool:
    """True for a text of nothing but greeting, thanks or "ok"."""
    spoken = words.bare.split()
    return bool(spoken) and "?" not in words.marked and all(word in _small() for word in spoken)


def intent_of(name: str) -> Intent:
    """The intent an act's name stands for."""
    return next(act.intent for act in acts() if act.name == name)
