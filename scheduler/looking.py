"""The last look at a batch of due texts, and their words: inside the claim's own transaction.

What comes out is ready to hand to a carrier with no database connection held. A crash
before the commit leaves every row planned; a crash after it leaves them claimed, and
:mod:`scheduler.chasing` asks the carrier what became of them.

Everything about a batch is read at once, in a fixed number of questions, and its fates
are written at once: the look costs the same few statements for one text and for hundreds.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from care.consent import Refused, may_reply
from care.delivery import Status
from care.gate import Drop, Holding, Send, Situation, Verdict, Wait, look_again
from care.protocol import YES, Fact, Facts, Protocol, Purpose
from care.reading import Urgency
from carriers.base import OutgoingText
from messages.render import RenderError
from scheduler.paging import raise_ticket
from scheduler.planning import NOT_APPROVED
from scheduler.words import Words, speak, visit_values
from scheduler.works import Works
from store.claims import DueText, sent_times, write_fates
from store.clinic import hours_of
from store.consent import consents_of
from store.courses import course_without_history, facts_for_all, texts_that_left
from store.outbox import LEASE, Lane
from store.tables import Enrolment, Location
from store.tickets import NewTicket, holdings
from store.visits import enrolments_by_id, zones_of

#: The daily limit looks back this far: a patient's day is never longer, in any zone.
LOOK_BACK = timedelta(hours=27)
#: The wording that welcomes a number, once.
WELCOME = "welcome"


@dataclass(frozen=True)
class About:
    """What one timed text is about: whose course it is, on which plan, and what is known of her."""

    enrolment: Enrolment
    protocol: Protocol
    facts: Facts


class Looking:
    """One batch under the last look: what is known about all of it, read once."""

    def __init__(self, session: Session, works: Works, batch: Sequence[DueText], now: datetime) -> None:
        self.session, self.works, self.now, self.batch = session, works, now, batch
        mobiles = {text.mobile for text in batch}
        timed = {text.enrolment_id for text in batch if text.enrolment_id and text.lane == Lane.TIMED}
        self.consents = consents_of(session, mobiles)
        self.locations = {key: session.get_one(Location, key) for key in {t.location_id for t in batch}}
        self.about = dict(self._about(timed)) if timed else {}
        patients = [about.enrolment.appointment.patient for about in self.about.values()]
        self.worst = holdings(session, patients) if patients else {}
        self.sent_at = defaultdict(list, sent_times(session, mobiles, now - LOOK_BACK) if timed else {})
        self.wordings = defaultdict(set)
        for left in texts_that_left(session, timed) if timed else ():
            self.wordings[left.enrolment_id, left.anchor_at].add(left.wording)
        self.welcomed: set[str] = set()
        self.fates: list[Mapping[str, Any]] = []

    def _about(self, enrolment_ids: set[str]) -> list[tuple[str, About]]:
        found = list(enrolments_by_id(self.session, enrolment_ids).values())
        known = facts_for_all(self.session, found)
        return [
            (one.id, About(one, self.works.protocol_of(one.protocol_version), facts))
            for one, facts in zip(found, known, strict=True)
        ]

    def texts(self) -> list[OutgoingText]:
        """Settle every text's fate and write it down. Returns those to hand over, in order."""
        leaving = [text for due in self.batch if (text := self._at(due)) is not None]
        write_fates(self.session, self.fates)
        return leaving

    def _at(self, text: DueText) -> OutgoingText | None:
        """One text: handed over, or waiting, or dropped (None)."""
        return self._timed(text) if text.lane == Lane.TIMED else self._immediate(text)

    def _immediate(self, text: DueText) -> OutgoingText | None:
        """A reply, a page, a person's own words: they need no window, only no opt-out."""
        consent = self.consents.of(text.mobile, text.patient_id)
        allowed = may_reply(consent, text.created_at, safety=text.lane == Lane.SAFETY)
        if isinstance(allowed, Refused) and text.wording != "opted_out":
            self._drop(text, Drop(Status.SUPPRESSED, allowed.reason))
            if text.purpose == "page":
                self._tell_staff(text, "The phone on call has opted out, so pages do not reach it: change it")
        elif self.now > text.expires_at:
            self._drop(text, Drop(Status.EXPIRED, "Could not leave in time to be of use"))
            if text.purpose != "page":  # a page that came too late is followed by the next one
                self._tell_staff(text, "Our answer to her could not leave in time: call her")
        else:
            return self._hand_over(text, text.body or "")
        return None

    def _timed(self, text: DueText) -> OutgoingText | None:
        about = self.about[text.enrolment_id or ""]
        match self._verdict(text, about):
            case Send(wording, rung):
                return self._word(text, about.enrolment, wording, rung)
            case Wait(until, reason):
                self._fate(text, due_at=until, reason=reason)
            case Drop() as drop:
                self._drop(text, drop)
                if drop.call:
                    self._ask_for_call(text, about, drop.call)
        return None

    def _verdict(self, text: DueText, about: About) -> Verdict:
        if text.anchor_at is None or text.step is None:
            raise ValueError(f"timed text {text.id} hangs on nothing")
        visit = about.enrolment.appointment
        facts = about.facts
        if text.mobile in self.welcomed:  # by a text of this very batch, for somebody else on the phone
            facts = {**facts, "number_welcomed": Fact(YES, self.now)}
        situation = Situation(
            course=course_without_history(visit),
            facts=facts,
            zones=zones_of(visit),
            consent=self.consents.of(text.mobile, visit.patient_id),
            holding=Holding(self.worst.get(visit.patient_id, Urgency.NONE), visit.on_hold),
            sent_at=self.sent_at[text.mobile],
            wordings=self.wordings[about.enrolment.id, text.anchor_at],
        )
        return look_again(about.protocol.step(text.step), text.anchor_at, text.rung, situation, self.now)

    def _word(self, text: DueText, enrolment: Enrolment, wording: str, rung: int) -> OutgoingText | None:
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
        if text.anchor_at:
            self.wordings[enrolment.id, text.anchor_at].add(words.wording)
        if text.purpose != Purpose.BOOKING.value:
            self.sent_at[text.mobile].append(self.now)
        if wording == WELCOME:
            self.welcomed.add(text.mobile)
        return self._hand_over(text, words.body, _said(words, language) | {"rung": rung})

    def _hand_over(self, text: DueText, body: str, said: Mapping[str, Any] | None = None) -> OutgoingText:
        self._fate(
            text,
            status=Status.CLAIMED.value,
            handed_at=self.now,
            claimed_until=self.now + LEASE,
            attempts=text.attempts + 1,
            **(said or {}),
        )
        valid_for = int((text.expires_at - self.now).total_seconds())
        number = self.locations[text.location_id].number
        return OutgoingText(text.id, text.mobile, number, body, valid_for)

    def _drop(self, text: DueText, drop: Drop) -> None:
        self._fate(text, status=drop.status.value, reason=drop.reason)

    def _fate(self, text: DueText, **columns: Any) -> None:
        self.fates.append({"id": text.id, "updated_at": self.now, **columns})

    def _tell_staff(self, text: DueText, reason: str) -> None:
        """What we had to say never left: it is a person's now."""
        location = self.locations[text.location_id]
        new = NewTicket(
            dedupe_key=f"unanswered:{text.dedupe_key}",
            location_id=text.location_id,
            mobile=text.mobile,
            kind="not_reached",
            urgency=Urgency.ROUTINE,
            reason=reason,
            due_at=hours_of(location).due(self.now, timedelta(hours=1)),
            patient_id=text.patient_id,
        )
        raise_ticket(self.session, self.works, new, location, self.now)

    def _ask_for_call(self, text: DueText, about: About, name: str) -> None:
        visit = about.enrolment.appointment
        call = next(call for call in about.protocol.calls if call.name == name)
        new = NewTicket(
            dedupe_key=f"missed:{text.dedupe_key}",
            location_id=visit.location_id,
            mobile=text.mobile,
            kind=f"missed:{call.name}",
            urgency=Urgency.URGENT if call.urgent else Urgency.ROUTINE,
            reason=f"{call.reason} (a text was not sent in time)",
            due_at=hours_of(visit.location).due(self.now, timedelta(hours=1)),
            patient_id=visit.patient_id,
            enrolment_id=about.enrolment.id,
        )
        raise_ticket(self.session, self.works, new, visit.location, self.now)


def _said(words: Words, language: str) -> dict[str, Any]:
    """What a message records of its own words."""
    return {
        "body": words.body,
        "language": language,
        "wording": words.wording,
        "wording_version": words.version,
    }
