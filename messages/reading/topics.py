"""What a text asks about: a topic by its words, then by how other patients phrased it; when unsure, none."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rapidfuzz import fuzz, process

from care.reading import Phase
from messages.reading.languages import LANGUAGES
from messages.reading.normalise import Words, prepare
from messages.reading.patterns import Matcher, load
from messages.reading.spelling import mend
from messages.wording import Topic

NEAR = 88.0  #: how alike two phrasings must be, 0 to 100
MARGIN = 6.0  #: and how much more alike than the best one of any other topic
FIRM = 2  #: below this rank a topic is too vague to be one of two questions

_PARTS = re.compile(r" (?:[.?,]|and|y|e|plus|also|tambien|tambem) ")
_ALTERNATIVE = re.compile(r" \| ")


@dataclass(frozen=True)
class Rule:
    """The words by which one topic is known, per language; ``person``: those that need a person all the same.

    ``after``: the topic it is once she is treated. ``not_after``: no topic of hers by then.
    """

    name: str
    rank: int
    words: Mapping[str, Matcher]
    after: str | None
    not_after: bool
    person: Matcher

    @classmethod
    def of(cls, name: str, entry: Mapping[str, Any], groups: Mapping[str, str]) -> "Rule":
        """Read one entry of the YAML file."""
        return cls(
            name=name,
            rank=entry["rank"],
            words={
                language: Matcher.of([alternatives(entry[language])], groups)
                for language in LANGUAGES
                if language in entry
            },
            after=entry.get("after"),
            not_after=entry.get("not_after", False),
            person=Matcher.of(entry.get("person", ()), groups),
        )

    def hits(self, marked: str, language: str) -> list[str]:
        """All words found: English ones in any text (patients mix), the others outside English texts."""
        tried = ("en",) if language == "en" else LANGUAGES
        return [hit.words for one in tried if one in self.words for hit in self.words[one].all(marked)]


@dataclass(frozen=True)
class Found:
    """A topic and the words that led to it. ``rank`` says how sure that is."""

    topic: str
    words: str
    rank: int
    by: str = "words"


@dataclass(frozen=True)
class Asked:
    """All that a text asks. ``to_person``: why a person must answer although an answer exists."""

    found: tuple[Found, ...] = ()
    to_person: str = ""


def alternatives(scalar: str) -> str:
    """A folded YAML scalar as one pattern: spaces on both sides of a ``|`` mean nothing."""
    return _ALTERNATIVE.sub("|", scalar)


@cache
def rules() -> tuple[Rule, ...]:
    """All topics of ``topics.yaml``, compiled once per process."""
    data = load("topics.yaml")
    return tuple(Rule.of(name, entry, data["groups"]) for name, entry in data["topics"].items())


@cache
def _filler() -> frozenset[str]:
    """Words that say nothing about the topic of a phrasing."""
    return frozenset(load("topics.yaml")["filler"].split())


@cache
def _after_words() -> Matcher:
    return Matcher.of(["<after_words>"], load("topics.yaml")["groups"])


class Topics:
    """The matcher over the topics of the catalog. Built once; :meth:`ask` is pure."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._phrasings = {
            _content(read(phrasing)): name for name, topic in topics.items() for phrasing in topic.phrasings
        }
        self._exact = {
            spoken(read(phrasing)): name for name, topic in topics.items() for phrasing in topic.phrasings
        }
        self._to_person = {
            _content(read(phrasing)): (name, why)
            for name, topic in topics.items()
            for phrasing, why in topic.to_person.items()
        }

    def ask(self, words: Words, phase: Phase, language: str) -> Asked:
        """What the text asks: at most two topics; none when it is not sure enough."""
        person = self._person(words)
        exact = self._word_for_word(words, phase)
        found = (exact,) if exact else self._by_words(words, phase, language)
        if not found or found[0].rank < FIRM:
            alike = self._by_phrasing(words, phase)
            found = (alike,) if alike else found
        if not found and person:
            found = (Found(person[0], words.bare, FIRM, "phrasing"),)
        why = person[1] if person else _needs_person(words.marked, found)
        return Asked(found, why)

    def _word_for_word(self, words: Words, phase: Phase) -> Found | None:
        """A clinician's own phrasing goes before any single word in it."""
        topic = self._exact.get(spoken(words))
        topic = in_phase(topic, phase) if topic else None
        return Found(topic, spoken(words), FIRM, "phrasing") if topic else None

    def _person(self, words: Words) -> tuple[str, str] | None:
        near = process.extractOne(
            _content(words), list(self._to_person), scorer=fuzz.token_sort_ratio, score_cutoff=NEAR
        )
        return self._to_person[near[0]] if near else None

    def _by_words(self, words: Words, phase: Phase, language: str) -> tuple[Found, ...]:
        whole = best_of(words.marked, phase, language)
        if not whole:
            return ()
        parts = [best_of(f" {part.strip()} ", phase, language) for part in _PARTS.split(words.marked)]
        firm = {part.topic: part for part in parts if part and part.rank > FIRM}
        if len(firm) == 2 and whole.topic in firm:
            return tuple(firm.values())
        return (whole,)

    def _by_phrasing(self, words: Words, phase: Phase) -> Found | None:
        content = _content(words)
        best: dict[str, float] = {}
        for phrasing, score, _ in process.extract(
            content, list(self._phrasings), scorer=fuzz.token_sort_ratio, score_cutoff=NEAR - MARGIN, limit=8
        ):
            topic = in_phase(self._phrasings[phrasing], phase)
            if topic:
                best[topic] = max(best.get(topic, 0.0), score)
        ranked = sorted(best.items(), key=lambda entry: -entry[1])
        if not ranked or ranked[0][1] < NEAR:
            return None
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < MARGIN:
            return None
        return Found(ranked[0][0], content, FIRM, "phrasing")


