"""Carrying out a decision: replies into the outbox, tickets, consent, visits, all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.conversation import (
    Action,
    ConfirmVisit,
    Decision,
    DeclaredNone,
    HoldVisit,
    OptIn,
    OptOut,
    Reply,
    SetFact,
    TicketDraft,
)
from care.reading import Reading, Urgency
from scheduler.changing import replan_all
from scheduler.handing import Handing
from scheduler.words import Words, place_values, speak, visit_values
from scheduler.works import Works
from scheduler.writer import Writer
from store.audit import note
from store.clinic import hours_of
from store.consent import ALL, record_consent, why_opted_out
from store.conversations import answered, expect, levels_answered
from store.outbox import Lane, NowText, add_now, replies_since, suppress_planned
from store.people import set_facts
from store.tables import ConsentEvent, InboxText

#: How long an answer is still an answer.
REPLY_USEFUL, SAFETY_USEFUL = timedelta(hours=12), timedelta(hours=48)
#: One safety reply of each level in this time; every text pages all the same (triage rule 12).
ONE_SAFETY_REPLY = timedelta(minutes=10)
#: How long what she wishes for may follow on "Reply with days and times that work".
WISHES_USEFUL = timedelta(hours=24)
#: More automatic replies to one mobile than this in an hour are two machines talking.
MOST_REPLIES = 12
PATIENT = "patient"


@dataclass(frozen=True)
class Acting:
    """One text's consequences."""

    session: Session
    works: Works
    text: InboxText
    writer: Writer
    now: datetime
    held_by: list[str] = field(default_factory=list)  #: the tickets that it is with, once carried out

    def carry_out(self, decision: Decision) -> None:
        """Replies first, so that a safety reply is written before an opt-out takes effect."""
        self._replies(decision.replies)
        for draft in decision.tickets:
            self._hand(draft)
        for action in decision.actions:
            self._act(action)
        if decision.expecting_answered:
            answered(self.writer.conversation)
        if decision.expects:
            about = self.writer.enrolment if self.writer.sure else None
            until = self.now + WISHES_USEFUL
            expect(self.writer.conversation, decision.expects, until, about.id if about else None)

    def _replies(self, replies: Sequence[Reply]) -> None:
        """Each wording once, even where one stands in for another; a safety level at most once in a while."""
        safety = any(reply.urgency >= Urgency.URGENT for reply in replies)
        since = self.now - ONE_SAFETY_REPLY
        lately = levels_answered(self.session, self.text.mobile, since) if safety else set()
        said: set[str] = set()
        for number, reply in enumerate(replies):
            words = self._words(reply)
            if words is None or words.wording in said or reply.urgency.word in lately:
                continue
            if reply.urgency >= Urgency.URGENT or self._may_answer():
                self._say(number, reply, words)
                said.add(words.wording)

    def _say(self, number: int, reply: Reply, words: Words) -> None:
        safety = reply.urgency >= Urgency.URGENT
        patient = self.writer.patient
        text = NowText(
            dedupe_key=f"reply:{self.text.id}:{number}",
            lane=Lane.SAFETY if safety else Lane.REPLY,
            purpose="reply",
            location_id=self.text.location_id,
            mobile=self.text.mobile,
            language=reply.language,
            body=words.body,
            reason="Answer to her text",
            expires_at=self.now + (SAFETY_USEFUL if safety else REPLY_USEFUL),
            wording=words.wording,
            wording_version=words.version,
            patient_id=patient.id if patient else None,
            inbox_id=self.text.id,
        )
        add_now(self.session, text, self.now)

    def _hand(self, draft: TicketDraft) -> None:
        ticket = Handing(self.session, self.works, self.text, self.writer, self.now).hand(draft)
        self.held_by.append(ticket.id)

    def _may_answer(self) -> bool:
        """Not a machine's short code, and not the hundredth reply of two machines talking to each other."""
        if not self.text.mobile.startswith("+"):
            return False
        if replies_since(self.session, self.text.mobile, self.now - timedelta(hours=1)) < MOST_REPLIES:
            return True
        self._hand(
            TicketDraft("flood", Urgency.ROUTINE, "Texts faster than a person: no more replies for now")
        )
        return False

    def _words(self, reply: Reply) -> Words | None:
        wording = reply.name
        if reply.topic is not None:
            wording = self.works.catalog.answers[reply.topic].answer_for(self.writer.phase) or wording
        emergency = reply.urgency >= Urgency.CRISIS
        enrolment = self.writer.enrolment
        if enrolment is not None and self.writer.sure:
            values = visit_values(enrolment.appointment, reply.language, self.now)
        else:
            values = place_values(self.writer.location, reply.language)
        words = speak(self.works, wording, reply.language, values, emergency=emergency)
        if words is not None and words.wording == "urgent" and not self._office_open():
            return speak(self.works, "urgent_closed", reply.language, values)
        return words

    def _office_open(self) -> bool:
        return hours_of(self.writer.location).is_open(self.now)

    def _act(self, action: Action) -> None:
        match action:
            case OptOut(words):
                self._consent(words, granted=False)
                reason = why_opted_out("text", self.now, ZoneInfo(self.writer.location.timezone))
                suppress_planned(self.session, self.text.mobile, reason, self.now)
            case OptIn(words):
                self._consent(words, granted=True)
                replan_all(self.session, self.works, list(self.writer.patients), self.now)
            case _:
                self._act_on_visit(action)

    def _consent(self, words: str, *, granted: bool) -> None:
        event = ConsentEvent(
            mobile=self.text.mobile, kind=ALL, granted=granted, method="text", words=words, at=self.now
        )
        if record_consent(self.session, event):
            self._note("opted in" if granted else "opted out", ("inbox", self.text.id))

    def _act_on_visit(self, action: Action) -> None:
        """Only when the phone leaves no doubt whose visit it is; the ticket says so otherwise."""
        enrolment = self.writer.enrolment
        if enrolment is None or not self.writer.sure:
            return
        visit = enrolment.appointment
        subject = ("appointment", visit.id)
        match action:
            case ConfirmVisit():
                visit.confirmed_at = self.now
                self._note("visit confirmed", subject)
            case DeclaredNone():
                self._note("declared none of the listed", subject)
            case HoldVisit(reason):
                visit.on_hold = reason
                self._note("visit put on hold", subject)
            case SetFact(name, value):
                set_facts(self.session, visit.patient, {name: value}, PATIENT, self.now)
                self._note("facts learnt", ("patient", visit.patient_id), **{name: value})
                replan_all(self.session, self.works, [visit.patient], self.now)

    def _note(self, action: str, subject: tuple[str, str], **detail: str) -> None:
        note(self.session, PATIENT, action, subject, self.now, inbox=self.text.id, **detail)


def record(decision: Decision, reading: Reading) -> dict[str, Any]:
    """What was understood and done, for staff: kept beside the text."""
    return {
        "intents": [intent.value for intent in reading.intents],
        "topic": reading.topic,
        "topics": list(reading.topics),
        "language": reading.language,
        "matched": list(reading.matched),
        "urgency": decision.urgency.word,
        "silence": decision.silence,
        "kept_back": [reply.topic or reply.name for reply in decision.kept_back],
        "replies": [reply.topic or reply.name for reply in decision.replies],
        "tickets": [draft.kind for draft in decision.tickets],
        "actions": [type(action).__name__ for action in decision.actions],
    }
