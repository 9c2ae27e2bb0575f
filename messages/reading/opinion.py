"""What is believed where the rules and what was learned differ. In doubt a person answers, never a guess.

The rules know why; what was learned knows how people say it. Bare control words, answers to what we
asked, and danger that a rule found stand as they are. For the rest: see :func:`weighed`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from care.reading import Flag, Intent, Reading, Urgency
from messages.reading.control import acts_on_something_else
from messages.reading.learned import NO_DANGER, Learned

#: So likely that it counts where the rules found nothing, and where they found something else.
BELIEVED, BELIEVED_AGAINST = 0.1, 0.4
#: So likely that the rules' topic may be answered, and that one which only the learning found may be.
ANSWERED, ANSWERED_ALONE = 0.65, 0.85
#: So likely danger that a person looks today, if the second look finds it so much alike.
DANGER, ALIKE = 0.6, 0.4
#: So likely an opt-out that it is one; so unlikely, with something else so likely, that a rule was wrong.
OPTED_OUT, NO_OPT_OUT, SURELY_ELSE = 0.65, 0.1, 0.6
#: So unlikely danger that what only the second look raised is let go: to be seen today, and an emergency.
HARMLESS, SURELY_HARMLESS = 0.25, 0.1
#: So unlikely a topic that a person answers, though the rules found it.
UNHEARD_OF = 0.1
#: So few words, of which no rule knows anything, may be a piece of a text: what follows is waited for, unless
#: it is as sure as this what they want.
FRAGMENT, PLAIN = 3, 0.8
#: An opt-out was looked for before; what is left of it says nothing.
NEVER = 1.1
#: So surely a mere word of thanks that silence is an answer.
THANKED = 0.8
#: So surely what is done at once: texts stop, a visit is confirmed, days and times are asked for.
DONE_AT_ONCE = 0.7
_DONE_AT_ONCE = (Intent.WRONG_NUMBER, Intent.CONFIRM, Intent.OPT_IN, Intent.RESCHEDULE)
#: The row of the triage table that is none: found by likeness alone.
ALIKE_ROW = "R0"
_DANGER = (Intent.EMERGENCY, Intent.SAME_DAY)
#: Why a person answers although the topic has an answer.
UNSURE = "not sure enough what she asks"


@dataclass(frozen=True)
class Opinion:
    """What was learned says of one text. ``danger``: how likely it is that a person must look today."""

    shares: Mapping[str, float]
    danger: float

    @classmethod
    def of(cls, shares: Mapping[str, float]) -> "Opinion":
        """From the shares of all labels; what is only known to be harmless wants something all the same."""
        wanted = {label: share for label, share in shares.items() if label != NO_DANGER}
        whole = sum(wanted.values())
        danger = sum(shares[intent] for intent in _DANGER)
        return cls({label: share / whole for label, share in wanted.items()}, danger)

    @cached_property
    def intent(self) -> Intent:
        """The likeliest intent, whatever it is about."""
        whole: defaultdict[str, float] = defaultdict(float)
        for label, share in self.shares.items():
            whole[label.partition(":")[0]] += share
        return Intent(max(whole, key=whole.__getitem__))

    @cached_property
    def label(self) -> str:
        """The likeliest label of that intent."""
        of_it = (label for label in self.shares if label.partition(":")[0] == self.intent)
        return max(of_it, key=self.shares.__getitem__)

    @property
    def share(self) -> float:
        """How likely that one is."""
        return self.shares[self.label]

    @property
    def topic(self) -> str:
        """Its topic; empty where it is no question."""
        return self.label.partition(":")[2]

    @property
    def words(self) -> str:
        """As staff read it beside the rules' finds."""
        return f"learned {self.label.replace(':', ' ')}: {self.share:.0%}"


def finds_of(reading: Reading, wide: Callable[[str], str]) -> Iterator[str]:
    """The rules' finds by name, as something to learn from. ``wide`` gives the wider topic of a small one.

    What the second look raised is left out: it is no rule, and what was learned shall judge for itself.
    """
    alone = _by_likeness(reading)
    yield from (f"intent={intent.value}" for intent in reading.intents if not alone or intent not in _DANGER)
    yield from (f"topic={wide(topic)}" for topic in reading.topics)
    yield from (f"find={found.partition(':')[0]}" for found in reading.matched if ALIKE_ROW not in found)


