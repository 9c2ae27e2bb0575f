"""Learns the second look from the packaged examples and writes it beside them.

    python -m benchmarks.learning

Logistic regression in three classes by AdaGrad, standard library only: the same examples make the same
weights. Run it after a line of ``messages/reading/examples.yaml`` or a phrasing has changed; a test says so
when it was forgotten.
"""

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from messages.catalog import Catalog, load_catalog
from messages.reading import second_look
from messages.reading.patterns import load
from messages.reading.second_look import CLASSES, Model, pieces
from messages.reading.topics import read

TARGET = Path(second_look.__file__).with_name("second_look.json")
PASSES, RATE, BIAS_RATE, SHRINK, SEED = 15, 0.5, 0.02, 2e-5, 7
SEEN_AT_LEAST = 2  # texts that must hold a piece
WORTH_KEEPING = 0.04


@dataclass(frozen=True)
class Example:
    """A text, as it was written and as it is read, and its class."""

    text: str
    marked: str
    kind: str


def example(text: str, kind: str) -> Example:
    """A text of one of the classes, as it is read."""
    return Example(text, read(text).marked, kind)


def labelled_examples() -> list[Example]:
    """The packaged examples, shuffled the same way each time."""
    listed: dict[str, list[str]] = load("examples.yaml")
    found = [example(text, kind) for kind, texts in listed.items() for text in texts]
    random.Random(SEED).shuffle(found)
    return found


def asked_examples(catalog: Catalog) -> list[Example]:
    """The shipped phrasings of questions: harmless."""
    topics = catalog.answers.values()
    return [example(text, "neither") for topic in topics for text in (*topic.phrasings, *topic.to_person)]


def fingerprint(found: Iterable[Example]) -> str:
    """A short hash of what was learned from."""
    return fingerprint_of((one.marked, one.kind) for one in found)


def fingerprint_of(found: Iterable[tuple[str, ...]]) -> str:
    """The same of anything that was learned from."""
    lines = sorted(set(found))
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:12]


def learned(found: Iterable[Example]) -> Model:
    """The model that these examples make; where two read alike, the later one counts."""
    kinds = {one.marked: CLASSES.index(one.kind) for one in found}
    split = [(sorted(pieces(marked)), kind) for marked, kind in kinds.items()]
    seen = Counter(piece for held, _ in split for piece in held)
    names = sorted(piece for piece, count in seen.items() if count >= SEEN_AT_LEAST)
    index = {piece: at for at, piece in enumerate(names)}
    descent = _Descent(len(names))
    descent.run([([index[piece] for piece in held if piece in index], kind) for held, kind in split])
    rounded = ((piece, [round(column[at], 2) for column in descent.columns]) for piece, at in index.items())
    kept = {piece: each for piece, each in rounded if max(map(abs, each)) >= WORTH_KEEPING}
    return Model([round(one, 3) for one in descent.bias], kept)


class _Descent:
    """AdaGrad over the rows; each class weighs the same, however many examples it has."""

    def __init__(self, size: int) -> None:
        self.columns = [[0.0] * size for _ in CLASSES]
        self.bias = [0.0] * len(CLASSES)
        self._slopes = [[1e-2] * size for _ in CLASSES]

    def run(self, rows: Sequence[tuple[list[int], int]]) -> None:
        """Each row ``PASSES`` times, in an order of its own each time."""
        count = Counter(kind for _, kind in rows)
        order = [row for row in rows if row[0]]
        shuffle = random.Random(SEED).shuffle
        for _ in range(PASSES):
            shuffle(order)
            for held, kind in order:
                self._step(held, kind, len(rows) / (len(CLASSES) * count[kind]))

    def _step(self, held: list[int], target: int, weight: float) -> None:
        size = 1 / math.sqrt(len(held))
        pairs = zip(self.bias, self.columns, strict=True)
        sums = [start + size * sum(map(column.__getitem__, held)) for start, column in pairs]
        powers = [math.exp(one - max(sums)) for one in sums]
        for kind, power in enumerate(powers):
            self._move(kind, held, weight * (power / sum(powers) - (kind == target)), size)

    def _move(self, kind: int, held: list[int], error: float, size: float) -> None:
        self.bias[kind] -= BIAS_RATE * error
        column, slope, push = self.columns[kind], self._slopes[kind], error * size
        for at in held:
            slope[at] += push * push
            column[at] -= RATE * (push + SHRINK * column[at]) / math.sqrt(slope[at])


def main() -> None:
    """Learn, and write the file."""
    found = [*asked_examples(load_catalog()), *labelled_examples()]
    model = learned(found)
    made = {"learned_from": fingerprint(found), "bias": model.bias, "weights": model.weights}
    TARGET.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(found)} examples, {len(model.weights):,} pieces, {TARGET.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
