"""A decision while it is being made: the rules that hold for every reply and every ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce

from care import isotretinoin, triage
from care.decision import Action, Decision, HoldVisit, Reply, Situation, TicketDraft
from care.reading import Reading, Urgency

#: A sign, a picture and a question in one text are one look for a clinician, under the first of these.
ONE_LOOK = ("clinical", "photo", "question")


@dataclass
class Draft:
    """What was decided so far about one text."""

    situation: Situation
    reading: Reading
    now: datetime
    replies: list[Reply] = field(default_factory=list)
    tickets: dict[str, TicketDraft] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    answered: bool = False
    expects: str | None = None
    silence: str = ""
    kept_back: list[Reply] = field(default_factory=list)

    @property
    def urgency(self) -> Urgency:
        """The level of the whole text."""
        return triage.assess(self.reading, self.situation.phase, self.situation.triage_days)

    @property
    def grave(self) -> bool:
        """True when someone must look at it today."""
        return self.urgency >= Urgency.URGENT

    @property
    def worked_out(self) -> str:
        """What follows from a date she told, for the person who reads the ticket; empty without one."""
        last_dose = self.situation.last_dose
        if last_dose is None or not any(flag.row in isotretinoin.ROWS for flag in self.reading.flags):
            return ""
        return f". {isotretinoin.worked_out(last_dose, self.situation.visit_day)}"

    def say(self, name: str, topic: str | None = None) -> None:
        """Add a reply, once; none at all to a mobile that has opted out."""
        reply = Reply(name, topic, self.urgency, self.reading.language)
        if not self.situation.opted_out and reply not in self.replies:
            self.replies.append(reply)

    def ticket(
        self,
        kind: str,
        reason: str,
        urgency: Urgency = Urgency.ROUTINE,
        *,
        hold: bool = False,
        at_once: bool = False,
    ) -> None:
        """Add something for a person. A second ticket of the same kind joins the first."""
        if hold:
            self.actions.append(HoldVisit(reason))
        if self.situation.opted_out:
            reason = f"{reason}. Phone her: she has opted out, no text can reach her"
        same_day = urgency >= Urgency.URGENT or triage.is_same_day(
            self.reading, self.situation.phase, self.situation.triage_days
        )
        new = TicketDraft(kind, urgency, reason, hold, self.reading.matched, same_day, at_once)
        old = self.tickets.get(kind)
        self.tickets[kind] = _joined(old, new) if old else new

    def done(self) -> Decision:
        """The decision. What would end in nothing at all becomes a person's: no text is lost."""
        if not (self.replies or self.tickets or self.actions or self.silence):
            self.ticket("unread", "Nothing could be made of this text")
        return Decision(
            replies=tuple(self.replies),
            tickets=tuple(_looked_at_once(self.tickets).values()),
            actions=tuple(dict.fromkeys(self.actions)),
            urgency=self.urgency,
            expecting_answered=self.answered,
            expects=self.expects,
            silence=self.silence,
            decided_at=self.now,
            kept_back=tuple(self.kept_back),
        )


def _looked_at_once(tickets: Mapping[str, TicketDraft]) -> Mapping[str, TicketDraft]:
    """Nobody takes three tickets to read one text."""
    kinds = [kind for kind in ONE_LOOK if kind in tickets]
    if len(kinds) < 2:
        return tickets
    together = reduce(_joined, (tickets[kind] for kind in kinds))
    return {kind: one for kind, one in tickets.items() if kind not in kinds[1:]} | {kinds[0]: together}


def _joined(one: TicketDraft, other: TicketDraft) -> TicketDraft:
    return replace(
        one,
        urgency=max(one.urgency, other.urgency),
        reason=one.reason if other.reason in one.reason else f"{one.reason}; {other.reason}",
        holds_visit=one.holds_visit or other.holds_visit,
        same_day=one.same_day or other.same_day,
        at_once=one.at_once or other.at_once,
    )
