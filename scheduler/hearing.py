"""What one phone said: each text by itself, then its pieces as one; what is decided is carried out.

Danger, an opt-out and whatever else is clear by itself is acted on at once. A text that nothing can be
made of stays unread for a few seconds (:mod:`care.pieces`); it is read again with what follows, or alone
when nothing does. A crash loses nothing: unread is unread, whoever looks next.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from care.conversation import Decision, decide
from care.pieces import STILL_TALKING, has_said_it_all, looks_whole, says_nothing, stands_alone
from care.reading import Intent, Reading, Urgency
from messages.keywords import in_its_language
from messages.machines import by_a_machine
from scheduler.acting import Acting, record
from scheduler.on_call import takes_a_ticket
from scheduler.works import Works
from scheduler.writer import Writer, situation_of, who_wrote
from store.conversations import conversation_with
from store.inbox import ANSWERED, JOINED, SILENT, WITH_PERSON, heard_since
from store.standing import came, waits
from store.tables import InboxText

_LEVELS = {urgency.word: urgency for urgency in Urgency}


@dataclass(frozen=True)
class Heard:
    """Some texts, understood as one."""

    texts: Sequence[InboxText]
    writer: Writer
    reading: Reading
    decision: Decision

    @property
    def unclear(self) -> bool:
        """Whether it may be a piece of something longer."""
        photos = sum(len(text.media) for text in self.texts)
        return says_nothing(self.reading, photos) and not looks_whole(self.texts[-1].body)


@dataclass(frozen=True)
class Hearing:
    """All that one phone wrote and nobody has answered, within one transaction."""

    session: Session
    works: Works
    now: datetime

    def __post_init__(self) -> None:
        self.works.renew(self.session)  # she is answered in the words approved now

    def hear(self, unread: Sequence[InboxText]) -> None:
        """Answer what can be answered, oldest first; what may go on stays unread."""
        waiting: defaultdict[str, list[InboxText]] = defaultdict(list)
        for text in unread:
            if takes_a_ticket(self.session, self.works, text, self.now):
                continue
            self._show(text)
            pieces = waiting[text.location_id]
            waiting[text.location_id] = self._hear_after(pieces, text)
        for pieces in waiting.values():
            if pieces and has_said_it_all(pieces[0].received_at, pieces[-1].received_at, self.now):
                self._act(self._understand(pieces))

    def hear_alone(self, text: InboxText) -> None:
        """Answer this text now, whatever stands around it."""
        if not takes_a_ticket(self.session, self.works, text, self.now):
            self._show(text)
            self._act(self._understand([text]))

    def _show(self, text: InboxText) -> None:
        """In the inbox it stands unread, whatever is made of it: the one place where a text gets there."""
        came(conversation_with(self.session, text.location_id, text.mobile, self.now), text.received_at)

    def _hear_after(self, pieces: list[InboxText], text: InboxText) -> list[InboxText]:
        """One more text. Returns the pieces that wait from now on."""
        alone = self._understand([text])
        if stands_alone(alone.reading, alone.decision):
            self._act(alone)
            return pieces
        whole = self._understand([*pieces, text]) if pieces else alone
        if (danger := self._danger_across(whole)) is not None:
            self._act(danger)
            return []
        if not whole.unclear:
            self._act(whole)
            return []
        if not alone.unclear:
            self._act(alone)
            return pieces
        return [*pieces, text]

    def _danger_across(self, whole: Heard) -> Heard | None:
        """A sign that only shows over several texts, also over those that were answered a moment ago."""
        earlier = heard_since(self.session, whole.texts[-1], self.now - STILL_TALKING)
        level = max((_level(text) for text in earlier), default=Urgency.NONE)
        said = self._read([*earlier, *whole.texts], whole.writer) if earlier else whole.reading
        heard = self._decided(whole.texts, whole.writer, said)
        return heard if heard.decision.urgency >= Urgency.URGENT and heard.decision.urgency > level else None

    def _understand(self, texts: Sequence[InboxText]) -> Heard:
        writer = who_wrote(self.session, texts[-1], self.now)
        return self._decided(texts, writer, self._read(texts, writer))

    def _read(self, texts: Sequence[InboxText], writer: Writer) -> Reading:
        """The texts as one; what the carrier's own list took for STOP or START is that, in any words."""
        said = " ".join(text.body for text in texts)
        reading = by_a_machine(
            self.works.reader.read(said, writer.expecting, writer.language, writer.phase, writer.days)
        )
        if not writer.patients:
            reading = in_its_language(reading)
        match texts[-1].carrier_keyword:
            case "STOP":
                return replace(reading, opt_out=True)
            case "START" if not reading.wants(Intent.OPT_IN):
                return replace(reading, intents=(Intent.OPT_IN, *reading.intents))
        return reading

    def _decided(self, texts: Sequence[InboxText], writer: Writer, reading: Reading) -> Heard:
        situation = situation_of(self.works, writer, texts, reading)
        return Heard(texts, writer, reading, decide(situation, reading, self.now))

    def _act(self, heard: Heard) -> None:
        """Carry it out. The answer stands at the last text; the pieces before it point there."""
        *pieces, last = heard.texts
        acting = Acting(self.session, self.works, last, heard.writer, self.now)
        acting.carry_out(heard.decision)
        known = record(heard.decision, heard.reading) | {"held_by": acting.held_by}
        if heard.reading.text != last.body:
            known["whole"] = heard.reading.text
        last.handled_at, last.reading = self.now, known
        last.state = _state(heard.decision)
        if last.state == WITH_PERSON:
            waits(heard.writer.conversation, last.received_at)
        for piece in pieces:
            piece.handled_at, piece.state = self.now, JOINED
            piece.reading = {"with": last.id, "urgency": heard.decision.urgency.word}
        self.session.flush()


def _state(decision: Decision) -> str:
    if decision.tickets:
        return WITH_PERSON
    return ANSWERED if decision.replies else SILENT


def _level(text: InboxText) -> Urgency:
    """How urgent it was when it was answered; what could not be read counts as nothing."""
    return _LEVELS[(text.reading or {}).get("urgency", Urgency.NONE.word)]
