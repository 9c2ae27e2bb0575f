"""A second look at a text that no rule knew: how much it reads like texts that are labelled as dangerous.

Rules miss what nobody thought of. This is a small model over pieces of words, learned from ``examples.yaml``
by ``python -m benchmarks.learning`` and kept in ``second_look.json``. It only ever raises a text, never
lowers one. Why, and how much it catches: decision 7.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from care.reading import Flag, Urgency
from messages.reading import languages
from messages.reading.patterns import text

#: What a text is learned to be, in the order of the weights.
CLASSES = ("emergency", "same_day", "neither")
SHORTEST, LONGEST = 2, 5  # letters of a piece of a word
KNOWN_AT_LEAST = 0.4  #: of the pieces of a text, before anything is said about it
TELLING_AT_LEAST = 2  #: words that are no small words such as "the" and "my"
NEITHER = (0.0, 0.0, 1.0)
#: So likely danger that a person looks today: where no layer knew the text; where one found no harm in it.
UNREAD_FROM, READ_FROM = 0.75, 0.97
EMERGENCY_FROM = 0.6  #: so likely an emergency, among such texts, that 911 is named
RAISED_FROM = 0.85  #: so likely an emergency that a same-day sign found by a rule is raised to one


@dataclass(frozen=True)
class Model:
    """Weights of each piece for each class."""

    bias: Sequence[float]
    weights: Mapping[str, Sequence[float]]

    def shares(self, marked: str) -> tuple[float, ...]:
        """How likely each of the classes is, 0 to 1; neither for small words, or for mostly unknown ones."""
        held = pieces(marked)
        found = [self.weights[piece] for piece in sorted(held) if piece in self.weights]
        if len(found) < KNOWN_AT_LEAST * len(held) or not _tells(marked):
            return NEITHER
        size = 1 / math.sqrt(len(found)) if found else 0.0
        sums = [bias + size * sum(column) for bias, column in zip(self.bias, _columns(found), strict=True)]
        top = max(sums)
        powers = [math.exp(one - top) for one in sums]
        return tuple(power / sum(powers) for power in powers)

    def kind(self, marked: str) -> str:
        """The likeliest of the classes."""
        shares = self.shares(marked)
        return CLASSES[shares.index(max(shares))]


def _columns(found: Sequence[Sequence[float]]) -> Iterable[Sequence[float]]:
    return zip(*found, strict=True) if found else [(0.0,)] * len(CLASSES)


def words(marked: str) -> list[str]:
    """The words of a text without its marks."""
    return [word for word in marked.split() if word[0].isalnum()]


def _tells(marked: str) -> bool:
    small = languages.small_words()
    return sum(word not in small for word in words(marked)) >= TELLING_AT_LEAST


def pieces(marked: str) -> frozenset[str]:
    """The words of a text, its pairs of words, and the pieces of each word with its borders."""
    found = {f"{one} {other}" for one, other in pairwise(words(marked))}
    for word in words(marked):
        bordered = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            found.update(bordered[at : at + size] for at in range(len(bordered) - size + 1))
        found.add(bordered)  # the whole word, however long
    return frozenset(found)


@cache
def shipped() -> Model:
    """The model that lies beside this module."""
    data = json.loads(text("second_look.json"))
    return Model(data["bias"], data["weights"])


def dangerous(marked: str, model: Model) -> float:
    """How much a text reads like danger, 0 to 1."""
    return 1 - model.shares(marked)[2]


def flag(marked: str, model: Model, *, unread: bool) -> Flag | None:
    """What a text without danger, as far as the rules know, reads like; None when like nothing dangerous.

    ``unread``: no other layer knew anything of it either, so that less is enough.
    """
    emergency, same_day, _ = model.shares(marked)
    if emergency + same_day < (UNREAD_FROM if unread else READ_FROM):
        return None
    return _flag(emergency >= EMERGENCY_FROM, f"{max(emergency, same_day):.0%} alike")


def raised(marked: str, model: Model) -> Flag | None:
    """The emergency that a text with a same-day sign reads like; None if it is none, or not surely."""
    emergency = model.shares(marked)[0]
    return _flag(True, f"{emergency:.0%} alike") if emergency >= RAISED_FROM else None


def _flag(grave: bool, matched: str) -> Flag:
    return Flag(
        row="R0",
        urgency=Urgency.EMERGENCY if grave else Urgency.URGENT,
        reply="emergency" if grave else "urgent",
        matched=matched,
        about="reads like danger, though no rule knows the words",
    )