def best_of(marked: str, phase: Phase, language: str) -> Found | None:
    """The topic these words are about: the highest rank, then the longest words, then the file's order."""
    candidates = list(_candidates(marked, phase, language))
    return max(candidates, key=lambda found: (found.rank, len(found.words)), default=None)


def _candidates(marked: str, phase: Phase, language: str) -> Iterable[Found]:
    for rule in rules():
        hits = rule.hits(marked, language)
        if not hits or (rule.not_after and phase is Phase.AFTER):
            continue
        later = phase is Phase.AFTER or (phase is Phase.UNKNOWN and _speaks_of_after(marked))
        yield Found(rule.after if rule.after and later else rule.name, max(hits, key=len), rule.rank)


def _speaks_of_after(marked: str) -> bool:
    return " before " not in marked and _after_words().first(marked) is not None


def _needs_person(marked: str, found: Iterable[Found]) -> str:
    topics = {one.topic for one in found}
    for rule in rules():
        hit = rule.person.first(marked) if rule.name in topics else None
        if hit:
            return f"staff: {hit.words}"
    return ""


def in_phase(topic: str, phase: Phase) -> str | None:
    """The topic that a phrasing means in this phase; None when it cannot be meant."""
    if phase is not Phase.AFTER:
        general: dict[str, str] = load("topics.yaml")["before_healing"]
        return general.get(topic, topic)
    rule = next((rule for rule in rules() if rule.name == topic), None)
    if rule and rule.not_after:
        return None
    return rule.after if rule and rule.after else topic


def read(phrasing: str) -> Words:
    """A phrasing as an incoming text is read."""
    return mend(prepare(phrasing))


def spoken(words: Words) -> str:
    """The words alone, mended: what two phrasings are compared by."""
    return " ".join(word for word in words.marked.split() if word[0].isalnum())


def _content(words: Words) -> str:
    said = spoken(words)
    return " ".join(word for word in said.split() if word not in _filler()) or said
