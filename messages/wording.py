"""The words of the catalog: what may be said, in which version, on whose word."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from care.reading import Phase


class Source(StrEnum):
    """Where a sentence comes from. It decides whether it may leave before a clinician has signed."""

    PAGE = "page"  #: the clinic's own page says it
    SAFETY = "safety"  #: emergency practice: silence would be worse
    SERVICE = "service"  #: consent law, carrier rules, appointment logistics
    PUBLISHED = "published"  #: said elsewhere, not by this clinic: off until approved
    CLINIC = "clinic"  #: only the clinic can know: off until it is supplied and approved


#: Sources whose words may leave without a signature of their own.
TRUSTED = frozenset({Source.PAGE, Source.SAFETY, Source.SERVICE})


class Kind(StrEnum):
    """How a wording comes to be said."""

    TIMED = "timed"  #: pushed, because its moment came
    REPLY = "reply"  #: an automatic reply to a text or a call
    ANSWER = "answer"  #: the answer to a patient's question


@dataclass(frozen=True)
class Approval:
    """A clinician's signature. With ``version`` it covers exactly those words and lapses when they change."""

    by: str
    on: date
    version: str | None = None
    review_on: date | None = None  #: when the words shall be read again; None: a year later

    def covers(self, version: str) -> bool:
        """Whether this signature holds for the words that have this version."""
        return self.version in {None, version}


@dataclass(frozen=True)
class Withdrawal:
    """Who switched a wording off, when, and why."""

    by: str
    on: date
    reason: str


@dataclass(frozen=True)
class Addition:
    """A sentence of another source behind an answer's own; said only once it is approved."""

    source: Source
    texts: Mapping[str, str]
    on: bool
    approved: Approval | None = None


@dataclass(frozen=True)
class Wording:
    """One thing we may say, in each language. ``texts`` holds the approved additions already."""

    id: str
    code: str  #: the clinician's short label: M2, F11, AE
    kind: Kind
    source: Source
    texts: Mapping[str, str]
    version: str  #: short hash of ``texts``: what a sent message records
    own_version: str  #: the same without the additions: what a signature covers
    on: bool  #: may leave
    facts: tuple[str, ...] = ()  #: the page facts it carries: S17
    refs: tuple[str, ...] = ()  #: triage rows it answers, and what was read
    approved: Approval | None = None
    until_approved: str | None = None  #: what is said instead while this one is off
    in_emergency: str | None = None  #: and what instead of that in an emergency
    additions: tuple[Addition, ...] = ()
    draft_translation: bool = False  #: a medical translator has not read it yet
    for_staff: bool = False
    phrasings: tuple[str, ...] = ()  #: what patients write that this answers, for a reply
    file: str = ""
    number: int | None = None  #: which version of the clinic's own these words are; None: as shipped
    withdrawn: Withdrawal | None = None


@dataclass(frozen=True)
class Topic:
    """What patients ask about, how they ask it, and which answer it has, if any."""

    name: str
    answer: str | None = None  #: before a visit, or when nobody knows
    answer_after: str | None = None  #: after one
    phrasings: tuple[str, ...] = ()
    to_person: Mapping[str, str] = field(default_factory=dict)  #: phrasings a person must answer, and why
    triage: tuple[str, ...] = ()  #: triage rows that a text on this topic always meets too
    within: str | None = None  #: the wider topic it is a part of

    def answer_for(self, phase: Phase) -> str | None:
        """The id of the wording that answers it in this phase; None: a person does."""
        return self.answer_after if phase is Phase.AFTER else self.answer


def version_of(texts: Mapping[str, str]) -> str:
    """A short hash that changes when any word in any language does."""
    words = json.dumps(dict(texts), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def is_on(source: Source, approved: Approval | None, version: str) -> bool:
    """Whether these words may leave: of a trusted source, or signed as they stand."""
    return source in TRUSTED or (approved is not None and approved.covers(version))
