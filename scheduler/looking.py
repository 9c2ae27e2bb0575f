"""The last look at a batch of due texts, and their words: inside the claim's own transaction.

What comes out is ready to hand to a carrier with no database connection held. A crash
before the commit leaves every row planned; a crash after it leaves them claimed, and
:mod:`scheduler.chasing` asks the carrier what became of them.

Everything about a batch is read at once, in a fixed number of questions, and its fates
are written at once: the look costs the same few statements for one text and for hundreds.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.consent import Refused, may_reply
from care.delivery import Status
from care.gate import LOOK_AGAIN, Drop, Holding, Send, Situation, Verdict, Wait, look_again
from care.instants import Zones
from care.protocol import YES, Fact, Facts, Protocol, Purpose
from care.reading import Urgency
from carriers.base import OutgoingText
from messages.render import RenderError
from messages.segments import count
from scheduler.breaking import hold_mobile, released_at
from scheduler.paging import raise_ticket
from scheduler.pausing import say_pause
from scheduler.planning import why_off
from scheduler.words import VisitTimes, VisitValues, Words, place_values, speak
from scheduler.works import Works
from store.accounts import staff_names
from store.claims import DueText, left_since, write_fates
from store.clinic import hours_of, sending_hours
from store.consent import consents_of
from store.courses import Standing, facts_for_all, standings, texts_that_left
from store.outbox import LEASE, UNHELD, Lane
from store.tables import Location
from store.tickets import NewTicket, holdings

#: The daily limit looks back this far: a patient's day is never longer, in any zone.
LOOK_BACK = timedelta(hours=27)
#: What counts for the daily limit of timed texts: all but the booking's own.
COUNTED = (Purpose.CARE.value, Purpose.MARKETING.value)
DAY = timedelta(days=1)
#: The wording that welcomes a number, once.
WELCOME = "welcome"


@dataclass(frozen=True)
class About:
    """What one timed text is about: whose course it is, on which plan, and what is known of her."""

    standing: Standing
    protocol: Protocol
    facts: Facts
    zones: Zones


class Looking:
    """One batch under the last look: what is known about all of it, read once."""

    def __init__(self, session: Session, works: Works, batch: Sequence[DueText], now: datetime) -> None:
        self.session, self.works, self.now, self.batch = session, works, now, batch
        mobiles = {text.mobile for text in batch}
        timed = {text.enrolment_id for text in batch if text.enrolment_id and text.lane == Lane.TIMED}
        self._places: dict[str, Location] = {}
        self._said_of: dict[tuple[str, str], dict[str, str]] = {}
        self.consents = consents_of(session, mobiles)
        if timed:
            works.renew(session)  # words that were withdrawn a moment ago do not leave
        self.about = dict(self._about(timed)) if timed else {}
        owners = {about.standing.patient_id: about.standing.mobile for about in self.about.values()}
        self.worst = holdings(session, owners) if owners else {}
        self.left = left_since(session, mobiles, now - LOOK_BACK)
        self.wordings = defaultdict(set)
        for left in texts_that_left(session, timed) if timed else ():
            self.wordings[left.enrolment_id, left.anchor_at].add(left.wording)
        self.welcomed: set[str] = set()
        self.fates: list[Mapping[str, Any]] = []

    def _about(self, enrolment_ids: set[str]) -> Iterator[tuple[str, About]]:
        found = standings(self.session, enrolment_ids)
        for one, facts in zip(found, facts_for_all(self.session, found), strict=True):
            protocol = self.works.protocol_with(self.session, one.protocol_version_id)
            place = self._place(one.location_id)
            clinic = ZoneInfo(place.timezone)
            own = ZoneInfo(one.timezone) if one.timezone else clinic
            zones = Zones(clinic, own, sending_hours(place))
            yield one.enrolment_id, About(one, protocol, facts, zones)

    def _place(self, location_id: str) -> Location:
        if location_id not in self._places:
            self._places[location_id] = self.session.get_one(Location, location_id)
        return self._places[location_id]

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
        elif self._too_many(text):
            self._hold(text)
        else:
            return self._hand_over(text, text.body or "")
        return None

    def _timed(self, text: DueText) -> OutgoingText | None:
        about = self.about[text.enrolment_id or ""]
        match self._verdict(text, about):
            case Send() if self._too_many(text):
                self._hold(text)
            case Send(wording, rung):
                return self._word(text, about, wording, rung)
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
        standing, facts = about.standing, about.facts
        if text.mobile in self.welcomed:  # by a text of this very batch, for somebody else on the phone
            facts = {**facts, "number_welcomed": Fact(YES, self.now)}
        situation = Situation(
            course=standing.course(),
            facts=facts,
            zones=about.zones,
            consent=self.consents.of(text.mobile, standing.patient_id),
            holding=self._holding(standing),
            sent_at=[at for at, purpose in self.left.get(text.mobile, ()) if purpose in COUNTED],
            wordings=self.wordings[standing.enrolment_id, text.anchor_at],
            own_words=text.worded_by is not None,
        )
        return look_again(about.protocol.step(text.step), text.anchor_at, text.rung, situation, self.now)

    def _holding(self, standing: Standing) -> Holding:
        worst = self.worst.get(standing.patient_id, Urgency.NONE)
        zone = ZoneInfo(self._place(standing.location_id).timezone)
        paused = say_pause(standing, self._staff, zone) if standing.paused_at else None
        return Holding(worst, standing.on_hold, paused)

    @cached_property
    def _staff(self) -> Mapping[str, str]:
        """The names of the staff: read only where somebody paused a patient."""
        return staff_names(self.session)

    def _word(self, text: DueText, about: About, wording: str, rung: int) -> OutgoingText | None:
        """Today's facts, in her language, in the approved version; or what a person wrote in its place."""
        if text.worded_by:
            return self._hand_over(text, text.body or "")
        language = about.standing.language
        try:
            words = speak(self.works, wording, language, self._values(about))
        except RenderError as error:
            self._drop(text, Drop(Status.FAILED, f"The text could not be filled in: {error}"))
            return None
        if words is None:
            self._drop(text, Drop(Status.SUPPRESSED, why_off(self.works, wording)))
            return None
        if wording == WELCOME:
            self.welcomed.add(text.mobile)
        return self._hand_over(text, words.body, _said(words, language) | {"rung": rung})

    def _values(self, about: About) -> VisitValues:
        standing = about.standing
        here = standing.location_id, standing.language
        if here not in self._said_of:
            self._said_of[here] = place_values(self._place(standing.location_id), standing.language)
        times = VisitTimes(standing.starts_at, standing.ended_at, about.zones, self.now)
        return VisitValues(self._said_of[here], times, standing.language)

    def _too_many(self, text: DueText) -> bool:
        """Whether so many automatic texts went to this mobile within a day that a person must look."""
        most, left = self.works.limits.per_day, self.left.get(text.mobile, ())
        if most is None or text.lane in UNHELD or len(left) < most:
            return False
        since = max(self.now - DAY, released_at(self.session, text.mobile) or self.now - DAY)
        return sum(at > since for at, _ in left) >= most

    def _hold(self, text: DueText) -> None:
        self._fate(text, due_at=self.now + LOOK_AGAIN, reason="Held: too many texts to this mobile in a day")
        hold_mobile(self.session, self.works, self._place(text.location_id), text.mobile, self.now)

    def _hand_over(self, text: DueText, body: str, said: Mapping[str, Any] | None = None) -> OutgoingText:
        self._fate(
            text,
            status=Status.CLAIMED.value,
            handed_at=self.now,
            claimed_until=self.now + LEASE,
            recalled_at=None,
            attempts=text.attempts + 1,
            parts=count(body).parts,
            **(said or {}),
        )
        valid_for = int((text.expires_at - self.now).total_seconds())
        number = self._place(text.location_id).number
        return OutgoingText(text.id, text.mobile, number, body, valid_for)

    def _drop(self, text: DueText, drop: Drop) -> None:
        self._fate(text, status=drop.status.value, reason=drop.reason)

    def _fate(self, text: DueText, **columns: Any) -> None:
        self.fates.append({"id": text.id, "updated_at": self.now, **columns})

    def _tell_staff(self, text: DueText, reason: str) -> None:
        """What we had to say never left: it is a person's now."""
        location = self._place(text.location_id)
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
        standing = about.standing
        call = next(call for call in about.protocol.calls if call.name == name)
        location = self._place(standing.location_id)
        new = NewTicket(
            dedupe_key=f"missed:{text.dedupe_key}",
            location_id=location.id,
            mobile=text.mobile,
            kind=f"missed:{call.name}",
            urgency=Urgency.URGENT if call.urgent else Urgency.ROUTINE,
            reason=f"{call.reason} (a text was not sent in time)",
            due_at=hours_of(location).due(self.now, timedelta(hours=1)),
            patient_id=standing.patient_id,
            enrolment_id=standing.enrolment_id,
        )
        raise_ticket(self.session, self.works, new, location, self.now)


def _said(words: Words, language: str) -> dict[str, Any]:
    """What a message records of its own words."""
    return {
        "body": words.body,
        "language": language,
        "wording": words.wording,
        "wording_version": words.version,
    }
