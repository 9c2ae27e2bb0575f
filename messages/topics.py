"""Topics: what patients ask about. Several may share one answer; one may change with the visit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import Field

from messages.problem import Findings, Problem
from messages.wording import Topic
from messages.yaml_file import FileModel


class TopicFile(FileModel):
    """One topic as an answer lists it: how it is asked, and which of those words need a person."""

    topic: str
    asked: Literal["before", "after"] | None = None
    phrasings: tuple[str, ...] = ()
    to_person: dict[str, str] = Field(default_factory=dict)
    within: str | None = None


@dataclass(frozen=True)
class Asked:
    """A topic, the answer that claims it (None: a person does), and the triage rows it always meets."""

    topic: TopicFile
    answer: str | None
    triage: tuple[str, ...]


def merged(asked: Iterable[Asked], file: str, findings: Findings) -> dict[str, Topic]:
    """One Topic for each name; two answers to the same question go to ``findings``."""
    topics: dict[str, Topic] = {}
    claims: set[tuple[str, str]] = set()
    for one in asked:
        name = one.topic.topic
        for phase in _phases(one.topic):
            if (name, phase) in claims:
                problem = f"is answered twice {phase} a visit"
                fix = "Leave one, or write asked: before and asked: after"
                findings.problems.append(Problem(file, f"topic {name}", problem, fix))
            claims.add((name, phase))
        topics[name] = _joined(topics.get(name, Topic(name)), one)
    return topics


def _phases(topic: TopicFile) -> tuple[str, ...]:
    return (topic.asked,) if topic.asked else ("before", "after")


def _joined(topic: Topic, asked: Asked) -> Topic:
    phases = _phases(asked.topic)
    return replace(
        topic,
        answer=asked.answer if "before" in phases else topic.answer,
        answer_after=asked.answer if "after" in phases else topic.answer_after,
        phrasings=(*topic.phrasings, *asked.topic.phrasings),
        to_person={**topic.to_person, **asked.topic.to_person},
        triage=tuple(dict.fromkeys((*topic.triage, *asked.triage))),
        within=asked.topic.within or topic.within,
    )


def common(by_protocol: Iterable[Mapping[str, Topic]]) -> dict[str, Topic]:
    """What may be answered without knowing the procedure: where two protocols differ, a person answers."""
    shared: dict[str, Topic] = {}
    for topics in by_protocol:
        for name, topic in topics.items():
            shared[name] = _agreed(shared[name], topic) if name in shared else topic
    return shared


def _agreed(one: Topic, other: Topic) -> Topic:
    return replace(
        one,
        answer=one.answer if one.answer == other.answer else None,
        answer_after=one.answer_after if one.answer_after == other.answer_after else None,
        phrasings=tuple(dict.fromkeys((*one.phrasings, *other.phrasings))),
        to_person={**one.to_person, **other.to_person},
        triage=tuple(dict.fromkeys((*one.triage, *other.triage))),
    )
