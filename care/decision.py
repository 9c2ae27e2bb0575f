"""What :func:`care.conversation.decide` looks at and what it can decide. Data only."""

from dataclasses import dataclass
from datetime import date, datetime

from care.reading import Phase, Urgency

CONFIRMATION = "confirmation"  #: asked in the text of the day before
PREP_DECLARATION = "prep_declaration"  #: asked in the questions after a late booking
WISHES = "visit_wishes"  #: "reply with days and times that work"


@dataclass(frozen=True)
class Situation:
    """Who wrote, and when, as far as it matters for an answer.

    ``days``: since the visit ended, or until it while before it. ``hours_to_visit``: None when no visit is
    ahead. ``expecting``: what we last asked. ``patients``: how many share this mobile. ``carrier_replied``:
    the carrier has answered its keyword already. ``topic_answers``: topics with an approved answer in her
    language and phase. ``photos``: how many pictures came with the text. ``visit_day``: of the visit to
    come, by the clinic's calendar. ``last_dose``: the latest day on which, by her words, she took
    isotretinoin. ``taken_over``: a person of ours answers her herself for now.
    """

    phase: Phase = Phase.UNKNOWN
    days: int | None = None
    hours_to_visit: float | None = None
    expecting: str | None = None
    known: bool = True
    patients: int = 1
    opted_out: bool = False
    office_open: bool = True
    carrier_replied: bool = False
    topic_answers: frozenset[str] = frozenset()
    language: str = "en"
    photos: int = 0
    visit_day: date | None = None
    last_dose: date | None = None
    taken_over: bool = False

    @property
    def triage_days(self) -> int | None:
        """Days as triage counts them: a visit within 48 hours is at most 2 days away."""
        if self.phase is Phase.BEFORE and self.hours_to_visit is not None:
            return 2 if self.hours_to_visit <= 48 else int(self.hours_to_visit // 24) + 1
        return self.days


@dataclass(frozen=True)
class Reply:
    """A text to send back: an automatic reply of the catalog, or ``answer`` with its topic."""

    name: str
    topic: str | None = None
    urgency: Urgency = Urgency.NONE
    language: str = "en"


@dataclass(frozen=True)
class TicketDraft:
    """Something that a person must do. ``urgent`` and above page someone; ``same_day``: due today;
    ``at_once``: due now, though nobody is paged for it.

    A decision holds at most one ticket of each ``kind``.
    """

    kind: str
    urgency: Urgency
    reason: str
    holds_visit: bool = False
    matched: tuple[str, ...] = ()
    same_day: bool = False
    at_once: bool = False


@dataclass(frozen=True)
class OptOut:
    """No more texts to this mobile; ``words`` are hers, for the consent record (47 CFR 64.1200(a)(10))."""

    words: str


@dataclass(frozen=True)
class OptIn:
    """She takes her opt-out back, for care texts only; ``words`` are hers."""

    words: str


@dataclass(frozen=True)
class ConfirmVisit:
    """She will come."""


@dataclass(frozen=True)
class DeclaredNone:
    """She used none of what we asked about; still asked again at check-in."""


@dataclass(frozen=True)
class SetFact:
    """A fact she told. Never one that clears her for a visit."""

    name: str
    value: str


@dataclass(frozen=True)
class HoldVisit:
    """The visit is on hold until staff release it."""

    reason: str


Action = OptOut | OptIn | ConfirmVisit | DeclaredNone | SetFact | HoldVisit


@dataclass(frozen=True)
class Decision:
    """All that follows from one text, in order. ``silence`` says why nothing does, when nothing does.

    ``expects``: what we ask her in return, so that her next text may be the answer. ``kept_back``: what
    would have been replied, had no person taken over.
    """

    replies: tuple[Reply, ...] = ()
    tickets: tuple[TicketDraft, ...] = ()
    actions: tuple[Action, ...] = ()
    urgency: Urgency = Urgency.NONE
    expecting_answered: bool = False
    expects: str | None = None
    silence: str = ""
    decided_at: datetime | None = None
    kept_back: tuple[Reply, ...] = ()