def _by_likeness(reading: Reading) -> bool:
    """Whether only the second look found danger."""
    return bool(reading.flags) and all(flag.row == ALIKE_ROW for flag in reading.flags)


@dataclass(frozen=True)
class Doubt:
    """What else counts where the two differ.

    ``alike``: how much the second look finds the text like danger, 0 to 1. ``in_phase``: what a topic is
    for a patient before or after her visit; None when she cannot mean it. ``answer``: the wording that
    answers a topic after the visit.
    """

    marked: str
    alike: float
    in_phase: Callable[[str], str | None]
    answer: Callable[[str], str | None] = lambda _topic: None


def weighed(reading: Reading, doubt: Doubt, learned: Learned, wide: Callable[[str], str]) -> Reading:
    """The rules' reading, with what was learned weighed in."""
    if reading.keyword or _answers_us(reading):
        return reading
    shares = learned.shares(reading.text, doubt.marked, finds_of(reading, wide))
    if not shares:
        return reading
    opinion = Opinion.of(shares)
    if _is_fragment(reading, doubt.marked) and not _is_plain(opinion, doubt.marked):
        return reading
    reading = replace(reading, matched=(*reading.matched, opinion.words))
    reading = _with_opt_out(_without_mere_likeness(reading, opinion), opinion, doubt.marked)
    if any(flag.urgency >= Urgency.URGENT and not flag.lowered for flag in reading.flags):
        return reading
    lowered = bool(reading.flags)  # the rule that lowered a sign knew why
    if opinion.danger >= DANGER and doubt.alike >= ALIKE and not lowered:
        return _in_danger(reading, opinion)
    return _wish(reading, opinion, wide, doubt)


def _answers_us(reading: Reading) -> bool:
    return any(found.startswith(("answer ", "silence")) for found in reading.matched)


def _without_mere_likeness(reading: Reading, opinion: Opinion) -> Reading:
    """What only the second look raised, and what was learned knows as harmless."""
    grave = any(flag.urgency >= Urgency.CRISIS for flag in reading.flags)
    if opinion.danger >= (SURELY_HARMLESS if grave else HARMLESS) or not _by_likeness(reading):
        return reading
    rest = tuple(intent for intent in reading.intents if intent not in _DANGER)
    return replace(reading, flags=(), intents=rest or (Intent.OTHER,))


def _with_opt_out(reading: Reading, opinion: Opinion, marked: str) -> Reading:
    share = opinion.shares[Intent.OPT_OUT]
    if "unclear" in reading.acts:
        return reading  # she wants no more of something unnamed: she is asked
    surely_else = opinion.share >= SURELY_ELSE and opinion.intent not in _GOES_WITH_IT
    wrong = share < NO_OPT_OUT and surely_else
    told = share >= OPTED_OUT and not acts_on_something_else(marked)
    out = told or (reading.opt_out and not wrong)
    if out == reading.opt_out:
        return reading
    rest = tuple(intent for intent in reading.intents if intent in _BESIDE_OPT_OUT)
    if out:
        return replace(reading, opt_out=True, intents=(*_danger_of(rest), Intent.OPT_OUT, *_acts_of(rest)))
    return replace(reading, opt_out=False, intents=rest or (Intent.OTHER,))


#: What is often wished together with no more texts.
_GOES_WITH_IT = (Intent.COMPLAINT, Intent.CANCEL, Intent.WRONG_NUMBER)
_BESIDE_OPT_OUT = (*_DANGER, *_GOES_WITH_IT)


def _danger_of(intents: tuple[Intent, ...]) -> tuple[Intent, ...]:
    return tuple(intent for intent in intents if intent in _DANGER)


def _acts_of(intents: tuple[Intent, ...]) -> tuple[Intent, ...]:
    return tuple(intent for intent in intents if intent not in _DANGER)


def _in_danger(reading: Reading, opinion: Opinion) -> Reading:
    """Like danger, though no rule knows the words: a person looks, and no answer calms her."""
    grave = opinion.shares[Intent.EMERGENCY] >= opinion.shares[Intent.SAME_DAY]
    flag = Flag(
        row=ALIKE_ROW,
        urgency=Urgency.EMERGENCY if grave else Urgency.URGENT,
        reply="emergency" if grave else "urgent",
        matched=f"{opinion.danger:.0%} alike",
        about="reads like danger, though no rule knows the words",
    )
    intent = Intent.EMERGENCY if grave else Intent.SAME_DAY
    rest = tuple(one for one in reading.intents if one is not Intent.OTHER and one not in _ASKING)
    return replace(reading, flags=(flag, *reading.flags), intents=(intent, *rest), topic=None, topics=())


