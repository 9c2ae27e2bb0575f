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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.learning import fingerprint_of
from messages.catalog import load_catalog
from messages.read import Reader
from messages.reading import learned
from messages.reading.intents import page_topics, sign_topics
from messages.reading.learned import A_FIND, MIDDLE, NO_DANGER, Learned, pieces
from messages.reading.opinion import finds_of
from messages.reading.patterns import load
from messages.reading.topics import read

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
    """Multinomial logistic regression, by scikit-learn; weights rounded to a signed byte."""
    import numpy as np
    from scipy.sparse import hstack
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
    table = hstack([normalize(by_words[:, often]), by_rules]).tocsr()
    weight = [WEIGHT.get(one.source, 1.0) for one, _ in rows]
    model = LogisticRegression(C=SOFT, max_iter=PASSES)
    model.fit(table, [label for _, label in rows], sample_weight=weight)
    scale = float(np.abs(model.coef_).max()) / 127
    small = np.rint(model.coef_.T / scale).astype(int)
    names = [name for name, kept in zip(words.get_feature_names_out(), often, strict=True) if kept]
    names += list(finds.get_feature_names_out())
    kept = np.abs(small).max(axis=1) > 0
    at = {name: row for row, name in enumerate(one for one, keep in zip(names, kept, strict=True) if keep)}
    bias = [round(float(one), 3) for one in model.intercept_]
    return Learned(
        [str(one) for one in model.classes_],
        bias,
        at,
        (small[kept] + MIDDLE).astype(np.uint8).tobytes(),
        scale,
    )


def rules_alone() -> Reader:
    """A reader that has learned nothing."""
    return Reader(load_catalog().answers, learnt=learned.BLANK)


def _finds(one: Text, reader: Reader) -> list[str]:
    if one.source in SEEN_BY_RULES:
        return []
    return sorted(set(finds_of(reader.by_rules(one.text), reader.wide)))


def written(model: Learned, texts: Iterable[Text]) -> bytes:
    """The file: a line of JSON, then the rows."""
    head: Mapping[str, object] = {
        "learned_from": fingerprint_of((one.text, *one.labels) for one in texts),
        "labels": model.labels,
        "bias": model.bias,
        "scale": model.scale,
        "pieces": list(model.at),
    }
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + model.rows


def main() -> None:
    """Learn, and write the file."""
    argparse.ArgumentParser(description="Learn what a text most likely wants.").parse_args()
    texts = list(dict.fromkeys(packaged()))
    model = learn(texts, rules_alone())
    TARGET.write_bytes(written(model, texts))
    size = TARGET.stat().st_size / 1e6
    print(f"{len(texts):,} texts, {len(model.labels)} labels, {len(model.at):,} pieces, {size:.1f} MB")


if __name__ == "__main__":
    main()
