"""From what the layers found to what the text wants, in the order of precedence."""

from collections.abc import Iterator
from dataclasses import dataclass

from care.reading import Flag, Intent, Urgency
from messages.reading import acts, asking
from messages.reading.control import Control
from messages.reading.normalise import Words
from messages.reading.patterns import load
from messages.reading.topics import Found

#: Topics of this rank are asked even where another wish was found.
SURE = 4


@dataclass(frozen=True)
class Layers:
    """What each layer found in one text."""

    words: Words
    control: Control
    acts: dict[str, str]
    flags: tuple[Flag, ...]
    urgency: Urgency  #: the highest level among the flags, as the phase makes it
    asked: tuple[Found, ...]
    to_person: str = ""
    answer: Intent | None = None

    @property
    def unread(self) -> bool:
        """True when nothing that the text may ask was found, not even that it asks something."""
        return not (self.asked or asking.asks(self.words.marked))

    @property
    def settled(self) -> bool:
        """True when the text says something plain: an act, an answer to us, a word for the texts."""
        control = self.control
        said = control.opt_out or control.opt_in or control.help or control.unclear
        return bool(said or self.answer or self.acts or acts.only_small_talk(self.words))

    @property
    def topics(self) -> tuple[Found, ...]:
        """What she asks, where a question is what the text is."""
        if self.control.opt_out or self.control.keyword or self.answer or "complaint" in self.acts:
            return ()
        if self.acts.keys() & {"prompt_injection", "spam", "who_is_this"} or acts.only_small_talk(self.words):
            return ()
        wish = any(name in self.acts for name in _WISHES)
        return tuple(found for found in self.asked if not wish or found.rank >= SURE)

    @property
    def names(self) -> frozenset[str]:
        """The acts found, and ``unclear`` when she wants no more of something unnamed."""
        return frozenset(self.acts) | ({"unclear"} if self.control.unclear else set())

    @property
    def matched(self) -> tuple[str, ...]:
        """Each layer's find, as staff read it: "danger R1: throat is closing"."""
        found = [
            f"danger {flag.row}: {flag.matched}" + (f" ({flag.lowered})" if flag.lowered else "")
            for flag in self.flags
        ]
        for name in ("opt_out", "opt_in", "help", "unclear"):
            said = getattr(self.control, name)
            if said:
                found.append(f"{name}: {said}")
        if self.answer:
            found.append(f"answer {self.answer.value}: {self.words.bare}")
        found += [f"act {name}: {said}" for name, said in self.acts.items()]
        if self.to_person and not self.topics:
            found.append(f"person: {self.to_person}")
        return (*found, *(f"topic {one.topic} by {one.by}: {one.words}" for one in self.topics))


_WISHES = (
    "cancel_appointment",
    "reschedule",
    "running_late",
    "human_request",
    *acts.OTHER,
    "thanks_smalltalk",
)
_VISIT_ACTS = ("cancel_appointment", "reschedule", "running_late", "confirm")


def page_topics() -> frozenset[str]:
    """The topics that the clinic's own page speaks of."""
    return frozenset(load("topics.yaml")["page"].split())


def sign_topics() -> frozenset[str]:
    """The topics that are signs of healing skin."""
    return frozenset(load("topics.yaml")["symptoms"])


def intents_of(layers: Layers) -> tuple[Intent, ...]:
    """All that the text wants, in order of precedence; never empty."""
    found = list(dict.fromkeys(_intents(layers)))
    return tuple(found) or (_unread(layers),)


def _intents(layers: Layers) -> Iterator[Intent]:
    if layers.urgency >= Urgency.URGENT:
        yield Intent.SAME_DAY if layers.urgency is Urgency.URGENT else Intent.EMERGENCY
    if layers.control.opt_out:
        yield Intent.OPT_OUT
        yield from _beside_opt_out(layers)
        return
    if layers.answer:
        yield layers.answer
        return
    if layers.control.keyword:
        yield Intent.OPT_IN if layers.control.opt_in else Intent.HELP
        return
    yield from _wishes(layers)


def _beside_opt_out(layers: Layers) -> Iterator[Intent]:
    if layers.control.keyword:
        return
    for name in ("complaint", "cancel_appointment", "wrong_number"):
        if name in layers.acts:
            yield Intent(name)


def _wishes(layers: Layers) -> Iterator[Intent]:
    said = layers.acts
    if "complaint" in said:
        yield Intent.COMPLAINT
    yield from _about_the_visit(layers)
    for found in layers.topics:
        yield _kind(found)
    if "symptom_routine" in said:
        yield Intent.SYMPTOM
    if layers.control.opt_in:
        yield Intent.OPT_IN
    if layers.control.help and not layers.topics and layers.urgency < Urgency.URGENT:
        yield Intent.HELP
    for name in ("human_request", "wrong_number", "who_is_this"):
        if name in said:
            yield acts.intent_of(name)
    yield from _small(layers)


def _about_the_visit(layers: Layers) -> Iterator[Intent]:
    said = [name for name in _VISIT_ACTS if name in layers.acts]
    if "reschedule" in said and "cancel_appointment" in said:
        said.remove("cancel_appointment")
    if "confirm" in said and len(said) > 1:
        said.remove("confirm")
    if any(found.topic == "policy" for found in layers.topics) and asking.supposes(layers.words.marked):
        return
    yield from (Intent(name) for name in said)


def _kind(found: Found) -> Intent:
    if found.by == "sign":
        return Intent.SYMPTOM
    if found.topic in page_topics():
        return Intent.FAQ
    return Intent.SYMPTOM if found.topic in sign_topics() else Intent.UNANSWERABLE


def _small(layers: Layers) -> Iterator[Intent]:
    """Greetings, thanks and the rest, only where the text holds nothing weightier."""
    busy = [name for name in layers.acts if name not in (*acts.OTHER, *acts.FACTS, "thanks_smalltalk")]
    if layers.topics and _thanks(layers) and "thanks_smalltalk" in layers.acts and not busy:
        yield Intent.THANKS
    if busy or layers.topics or layers.control.opt_in or layers.urgency >= Urgency.URGENT:
        return
    if any(name in layers.acts for name in acts.OTHER):
        yield Intent.OTHER
    elif layers.control.help:
        return
    elif _thanks(layers) or acts.only_small_talk(layers.words):
        yield Intent.THANKS


def _thanks(layers: Layers) -> bool:
    """Praise, and not a question in the same words: "why does it make my skin better"."""
    return "thanks_smalltalk" in layers.acts and not asking.begins(layers.words.marked)


def _unread(layers: Layers) -> Intent:
    """A question about us that no topic fits is a question for a person; the rest is for a person too."""
    marked = layers.words.marked
    return Intent.UNANSWERABLE if asking.about_us(marked) or asking.asks(marked) else Intent.OTHER