_ASKING = (Intent.FAQ, Intent.UNANSWERABLE, Intent.SYMPTOM, Intent.THANKS)


def _wish(reading: Reading, opinion: Opinion, wide: Callable[[str], str], doubt: Doubt) -> Reading:
    """What she wants, where nothing is dangerous and the texts themselves are not what it is about."""
    if reading.opt_out or _is_that_sign(reading, opinion, doubt):
        return reading
    topic = doubt.in_phase(opinion.topic) if opinion.topic else None
    known = {wide(one) for one in reading.topics}
    agreed = reading.wants(opinion.intent) and (not opinion.topic or bool({opinion.topic, topic} & known))
    if agreed:
        heard = all(opinion.shares.get(f"faq:{one}", 1.0) >= UNHEARD_OF for one in known)
        return reading if _sure_of(opinion) and heard else _to_person(reading)
    if any(" by phrasing: " in found for found in reading.matched):
        return reading  # a clinician's own words for it, or nearly
    unlikely = opinion.share < _needed(reading, opinion)
    if unlikely or opinion.intent in _DANGER or (opinion.topic and topic is None):
        return _to_person(reading)
    guessed = frozenset({"guess"} if _knows_nothing(reading) and opinion.share < PLAIN else ())
    told = replace(
        reading,
        intents=(opinion.intent,),
        topic=topic,
        topics=(topic,) if topic else (),
        to_person="",
        acts=reading.acts | guessed,
    )
    return told if opinion.share >= ANSWERED_ALONE else _to_person(told)


def _is_that_sign(reading: Reading, opinion: Opinion, doubt: Doubt) -> bool:
    """Whether it is a sign of healing skin, told or asked about: "is it normal to be so red?"."""
    if not reading.wants(Intent.SYMPTOM) or opinion.danger >= HARMLESS:
        return False
    answers = {doubt.answer(topic) for topic in reading.topics} - {None}
    asked = sum(
        share
        for label, share in opinion.shares.items()
        if label.startswith("faq:") and doubt.answer(label.partition(":")[2]) in answers
    )
    return opinion.shares.get(Intent.SYMPTOM, 0.0) + asked >= ANSWERED


def _sure_of(opinion: Opinion) -> bool:
    """Whether what both say may be answered: a sign of healing skin, where nothing else hints at danger."""
    if opinion.intent is Intent.SYMPTOM:
        return opinion.share >= BELIEVED_AGAINST and opinion.danger < HARMLESS
    return opinion.share >= ANSWERED


def _needed(reading: Reading, opinion: Opinion) -> float:
    """How likely something must be to count against what the rules say."""
    if opinion.intent is Intent.OPT_OUT:
        return NEVER
    if opinion.intent is Intent.THANKS:
        return NEVER if reading.wants(Intent.FAQ) or reading.wants(Intent.UNANSWERABLE) else THANKED
    if opinion.intent in _DONE_AT_ONCE:
        return DONE_AT_ONCE
    return BELIEVED if _knows_nothing(reading) else BELIEVED_AGAINST


def _is_fragment(reading: Reading, marked: str) -> bool:
    """Whether the rules know nothing and it may be a piece of something longer: "no more", "is it ok"."""
    return _knows_nothing(reading) and len(marked.split()) <= FRAGMENT


def _is_plain(opinion: Opinion, marked: str) -> bool:
    """Whether a few words are all she wants nevertheless: "we're on!", "morning instead?"; never one."""
    alone = len(marked.split()) < 2 or opinion.intent is Intent.OTHER
    return opinion.share >= PLAIN and opinion.danger < SURELY_HARMLESS and not alone


def _knows_nothing(reading: Reading) -> bool:
    """Whether no rule found an act or a topic: at most that it is a question."""
    return not reading.topics and set(reading.intents) <= {Intent.OTHER, Intent.UNANSWERABLE}


def _to_person(reading: Reading) -> Reading:
    """What she asks is told to staff; nothing is answered on a guess."""
    return replace(reading, to_person=reading.to_person or UNSURE) if reading.topics else reading
