"""How well texts are understood. One command, one table:

    python -m benchmarks.understanding LABELLED.jsonl [--missed] [--quick]

The plain figures on a labelled file (see :mod:`benchmarks.labelled`), then what is known of texts that nobody
has seen: the packaged material read with a fifth of it left out at a time. ``--quick`` leaves that part out.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from benchmarks.labelled import FIGURES, Case, cases
from benchmarks.learning import asked_examples, labelled_examples, learned
from care.reading import Phase, Urgency
from care.triage import assess
from messages.catalog import Catalog, load_catalog
from messages.read import Reader
from messages.wording import Topic

FOLDS = 5
RAISED = {"emergency": Urgency.CRISIS, "same_day": Urgency.URGENT, "neither": Urgency.URGENT}

One = TypeVar("One")


def rows(read: Sequence[Case]) -> Iterator[str]:
    """The lines of the table."""
    for figure in FIGURES:
        bar = f"at most {figure.bar:g}" if figure.at_most else f"{figure.bar:g}"
        yield _row(figure.name, bar, *figure.counted(read))


def _row(name: str, bar: str, counted: int, of: int) -> str:
    share = f"{100 * counted / of:.1f}%" if of else "-"
    return f"| {name} | {bar} | {counted} of {of} | {share} |"


def missed(read: Sequence[Case]) -> Iterator[str]:
    """What went wrong, figure by figure: for whoever mends the rules."""
    for figure in FIGURES:
        for case in read:
            if figure.of(case) and figure.wrong(case):
                label = f"{'+'.join(case.labels)} {'+'.join(sorted(case.topics))}"
                told = f"{'+'.join(case.told['intents'])} {case.told['topic']} {case.told['urgency']}"
                yield f"{figure.name}: {case.text!r} is {label}, told {told}"


def folds(whole: Sequence[One]) -> Iterator[tuple[list[One], list[One]]]:
    """Four fifths and the last fifth, five times."""
    for fold in range(FOLDS):
        kept = [one for at, one in enumerate(whole) if at % FOLDS != fold]
        yield kept, list(whole[fold::FOLDS])


def cross_validated(catalog: Catalog) -> Iterator[str]:
    """The rows about the packaged material: phrasings without themselves, dangers without theirs."""
    found, asked = _phrasings(catalog.answers)
    yield _row("shipped phrasings, left out", "-", found, asked)
    raised: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for kept, left in folds(labelled_examples()):
        model = learned([*asked_examples(catalog), *kept])
        reader = Reader(catalog.answers, model)
        for example in left:
            size[example.kind] += 1
            level = assess(reader.read(example.text), Phase.UNKNOWN)
            raised[example.kind] += level >= RAISED[example.kind]
            alone[example.kind] += model.kind(example.marked) == example.kind
    for kind, count in size.items():
        yield _row(f"examples of {kind}, raised with theirs left out", "-", raised[kind], count)
    for kind, count in size.items():
        yield _row(f"examples of {kind}, told by the second look alone", "-", alone[kind], count)


def _phrasings(topics: Mapping[str, Topic]) -> tuple[int, int]:
    found = asked = 0
    for fold in range(FOLDS):
        reader = Reader({name: _without(topic, fold) for name, topic in topics.items()})
        for name, topic in topics.items():
            for phrasing in topic.phrasings[fold::FOLDS]:
                asked += 1
                found += any(name in reader.read(phrasing, phase=phase).topics for phase in Phase)
    return found, asked


def _without(topic: Topic, fold: int) -> Topic:
    return replace(
        topic, phrasings=tuple(one for at, one in enumerate(topic.phrasings) if at % FOLDS != fold)
    )


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def main() -> None:
    """Print the table, and with ``--missed`` what went wrong."""
    parser = argparse.ArgumentParser(description="How well texts are understood.")
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--missed", action="store_true", help="also list the texts that went wrong")
    parser.add_argument("--quick", action="store_true", help="without the figures on what was left out")
    arguments = parser.parse_args()
    catalog = load_catalog()
    begun = time.perf_counter()
    reader = Reader(catalog.answers)
    built = time.perf_counter()
    read = cases(arguments.labelled.read_text("utf-8").splitlines(), reader, catalog)
    took = time.perf_counter() - built
    _print(["| figure | bar, % | counted | share |", "|---|---|---|---|", *rows(read)])
    _print(() if arguments.quick else cross_validated(catalog))
    _print(["", f"{len(read) / took:,.0f} texts a second; the reader is built in {built - begun:.2f} s"])
    _print(missed(read) if arguments.missed else ())


if __name__ == "__main__":
    main()
