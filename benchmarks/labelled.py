"""Labelled texts, what was made of them, and the figures they are judged by.

One JSON object a line: ``text``, ``intent`` (two joined by ``+``), ``topic``, ``lang``, ``also_right`` (other
labels that are right too, ``intent`` or ``intent:topic``) and ``tags``; ``near_miss`` marks an opt-out word
that is none.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from care.reading import Intent, Phase, Urgency
from messages.catalog import Catalog
from messages.read import Reader
from messages.reading import languages
from messages.reading.normalise import prepare
from messages.reading.spelling import mend
from messages.reading.understand import explain
from scheduler.writer import approved_topics

#: Answered from the clinic's own settings, so never invented.
SETTINGS = frozenset({"hours_location"})


@dataclass(frozen=True)
class Case:
    """A labelled text and what was made of it."""

    text: str
    labels: tuple[str, ...]
    topics: frozenset[str]
    lang: str
    also: tuple[str, ...]
    tags: frozenset[str]
    told: Mapping[str, Any]

    @property
    def every_label(self) -> frozenset[str]:
        """All intents that are right, whichever way they came to be."""
        return frozenset(self.labels) | {label.partition(":")[0] for label in self.also}

    @property
    def right_topics(self) -> frozenset[str]:
        """All topics that are right."""
        return self.topics | {label.partition(":")[2] for label in self.also if ":" in label}

    @property
    def urgency(self) -> Urgency:
        """How soon a person was asked to look."""
        return Urgency[self.told["urgency"].upper()]

    @property
    def topic_right(self) -> bool:
        """Whether a right topic was found."""
        return bool(frozenset((self.told["topic"] or "").split("+")) & self.right_topics)

    @property
    def answered(self) -> frozenset[str]:
        """The topics that were answered."""
        return frozenset(reply.partition(":")[2] for reply in self.told["reply"] if ":" in reply)

    @property
    def intent_right(self) -> bool:
        """Whether all that the text wants was understood, or something that counts as right too."""
        told = set(self.told["intents"])
        also = {one for label in self.also for one in label.partition(":")[0].split("+")}
        return set(self.labels) <= told or (len(self.labels) == 1 and bool(told & also))


@dataclass(frozen=True)
class Figure:
    """One line of the table: the cases it is about, and which of them are wrong.

    ``bar``, in per cent: how many must be right, or, with ``at_most``, how many may be wrong.
    """

    name: str
    bar: float
    of: Callable[[Case], bool]
    wrong: Callable[[Case], bool]
    at_most: bool = False

    def counted(self, read: Iterable[Case]) -> tuple[int, int]:
        """How many are right (with ``at_most``: wrong), of how many."""
        of = [case for case in read if self.of(case)]
        wrong = sum(self.wrong(case) for case in of)
        return (wrong if self.at_most else len(of) - wrong), len(of)

    def met(self, read: Iterable[Case]) -> bool:
        """Whether the bar is kept; a figure about no case at all is."""
        counted, of = self.counted(read)
        share = 100 * counted / of if of else self.bar
        return share <= self.bar if self.at_most else share >= self.bar


def _has(intent: Intent) -> Callable[[Case], bool]:
    return lambda case: intent in case.labels


def _is(intent: Intent) -> Callable[[Case], bool]:
    return lambda case: case.labels == (intent,)


def _calm(case: Case) -> bool:
    return not case.every_label & {Intent.EMERGENCY, Intent.SAME_DAY}


def _stays(case: Case) -> bool:
    return not case.every_label & {Intent.OPT_OUT, Intent.WRONG_NUMBER}


def _opted_out(case: Case) -> bool:
    return bool(case.told["opt_out"])


def _misled(case: Case) -> bool:
    return not case.topic_right and not (case.told["handoff"] and case.answered <= case.right_topics)


def _alarms(case: Case) -> bool:
    return case.urgency >= Urgency.URGENT


def _invented(case: Case) -> bool:
    return bool(case.answered - case.right_topics - SETTINGS)


def _misread(case: Case) -> bool:
    return not case.intent_right


def _near(case: Case) -> bool:
    return "near_miss" in case.tags and _stays(case)


def _elsewhere(case: Case) -> bool:
    return "near_miss" not in case.tags and _stays(case)


def _below(urgency: Urgency) -> Callable[[Case], bool]:
    return lambda case: case.urgency < urgency


def _in(lang: str) -> Callable[[Case], bool]:
    return lambda case: case.lang == lang


FIGURES = (
    Figure("emergencies raised as one", 100, _has(Intent.EMERGENCY), _below(Urgency.CRISIS)),
    Figure("same-day texts raised", 98, _has(Intent.SAME_DAY), _below(Urgency.URGENT)),
    Figure("alarms without danger", 2, _calm, _alarms, at_most=True),
    Figure("opt-outs caught", 99, _has(Intent.OPT_OUT), lambda case: not _opted_out(case)),
    Figure("false opt-outs, near misses", 0, _near, _opted_out, at_most=True),
    Figure("false opt-outs, the rest", 0.2, _elsewhere, _opted_out, at_most=True),
    Figure("questions, right topic", 92, _is(Intent.FAQ), lambda case: not case.topic_right),
    Figure("questions, right or a person", 99.5, _is(Intent.FAQ), _misled),
    Figure("answers to what has none", 1, _is(Intent.UNANSWERABLE), _invented, at_most=True),
    Figure("intent right, en", 93, _in("en"), _misread),
    Figure("intent right, es", 93, _in("es"), _misread),
    Figure("intent right, pt", 93, _in("pt"), _misread),
)


def cases(lines: Iterable[str], reader: Reader, catalog: Catalog) -> list[Case]:
    """Read each labelled text, as from a patient whose visits we know nothing of."""
    approved = cache(partial(approved_topics, catalog, Phase.UNKNOWN))
    return [_case(json.loads(line), reader, approved) for line in lines if line.strip()]


def _case(label: Mapping[str, Any], reader: Reader, approved: Callable[[str], frozenset[str]]) -> Case:
    language = languages.detect(mend(prepare(label["text"])), "en")
    return Case(
        text=label["text"],
        labels=tuple(label["intent"].split("+")),
        topics=frozenset((label.get("topic") or "").split("+")),
        lang=label["lang"],
        also=tuple(label.get("also_right", ())),
        tags=frozenset(label.get("tags", ())),
        told=explain(reader, {"text": label["text"]}, approved(language)),
    )
