"""What an incoming text was understood to say. ``messages.read`` makes these; we decide on them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Urgency(IntEnum):
    """How soon a person must look. Higher wins; in doubt upwards, never down."""

    NONE = 0
    ROUTINE = 1
    URGENT = 2
    CRISIS = 3
    EMERGENCY = 4

    @property
    def word(self) -> str:
        """The glossary word, lower case: ``none`` to ``emergency``."""
        return self.name.lower()


class Phase(StrEnum):
    """Where the patient stands towards her visit."""

    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "unknown"


class Intent(StrEnum):
    """What an incoming text wants. Order of precedence where several fit."""

    EMERGENCY = "urgent_emergency"
    SAME_DAY = "urgent_same_day"
    OPT_OUT = "opt_out"
    COMPLAINT = "complaint"
    CANCEL = "cancel_appointment"
    RESCHEDULE = "reschedule"
    RUNNING_LATE = "running_late"
    CONFIRM = "confirm"
    SYMPTOM = "symptom_routine"
    FAQ = "faq"
    UNANSWERABLE = "faq_unanswerable"
    OPT_IN = "opt_in"
    HELP = "help"
    HUMAN = "human_request"
    WRONG_NUMBER = "wrong_number"
    THANKS = "thanks_smalltalk"
    OTHER = "other"
    DECLARED_NONE = "declared_none"  #: "none" to the question what she used
    DECLARED_SOME = "declared_some"  #: "yes", or a list, to the same question
    SILENT = "silent"  #: needs no answer at all: a tapback, an empty text


@dataclass(frozen=True)
class Flag:
    """One sign found in a text: a row of the triage table and the safe reply it asks for.

    ``reply`` names an automatic reply of the catalog. ``lowered`` says why it counts less than its
    row: negation, history or hypothesis (never for breathing, nor for not wanting to live).
    ``about`` is the row in words, for staff. ``topic``: an approved answer on the same thing.
    """

    row: str
    urgency: Urgency
    reply: str
    matched: str
    holds_visit: bool = False
    lowered: str = ""
    about: str = ""
    topic: str | None = None


#: Bare words that Twilio answers by default, without a messaging service's own list.
CARRIER_KEYWORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
    | {"start", "unstop", "help", "info"}
)


@dataclass(frozen=True)
class Reading:
    """A text, understood. ``matched`` says which words led to it, layer by layer.

    ``topic`` is what she asks first, ``topics`` all that she asks (a text can hold two questions).
    ``keyword`` is the bare control word that the whole text was, such as ``cancel``; empty otherwise.
    ``says_days``: days since the visit, when the text itself tells ("day 10").
    ``to_person``: why a person must answer although the topic has an answer; empty if none must.
    ``says_treated``: she speaks of the treatment as done, whatever our records say.
    ``acts``: finer than intents, such as ``who_is_this``, ``no_kit``, ``unclear``; ``guess``: likely only.
    """

    text: str
    intents: tuple[Intent, ...]
    language: str
    flags: tuple[Flag, ...] = ()
    topic: str | None = None
    opt_out: bool = False
    matched: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    keyword: str = ""
    says_days: int | None = None
    to_person: str = ""
    acts: frozenset[str] = frozenset()
    says_treated: bool = False

    def wants(self, intent: Intent) -> bool:
        """True when that intent is among those found."""
        return intent in self.intents

    @property
    def is_carriers_keyword(self) -> bool:
        """True when the carrier answers this text by itself: one bare word, with or without punctuation."""
        return self.text.strip(" \t\r\n.!?").lower() in CARRIER_KEYWORDS
