"""The last look at a batch of due texts, and their words: inside the claim's own transaction.

What comes out is ready to hand to a carrier with no database connection held. A crash
before the commit leaves every row planned; a crash after it leaves them claimed, and
:mod:`scheduler.chasing` asks the carrier what became of them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from care.consent import Refused, may_reply
from care.delivery import Status
from care.gate import Drop, Holding, Send, Situation, Verdict, Wait, look_again
from care.planned import CallNeeded
from care.protocol import Protocol, Purpose
from care.reading import Urgency
from carriers.base import OutgoingText
from messages.render import RenderError
from scheduler.paging import raise_ticket
from scheduler.planning import NOT_APPROVED
from scheduler.words import speak, visit_values
from scheduler.works import Works
from store.clinic import hours_of
from store.consent import Consents, consents_of
from store.outbox import LEASE, Lane, sent_times, wordings_sent
from store.tables import Enrolment, OutboxText
from store.tickets import NewTicket, holdings
from store.visits import course_of, enrolments_by_id, facts_for, zones_of

#: The daily limit looks back this far: a patient's day is never longer, in any zone.
LOOK_BACK = timedelta(hours=27)


class Looking:
    """One batch under the last look: what is known about all of it, read once."""

    def __init__(self, session: Session, works: Works, batch: Sequence[OutboxText], now: datetime) -> None:
        self.session, self.works, self.now = session, works, now
        mobiles = {text.mobile for text in batch}
        timed = {text.enrolment_id for text in batch if text.enrolment_id}
        self.consents: Consents = consents_of(session, mobiles)
        self.enrolments = enrolments_by_id(session, timed)
        patients = [enrolment.appointment.patient for enrolment in self.enrolments.values()]
        self.worst = holdings(session, patients)
        self.sent_at = defaultdict(list, sent_times(session, mobiles, now - LOOK_BACK))
        self.wordings = wordings_sent(session, timed)

    def at(self, text: OutboxText) -> OutgoingText | None:
        """Settle one text's fate: handed over (the words to send), or waiting, or dropped (None)."""
        text.updated_at = self.now
        if text.lane == Lane.TIMED:
            return self._timed(text)
        return self._immediate(text)

    def _immediate(self, text: OutboxText) -> OutgoingText | None:
        """A reply, a page, a person's own words: they need no window, only no opt-out."""
        consent = self.consents.of(text.mobile, text.patient_id)
        allowed = may_reply(consent, text.created_at, safety=text.lane == Lane.SAFETY)
        drop = None
        if isinstance(allowed, Refused) and text.wording != "opted_out":
            drop = Drop(Status.SUPPRESSED, allowed.reason)
        elif self.now > text.expires_at:
            drop = Drop(Status.EXPIRED, "Could not leave in time to be of use")
        if drop is None:
            return self._hand_over(text)
        self._drop(text, drop)
        return None

    def _timed(self, text: OutboxText) -> OutgoingText | None:
        enrolment = self.enrolments[text.enrolment_id or ""]
        protocol = self.works.protocol_of(enrolment.protocol_version)
        match self._verdict(text, enrolment, protocol):
            case Send(wording, rung):
                text.rung = rung
                return self._word(text, enrolment, wording)
            case Wait(until, reason):
                text.due_at, text.reason = until, reason
            case Drop() as drop:
                self._drop(text, drop, enrolment, protocol)
        return None

    def _verdict(self, text: OutboxText, enrolment: Enrolment, protocol: Protocol) -> Verdict:
        if text.anchor_at is None or text.step is None:
            raise ValueError(f"timed text {text.id} hangs on nothing")
        patient = enrolment.appointment.patient
        situation = Situation(
            course=course_of(self.session, enrolment, protocol),
            facts=facts_for(self.session, enrolment, self.now),
            zones=zones_of(enrolment.appointment),
            consent=self.consents.of(text.mobile, patient.id),
            holding=Holding(
                worst=self.worst.get(patient.id, Urgency.NONE),
                visit_on_hold=enrolment.appointment.on_hold,
            ),
            sent_at=self.sent_at[text.mobile],
            wordings={
                wording
                for whose, anchor, wording in self.wordings
                if whose == enrolment.id and anchor == text.anchor_at
            },
        )
        return look_again(protocol.step(text.step), text.anchor_at, text.rung, situation, self.now)

    def _word(self, text: OutboxText, enrolment: Enrolment, wording: str) -> OutgoingText | None:
        """Today's facts, in her language, in the approved version."""
        visit = enrolment.appointment
        language = visit.patient.language
        try:
            words = speak(self.works, wording, language, visit_values(visit, language, self.now))
        except RenderError as error:
            self._drop(text, Drop(Status.FAILED, f"The text could not be filled in: {error}"))
            return None
        if words is None:
            self._drop(text, Drop(Status.SUPPRESSED, NOT_APPROVED))
            return None
        text.body, text.language = words.body, language
        text.wording, text.wording_version = words.wording, words.version
        if text.anchor_at:
            self.wordings.add((enrolment.id, text.anchor_at, words.wording))
        if text.purpose != Purpose.BOOKING.value:
            self.sent_at[text.mobile].append(self.now)
        return self._hand_over(text)

    def _hand_over(self, text: OutboxText) -> OutgoingText:
        text.status, text.handed_at = Status.CLAIMED.value, self.now
        text.claimed_until, text.attempts = self.now + LEASE, text.attempts + 1
        valid_for = int((text.expires_at - self.now).total_seconds())
        return OutgoingText(text.id, text.mobile, text.location.number, text.body or "", valid_for)

    def _drop(
        self,
        text: OutboxText,
        drop: Drop,
        enrolment: Enrolment | None = None,
        protocol: Protocol | None = None,
    ) -> None:
        text.status, text.reason = drop.status.value, drop.reason
        if drop.call and enrolment and protocol:
            call = next(call for call in protocol.calls if call.name == drop.call)
            self._ask_for_call(text, enrolment, CallNeeded(call.name, call.reason, call.urgent))

    def _ask_for_call(self, text: OutboxText, enrolment: Enrolment, call: CallNeeded) -> None:
        visit = enrolment.appointment
        new = NewTicket(
            dedupe_key=f"missed:{text.dedupe_key}",
            location_id=visit.location_id,
            mobile=text.mobile,
            kind=f"missed:{call.name}",
            urgency=Urgency.URGENT if call.urgent else Urgency.ROUTINE,
            reason=f"{call.reason} (a text was not sent in time)",
            due_at=hours_of(visit.location).due(self.now, timedelta(hours=1)),
            patient_id=visit.patient_id,
            enrolment_id=enrolment.id,
        )
        raise_ticket(self.session, self.works, new, visit.location, self.now)
