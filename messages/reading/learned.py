"""What a text most likely wants, learned from labelled texts: the rules' finds and its words, together.

Logistic regression over pieces of words and over what each rule found, learned from ``labelled/`` by
``python -m benchmarks.weighing`` and kept in ``learned.bin``: a line of JSON, then one byte for each piece
and label. How it is used: :mod:`messages.reading.opinion`.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

SHORTEST, LONGEST = 2, 5  #: letters of a piece of a word
KNOWN_AT_LEAST = 0.4  #: of the pieces of a text
#: The label of texts of which only that much is known: nobody needs to look today.
NO_DANGER = "harmless"
#: A weight of nothing, as the byte it is kept in; how many bytes a sum of some hundred of them takes.
MIDDLE, LANE = 128, 4
#: What one rule's find counts beside all the words of a text together.
A_FIND = 0.7


@dataclass(frozen=True)
class Learned:
    """Weights. ``labels``: intents, questions by topic (``faq:pain``). ``at``: the row of each piece."""

    labels: Sequence[str]
    bias: Sequence[float]
    at: Mapping[str, int]
    rows: bytes
    scale: float

    def shares(self, marked: str, finds: Iterable[str]) -> dict[str, float]:
        """How likely each label is, 0 to 1; empty where too little of the text was ever seen to say anything.

        ``finds``: what the rules found, as ``opinion.finds_of`` names it.
        """
        held = pieces(marked)
        known = [self.at[piece] for piece in held if piece in self.at]
        if len(known) < KNOWN_AT_LEAST * len(held):
            return {}
        found = [self.at[find] for find in finds if find in self.at]
        words, rules = self._sum(known), self._sum(found)
        size = 1 / math.sqrt(len(known)) if known else 0.0
        sums = [
            bias + self.scale * (size * word + A_FIND * rule)
            for bias, word, rule in zip(self.bias, words, rules, strict=True)
        ]
        powers = [math.exp(one - max(sums)) for one in sums]
        return dict(zip(self.labels, (power / sum(powers) for power in powers), strict=True))

    def _sum(self, rows: Collection[int]) -> list[int]:
        """The sum of some rows, label by label.

        Each byte becomes a lane of four in one long whole number, so that Python adds all labels at once.
        """
        wide, lane = len(self.labels), bytearray(LANE * len(self.labels))
        total = 0
        for row in rows:
            lane[::LANE] = self.rows[row * wide : (row + 1) * wide]
            total += int.from_bytes(lane, "little")
        sums = total.to_bytes(LANE * wide, "little")
        middle = MIDDLE * len(rows)
        return [int.from_bytes(sums[at : at + LANE], "little") - middle for at in range(0, len(sums), LANE)]


#: Knows nothing: what the rules alone say, stands.
BLANK = Learned(("urgent_emergency", "urgent_same_day", "opt_out", "other"), (0, 0, 0, 9), {}, b"", 0.0)


def pieces(marked: str) -> frozenset[str]:
    """The words of a text, its pairs of words, the pieces of each word, its marks, and how it begins."""
    every = marked.split()
    words = [word for word in every if word[0].isalnum()]
    found = {f"{one} {other}" for one, other in pairwise(words)}
    for word in words:
        bordered = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            found.update(bordered[at : at + size] for at in range(len(bordered) - size + 1))
        found.add(bordered)
    found.update(f"~{word}" for word in every if not word[0].isalnum())
    found.update(f"^{word}" for word in words[:1])
    return frozenset(found | {f"#{min(len(words), 12) // 3}"})


@cache
def shipped() -> Learned:
    """What lies beside this module."""
    head, _, rows = files(__package__).joinpath("learned.bin").read_bytes().partition(b"\n")
    data = json.loads(head)
    at = {piece: row for row, piece in enumerate(data["pieces"])}
    return Learned(data["labels"], data["bias"], at, rows, data["scale"])
