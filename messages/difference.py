"""What changed between two versions of a text, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: So many words that stayed, between two changes, are read as part of them.
LONE = 1
_WORD = re.compile(r"\s*\S+|\s+$")


class Change(StrEnum):
    """What became of a stretch of words."""

    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True)
class Stretch:
    """Some words that share one fate, spaces included."""

    change: Change
    words: str


def difference(old: str, new: str) -> tuple[Stretch, ...]:
    """The way from ``old`` to ``new``: what stays, goes and comes, in reading order.

    Joining what stays and goes gives ``old``; what stays and comes gives ``new``.
    """
    return tuple(_stretches(_WORD.findall(old), _WORD.findall(new)))


def _stretches(old: list[str], new: list[str]) -> Iterator[Stretch]:
    for from_old, to_old, from_new, to_new in _spans(old, new):
        gone, come = "".join(old[from_old:to_old]), "".join(new[from_new:to_new])
        if gone == come:
            yield Stretch(Change.SAME, gone)
            continue
        if gone:
            yield Stretch(Change.OUT, gone)
        if come:
            yield Stretch(Change.IN, come)


def _spans(old: list[str], new: list[str]) -> list[list[int]]:
    """What is the same and what is not, in turn. A lone word between two changes is part of the change:
    eyes that jump from island to island read neither version.
    """
    spans: list[list[int]] = []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (tag, *span) in enumerate(blocks):
        inside = 0 < number < len(blocks) - 1
        island = tag == "equal" and inside and span[1] - span[0] <= LONE
        changed = tag != "equal" or island
        if changed and spans and spans[-1][4]:
            spans[-1][1], spans[-1][3] = span[1], span[3]
        else:
            spans.append([*span, changed])
    return [span[:4] for span in spans]
