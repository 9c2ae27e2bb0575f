"""What a text most likely wants, learned from labelled texts: the rules' finds, its words and its meaning.

Logistic regression over pieces of words, over what each rule found, and over the text's vector
(:mod:`messages.reading.vectors`), learned from ``labelled/`` by ``python -m benchmarks.weighing`` and kept in
``learned.bin``: a line of JSON, one byte for each piece and label, four for each number of the vector and
label. How it is used: :mod:`messages.reading.opinion`.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from messages.reading import vectors

SHORTEST, LONGEST = 2, 5  #: letters of a piece of a word
KNOWN_AT_LEAST = 0.4  #: of the pieces of a text
#: The label of texts of which only that much is known: nobody needs to look today.
NO_DANGER = "harmless"
#: What one rule's find counts beside all the words of a text together.
A_FIND = 0.7


@dataclass(frozen=True)
class Learned:
    """Weights. ``labels``: intents, questions by topic (``faq:pain``). ``at``: the row of each piece.

    ``rows``: a row for each piece, a column for each label, to be multiplied by ``scale``; ``meaning``: a row
    for each number of a vector.
    """

    labels: Sequence[str]
    bias: NDArray[np.float32]
    at: Mapping[str, int]
    rows: NDArray[np.int8]
    scale: float
    meaning: NDArray[np.float32]

    def shares(self, text: str, marked: str, finds: Iterable[str]) -> dict[str, float]:
        """How likely each label is, 0 to 1; empty where too little of the text was ever seen to say anything.

        ``marked``: the text as rules read it. ``finds``: what they found, as ``opinion.finds_of`` names it.
        """
        held = pieces(marked)
        known = [self.at[piece] for piece in held if piece in self.at]
        if len(known) < KNOWN_AT_LEAST * len(held):
            return {}
        found = [self.at[find] for find in finds if find in self.at]
        words = self._sum(known) / math.sqrt(len(known) or 1)
        sums = self.bias + self.scale * (words + A_FIND * self._sum(found))
        sums += vectors.shipped()(text) @ self.meaning
        powers = np.exp(sums - sums.max())
        return dict(zip(self.labels, (powers / powers.sum()).tolist(), strict=True))

    def _sum(self, rows: Sequence[int]) -> NDArray[np.float32]:
        total: NDArray[np.float32] = self.rows[list(rows)].sum(axis=0, dtype=np.float32)
        return total


#: Knows nothing: what the rules alone say, stands.
BLANK = Learned(
    ("other",), np.zeros(1, np.float32), {}, np.zeros((0, 1), np.int8), 0.0, np.zeros((1, 1), np.float32)
)


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
    head, _, rest = files(__package__).joinpath("learned.bin").read_bytes().partition(b"\n")
    data = json.loads(head)
    wide, at = len(data["labels"]), {piece: row for row, piece in enumerate(data["pieces"])}
    rows = np.frombuffer(rest, np.int8, len(at) * wide).reshape(-1, wide)
    meaning = np.frombuffer(rest, "<f4", offset=rows.size).astype(np.float32).reshape(-1, wide)
    return Learned(data["labels"], np.array(data["bias"], np.float32), at, rows, data["scale"], meaning)
