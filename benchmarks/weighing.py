"""Learns what a text most likely wants, and writes it beside the rules.

    pip install -r benchmarks/requirements-learning.txt
    python -m benchmarks.weighing              # after a line of labelled/ or a rule has changed
    python -m benchmarks.weighing --crossed    # four fifths are learned, the last fifth is read

From ``messages/reading/labelled/``: texts under headings ``## intent topic language``; a text that was read
wrongly in use becomes a line there. Also from the shipped phrasings, ``examples.yaml`` and
``tests/data/understood.jsonl``. The rules' finds are learned from as well, but only where the rules were not
mended by the text: elsewhere they are always right, and would be trusted too much.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.learning import fingerprint_of
from benchmarks.understanding import folds
from messages.catalog import load_catalog
from messages.read import Reader
from messages.reading import learned, vectors
from messages.reading.intents import page_topics, sign_topics
from messages.reading.learned import A_FIND, NO_DANGER, Learned, pieces
from messages.reading.opinion import finds_of
from messages.reading.patterns import load
from messages.reading.topics import read
from messages.reading.understand import explain

ROOT = Path(__file__).parent.parent
LABELLED = ROOT / "messages/reading/labelled"
TARGET = Path(learned.__file__).with_name("learned.bin")
#: Texts that the rules were mended by.
SEEN_BY_RULES = frozenset({"mended", "understood", "phrasings", "examples"})
SEEN_AT_LEAST, SOFT, PASSES = 2, 20.0, 200
#: The examples of danger are many, and most texts are harmless.
WEIGHT = {"examples": 0.35}


@dataclass(frozen=True)
class Text:
    """A labelled text: ``intents`` by value, ``topic`` of a question, and the file it stands in."""

    text: str
    intents: tuple[str, ...]
    topic: str
    source: str

    @property
    def labels(self) -> list[str]:
        """What is learned for it: an intent, a question with its topic."""
        return [f"{one}:{self.topic}" if one.startswith("faq") else one for one in self.intents]


def packaged() -> Iterator[Text]:
    """All of it."""
    for path in sorted(LABELLED.rglob("*.txt")):
        yield from in_file(path)
    for line in (ROOT / "tests/data/understood.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        topic = one.get("topic", "").partition("+")[0]
        yield Text(one["text"], tuple(one["intent"].split("+")), topic, "understood")
    kinds = {"urgent_emergency": "emergency", "urgent_same_day": "same_day", NO_DANGER: "neither"}
    for intent, kind in kinds.items():
        yield from (Text(text, (intent,), "", "examples") for text in load("examples.yaml")[kind])
    for name, topic in load_catalog().answers.items():
        wide = topic.within or name
        if wide in sign_topics() and wide not in page_topics():
            continue
        intent = "faq" if wide in page_topics() else "faq_unanswerable"
        yield from (Text(text, (intent,), wide, "phrasings") for text in topic.phrasings)


def in_file(path: Path) -> Iterator[Text]:
    """The texts of one file. Raises ValueError for one above the first heading."""
    heading: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = line[3:].split()
        elif line.strip() and not line.startswith("# "):
            if not heading:
                raise ValueError(f"{path.name}: {line!r} stands under no heading")
            topic = "" if heading[1] in ("-", "phrase") else heading[1]
            yield Text(line.strip(), tuple(heading[0].split("+")), topic, path.parent.name)


def learn(texts: Sequence[Text], reader: Reader) -> Learned:
    """Multinomial logistic regression, by scikit-learn; the weights of pieces and finds rounded to a byte."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import normalize

    rows = [(one, label) for one in texts for label in one.labels]
    words, finds = DictVectorizer(), DictVectorizer()
    held = [dict.fromkeys(sorted(pieces(read(one.text).marked)), 1.0) for one, _ in rows]
    by_words = words.fit_transform(held)
    often = np.asarray(by_words.sum(axis=0)).ravel() >= SEEN_AT_LEAST
    found = [dict.fromkeys(_finds(one, reader), A_FIND) for one, _ in rows]
    by_rules = finds.fit_transform(found)
    by_meaning = csr_matrix(np.array([_vector(one.text) for one, _ in rows]))
    table = hstack([normalize(by_words[:, often]), by_rules, by_meaning]).tocsr()
    model = LogisticRegression(C=SOFT, max_iter=PASSES)
    weight = [WEIGHT.get(one.source, 1.0) for one, _ in rows]
    model.fit(table, [label for _, label in rows], sample_weight=weight)
    names = [name for name, kept in zip(words.get_feature_names_out(), often, strict=True) if kept]
    names += list(finds.get_feature_names_out())
    by_piece, meaning = model.coef_.T[: len(names)], model.coef_.T[len(names) :]
    scale = float(np.abs(by_piece).max()) / 127
    small = np.rint(by_piece / scale).astype(np.int8)
    kept = np.abs(small).max(axis=1) > 0
    at = {name: row for row, name in enumerate(one for one, keep in zip(names, kept, strict=True) if keep)}
    labels = [str(one) for one in model.classes_]
    bias = model.intercept_.round(3).astype(np.float32)
    return Learned(labels, bias, at, small[kept], scale, meaning.astype(np.float32))


@cache
def _vector(text: str) -> object:
    return vectors.shipped()(text)


def rules_alone() -> Reader:
    """A reader that has learned nothing."""
    return Reader(load_catalog().answers, learnt=learned.BLANK)


def _finds(one: Text, reader: Reader) -> list[str]:
    if one.source in SEEN_BY_RULES:
        return []
    return sorted(set(finds_of(reader.by_rules(one.text), reader.wide)))


def written(model: Learned, texts: Iterable[Text]) -> bytes:
    """The file: a line of JSON, the rows of the pieces, those of the vector."""
    head: Mapping[str, object] = {
        "learned_from": fingerprint_of((one.text, *one.labels) for one in texts),
        "labels": model.labels,
        "bias": [round(float(one), 3) for one in model.bias],
        "scale": model.scale,
        "pieces": list(model.at),
    }
    told = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return told + b"\n" + model.rows.tobytes() + model.meaning.astype("<f4").tobytes()


def crossed(texts: Sequence[Text]) -> Iterator[str]:
    """Each text of ``labelled/`` that no rule was mended by, read by what was learned without its fifth."""
    right: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for kept, left in folds(texts):
        reader = Reader(load_catalog().answers, learnt=learn(kept, rules_alone()))
        for one in left:
            if one.source in SEEN_BY_RULES:
                continue
            told = explain(reader, {"text": one.text}, frozenset())
            size["intents"] += 1
            right["intents"] += set(one.intents) <= set(told["intents"])
            if one.topic:
                size["topics"] += 1
                right["topics"] += one.topic in (told["topic"] or "").split("+")
        yield ", ".join(f"{right[name]:,} of {size[name]:,} {name}" for name in size)


def main() -> None:
    """Learn, and write the file; or read what was left out."""
    wanted = argparse.ArgumentParser(description="Learn what a text most likely wants.")
    wanted.add_argument("--crossed", action="store_true", help="read each text while its fifth is left out")
    texts = list(dict.fromkeys(packaged()))
    if wanted.parse_args().crossed:
        for so_far in crossed(texts):
            print(so_far, flush=True)
        return
    model = learn(texts, rules_alone())
    TARGET.write_bytes(written(model, texts))
    size = TARGET.stat().st_size / 1e6
    print(f"{len(texts):,} texts, {len(model.labels)} labels, {len(model.at):,} pieces, {size:.1f} MB")


if __name__ == "__main__":
    main()
