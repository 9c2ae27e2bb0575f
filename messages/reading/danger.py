"""Which rows of the triage table a text touches: ``danger.yaml``, ``urgent.yaml``, ``routine.yaml``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from care.reading import Flag, Phase, Urgency
from messages.reading.lowering import why_lowered
from messages.reading.normalise import Words
from messages.reading.patterns import Hit, Matcher, load

FILES = ("danger.yaml", "urgent.yaml", "routine.yaml")


@dataclass(frozen=True)
class Row:
    """One entry of the lexicon: the signs of a row of the triage table and what they ask for."""

    row: str
    about: str
    urgency: Urgency
    reply: str
    signs: Matcher
    masks: Matcher
    bare: frozenset[str]
    not_in: frozenset[Phase]
    never_lowered: bool
    with_move: bool
    holds_visit: bool
    topic: str | None

    @classmethod
    def of(cls, entry: Mapping[str, Any], groups: Mapping[str, str]) -> "Row":
        """Read one entry of a YAML file."""
        patterns = [pattern for listed in entry["signs"].values() for pattern in listed]
        return cls(
            row=entry["row"],
            about=entry["about"],
            urgency=Urgency[entry["urgency"].upper()],
            reply=entry["reply"],
            signs=Matcher.of(patterns, groups),
            masks=Matcher.of(entry.get("masks", ()), groups),
            bare=frozenset(entry.get("bare", ())),
            not_in=frozenset(Phase(phase) for phase in entry.get("not_in", ())),
            never_lowered=entry.get("never_lowered", False),
            with_move=entry.get("with_move", True),
            holds_visit=entry.get("holds_visit", False),
            topic=entry.get("topic"),
        )

    def flag(self, words: Words) -> Flag | None:
        """The flag this row raises over a text; the strongest of its signs counts."""
        if words.bare in self.bare:
            return self._flagged(words.bare, "")
        marked = self.masks.blank(words.marked)
        lowered: Flag | None = None
        for hit in self.signs.all(marked):
            why = self._why_lowered(marked, hit)
            if not why:
                return self._flagged(hit.words, "")
            lowered = lowered or self._flagged(hit.words, why)
        return lowered

    def _why_lowered(self, marked: str, hit: Hit) -> str:
        if self.never_lowered:
            return ""
        return why_lowered(marked, hit, urgent_only=self.urgency > Urgency.URGENT)

    def _flagged(self, matched: str, lowered: str) -> Flag:
        return Flag(
            row=self.row,
            urgency=min(self.urgency, Urgency.ROUTINE) if lowered else self.urgency,
            reply="received" if lowered else self.reply,
            matched=matched,
            holds_visit=self.holds_visit and not lowered,
            lowered=lowered,
            about=self.about,
            topic=self.topic,
        )


@cache
def rows() -> tuple[Row, ...]:
    """All rows, the gravest file first. Compiled once per process."""
    groups: dict[str, str] = {}
    for name in FILES:
        groups |= load(name)["groups"]
    return tuple(Row.of(entry, groups) for name in FILES for entry in load(name)["rows"])


def find(words: Words, phase: Phase, *, moving: bool = False) -> tuple[Flag, ...]:
    """The flags of a text, the highest first, one per row.

    ``moving``: she asks to move or cancel a visit, which makes "I feel sick" a reason rather than a sign.
    """
    found: dict[str, Flag] = {}
    for row in _in_force(phase, moving):
        flag = row.flag(words)
        if flag and (row.row not in found or flag.urgency > found[row.row].urgency):
            found[row.row] = flag
    return tuple(sorted(found.values(), key=lambda flag: -flag.urgency))


def without_harmless(marked: str) -> str:
    """The text without the wordings that are listed as harmless although they sound like danger."""
    for row in rows():
        marked = row.masks.blank(marked)
    return marked


def _in_force(phase: Phase, moving: bool) -> Iterable[Row]:
    for row in rows():
        if phase in row.not_in or (moving and not row.with_move and phase is not Phase.AFTER):
            continue
        yield row
