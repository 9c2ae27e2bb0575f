"""What the carrier said, written down: each outcome has one consequence, decided by its class."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from care.delivery import RANK, ErrorClass, Status
from care.reading import Urgency
from carriers.base import Outcome, OutgoingText, Refused, Taken, Unclear
from carriers.errors import explain
from scheduler.paging import raise_ticket
from scheduler.works import Works
from store.claims import TextInHand, rows_to_settle, texts_in_hand, write_fates
from store.clinic import hours_of
from store.consent import ALL, record_consent, why_opted_out
from store.conversations import conversation_with, expect
from store.outbox import suppress_planned
from store.tables import ConsentEvent, OutboxText
from store.tickets import NewTicket

log = logging.getLogger(__name__)

#: First wait before a refused text is tried again; doubled each time.
BACK_OFF = timedelta(seconds=15)
#: While our account or number is refused, how long before one more text tries.
CONFIG_WAIT = timedelta(minutes=15)


def settle(works: Works, answered: Sequence[tuple[OutgoingText, Outcome]]) -> None:
    """Write down the outcomes of some texts, in one transaction; those that were taken in one statement."""
    taken = {text.id: outcome.sid for text, outcome in answered if isinstance(outcome, Taken)}
    others = {text.id: outcome for text, outcome in answered if not isinstance(outcome, Taken)}
    with works.database.writing() as session:
        settling = Settling(session, works, works.clock())
        settling.taken(taken)
        for row in rows_to_settle(session, others):
            settling.not_taken(row, others[row.id])


@dataclass(frozen=True)
class Settling:
    """The consequences of what a carrier said, within one transaction."""

    session: Session
    works: Works
    now: datetime

    def taken(self, sids: Mapping[str, str]) -> None:
        """The carrier has these, under its own ids. A receipt may have come first and know more."""
        rows = texts_in_hand(self.session, sids)
        write_fates(self.session, [self._taken(row, sids[row.id]) for row in rows])
        for row in rows:
            self._wait_for_answer(row)
        if sids:
            log.info("taken: %s", " ".join(sids))

    def _taken(self, row: TextInHand, sid: str) -> dict[str, Any]:
        known = {"id": row.id, "provider_sid": sid, "sent_at": row.sent_at or self.now}
        known |= {"claimed_until": None, "updated_at": self.now}
        knows_less = RANK[Status(row.status)] < RANK[Status.SENT]
        return known | ({"status": Status.SENT.value, "reason": row.why} if knows_less else {})

    def _wait_for_answer(self, row: TextInHand) -> None:
        """A text that asks something: until the visit, her bare "yes" or "none" now answers it."""
        if row.enrolment_id is None or row.step is None or row.protocol_version_id is None:
            return
        protocol = self.works.protocol_with(self.session, row.protocol_version_id)
        awaits = protocol.step(row.step).ladder[row.rung].awaits
        if awaits and row.starts_at is not None:
            conversation = conversation_with(self.session, row.location_id, row.mobile, self.now)
            expect(conversation, awaits, row.starts_at, row.enrolment_id)

    def not_taken(self, row: OutboxText, outcome: Outcome) -> None:
        """Write down what else can become of a text."""
        log.info("text %s: %s", row.id, type(outcome).__name__.lower())
        row.claimed_until, row.updated_at = None, self.now
        match outcome:
            case Unclear(detail):
                self.unclear(row, detail)
            case Refused() as refusal:
                self.refused(row, refusal)

    def unclear(self, row: OutboxText, detail: str) -> None:
        """Nobody knows. It is never sent again blindly: chasing asks the carrier first."""
        if RANK[Status(row.status)] < RANK[Status.UNKNOWN]:
            row.status = Status.UNKNOWN.value
            row.reason = f"Asking the carrier whether it has this text ({detail})"

    def refused(self, row: OutboxText, refusal: Refused) -> None:
        """The carrier did not take it: try again later, give up, or learn that she opted out."""
        if RANK[Status(row.status)] >= RANK[Status.SENT]:
            return  # a receipt knows better
        row.error_code = refusal.code
        match refusal.error:
            case ErrorClass.RETRY:
                wait = refusal.retry_after or BACK_OFF.total_seconds() * 2 ** min(row.attempts - 1, 8)
                self.try_again(row, timedelta(seconds=wait), "The carrier is busy: trying again")
            case ErrorClass.CONFIG:
                self.try_again(row, CONFIG_WAIT, f"Waiting: {explain(refusal.code)}")
                self.tell_staff(row, ErrorClass.CONFIG)
            case ErrorClass.UNKNOWN:
                self.unclear(row, refusal.code)
            case ErrorClass.OPTED_OUT | ErrorClass.PERMANENT:
                row.status, row.reason = Status.FAILED.value, explain(refusal.code)
                self.tell_staff(row, refusal.error)

    def try_again(self, row: OutboxText, wait: timedelta, reason: str) -> None:
        """Back to planned; the next look expires it if its time has passed by then."""
        row.status, row.due_at, row.reason = Status.PLANNED.value, self.now + wait, reason

    def tell_staff(self, row: OutboxText, error: ErrorClass) -> None:
        """A text will not arrive by itself: a ticket, or, where she opted out, a consent event."""
        if error is ErrorClass.OPTED_OUT:
            self._opted_out(row)
        else:
            raise_ticket(self.session, self.works, self._ticket(row, error), row.location, self.now)

    def _opted_out(self, row: OutboxText) -> None:
        event = ConsentEvent(
            mobile=row.mobile,
            kind=ALL,
            granted=False,
            method="carrier",
            words=row.error_code or "",
            at=self.now,
        )
        record_consent(self.session, event)
        suppress_planned(self.session, row.mobile, why_opted_out("carrier", self.now), self.now)

    def _ticket(self, row: OutboxText, error: ErrorClass) -> NewTicket:
        """About the phone that was not reached, or about our own account: one ticket a day for each."""
        ours = error is ErrorClass.CONFIG
        about = f"{row.location_id}:{row.error_code if ours else row.mobile}:{self.now:%Y%m%d}"
        return NewTicket(
            dedupe_key=f"{'config' if ours else 'not_reached'}:{about}",
            location_id=row.location_id,
            mobile="" if ours else row.mobile,
            kind="config" if ours else "not_reached",
            urgency=Urgency.URGENT if ours else Urgency.ROUTINE,
            reason=explain(row.error_code),
            due_at=hours_of(row.location).due(self.now, timedelta(hours=1)),
            patient_id=None if ours else row.patient_id,
            enrolment_id=None if ours else row.enrolment_id,
        )
