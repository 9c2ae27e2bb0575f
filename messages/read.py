"""The door of this room for incoming texts: what was written becomes a :class:`care.reading.Reading`."""

import re
from collections.abc import Mapping
from dataclasses import replace

from care import triage
from care.decision import WISHES
from care.reading import Flag, Intent, Phase, Reading, Urgency
from messages.reading import acts, answers, control, danger, languages, learned, phases, second_look, symptoms
from messages.reading.intents import Layers, intents_of, page_topics
from messages.reading.normalise import Words, prepare
from messages.reading.opinion import Doubt, weighed
from messages.reading.spelling import mend
from messages.reading.topics import Asked, Found, Topics, in_phase
from messages.wording import Topic

#: Signs that say thanks or well done, and nothing else.
_KIND = re.compile(
    r"\s*[{0}][{0}\s\u200d\ufe0f🏻🏼🏽🏾🏿]*".format(
        "👍👌🙏🤗😊😀😃😄😁🙂🥰😍🤩😘❤♥💕💖💗💜💙💚🧡💛✨🎉👏🙌💯"
    )
)


class Reader:
    """Reads texts. Built once over the catalog's topics; :meth:`read` is pure.

    ``topics``: by name, :attr:`messages.catalog.Catalog.answers`. ``model`` and ``learnt``: another second
    look, and other learned weights, than the shipped ones, for measuring.
    """

    def __init__(
        self,
        topics: Mapping[str, Topic],
        model: second_look.Model | None = None,
        learnt: learned.Learned | None = None,
    ) -> None:
        self._topics = Topics(topics)
        self._model = model or second_look.shipped()
        self._learnt = learnt or learned.shipped()
        self._answers = {name: topic.answer_after for name, topic in topics.items()}
        self._within = {name: topic.within for name, topic in topics.items() if topic.within}
        danger.rows()
        self.read("hello")  # compiles every layer now, so that no patient waits for it

    @property
    def page_topics(self) -> frozenset[str]:
        """The topics that the clinic's own page speaks of."""
        return page_topics()

    def wide(self, topic: str) -> str:
        """The wider topic that a small one is a part of, or the topic itself."""
        return self._within.get(topic, topic)

    def read(
        self,
        text: str,
        expecting: str | None = None,
        locale: str = "en",
        phase: Phase = Phase.UNKNOWN,
        days: int | None = None,
    ) -> Reading:
        """What the text says.

        ``expecting``: what we last asked, ``confirmation`` or ``prep_declaration``. ``locale``: her own
        language, used when the text does not tell. ``days``: since the visit ended, or until it.
        """
        reading, words = self._by_rules(text, expecting, locale, phase, days)
        if words.empty or words.tapback or languages.foreign(words) or expecting == WISHES:
            return reading
        alike = second_look.dangerous(danger.without_harmless(words.marked), self._model)
        doubt = Doubt(words.marked, alike, lambda topic: in_phase(topic, phase), self._answers.get)
        return weighed(reading, doubt, self._learnt, self.wide)

    def by_rules(self, text: str) -> Reading:
        """What the rules alone say, of a text from anybody: what is learned is learned beside it."""
        return self._by_rules(text, None, "en", Phase.UNKNOWN, None)[0]

    def _by_rules(
        self, text: str, expecting: str | None, locale: str, phase: Phase, days: int | None
    ) -> tuple[Reading, Words]:
        words = mend(prepare(text))
        language = languages.detect(words, locale)
        bare = control.bare_word(words)
        answer = answers.find(words, bare, expecting)
        if (words.empty and not answer) or (words.tapback and not self._grave(words, phase)):
            return _silent(text, words, language), words
        layers = replace(self._layers(words, phase, days, language), answer=answer)
        layers = self._in_no_language(layers) if languages.foreign(words) else self._looked_at_again(layers)
        said = symptoms.days_said(words.marked)
        reading = Reading(
            text=text,
            intents=intents_of(layers),
            language=language,
            flags=layers.flags,
            topic=layers.topics[0].topic if layers.topics else None,
            opt_out=bool(layers.control.opt_out),
            matched=layers.matched,
            topics=tuple(found.topic for found in layers.topics),
            keyword=layers.control.keyword,
            says_days=said if said is not None or phase is not Phase.AFTER else days,
            to_person=layers.to_person,
            acts=layers.names,
            says_treated=phases.treated(words.marked),
        )
        return reading, words

    @staticmethod
    def _grave(words: Words, phase: Phase) -> bool:
        return any(flag.urgency >= Urgency.URGENT for flag in danger.find(words, phase))

    def _layers(self, words: Words, phase: Phase, days: int | None, language: str) -> Layers:
        said = acts.find(words, control.bare_word(words))
        moving = any(act in said for act in ("cancel_appointment", "reschedule"))
        judged = phases.for_danger(words.marked, phase)
        flags = danger.find(words, judged, moving=moving)
        urgency = max((triage.level(flag, judged, days) for flag in flags), default=Urgency.NONE)
        asked = Asked() if urgency >= Urgency.URGENT else self._asked(words, phase, flags, language)
        return Layers(words, control.find(words), said, flags, urgency, asked.found, asked.to_person)

    def _looked_at_again(self, layers: Layers) -> Layers:
        """What no rule knew, or knew as less than an emergency, is raised if it reads like danger."""
        marked = layers.words.marked
        if layers.urgency is Urgency.URGENT:
            more = second_look.raised(marked, self._model)
        elif layers.flags or layers.settled:
            return layers
        else:
            more = second_look.flag(danger.without_harmless(marked), self._model, unread=layers.unread)
        if not more:
            return layers
        return replace(layers, flags=(more, *layers.flags), urgency=more.urgency, asked=(), to_person="")

    @staticmethod
    def _in_no_language(layers: Layers) -> Layers:
        """Danger and a word for the texts count in any language; what else it seems to say is a person's."""
        return replace(layers, acts={}, asked=(), to_person="a language we do not read")

    def _asked(self, words: Words, phase: Phase, flags: tuple[Flag, ...], language: str) -> Asked:
        """What she asks. Never called while a sign needs someone today: an answer could calm her."""
        asked = self._topics.ask(words, phase, language)
        asked = replace(asked, found=tuple(one for one in asked.found if not _denied(one, flags)))
        sign = None if phase is Phase.BEFORE else symptoms.find(words.marked)
        if not sign:
            return asked
        return Asked(_with_sign(asked.found, sign), asked.to_person)


def _silent(text: str, words: Words, language: str) -> Reading:
    """A reaction to a text of ours, or a text without words: a kind sign is thanks."""
    if not words.tapback and _KIND.fullmatch(text):
        return Reading(text, (Intent.THANKS,), language, matched=("silence: a kind sign",))
    why = "tapback" if words.tapback else "nothing to read"
    return Reading(text, (Intent.SILENT,), language, matched=(f"silence: {why}",))


def _denied(found: Found, flags: tuple[Flag, ...]) -> bool:
    """True for "not pregnant": she tells, she does not ask."""
    return any(flag.lowered == "negated" and found.words in flag.matched for flag in flags)


def _with_sign(found: tuple[Found, ...], sign: Found) -> tuple[Found, ...]:
    """A sign of her own beside what she asks: "still pink today, can I put foundation on"."""
    firm = tuple(one for one in found if one.rank > sign.rank and one.by == "words")
    return (sign, *firm)[:2]
