"""What the carrier said, written down: each outcome has one consequence, decided by its class."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.delivery import RANK, ErrorClass, Status
from care.reading import Urgency
from care.sending import TRY_EVERY
from carriers.base import Outcome, OutgoingText, Refused, Taken, Unclear
from carriers.errors import explain
from scheduler.paging import raise_ticket
from scheduler.stopping import Cause, resume, stop
from scheduler.works import Works
from store.claims import Asked, asked, locations_of, mark_taken, rows_to_settle
from store.clinic import hours_of
from store.consent import ALL, record_consent, why_opted_out
from store.conversations import conversation_with, expect
from store.database import retried
from store.outbox import Lane, suppress_planned
from store.senders import BY_ANSWER, any_stopped, wait_until
from store.tables import ConsentEvent, OutboxText
from store.tickets import NewTicket

log = logging.getLogger(__name__)

#: First wait before a refused text is tried again; doubled each time, up to four minutes.
BACK_OFF = timedelta(seconds=1)
#: What does not wait with the others while a number is stopped tries by itself, this often.
_WHILE_STOPPED = {Lane.SAFETY: timedelta(minutes=1), Lane.PEOPLE: TRY_EVERY}


@retried
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
        if not sids:
            return
        mark_taken(self.session, sids, self.now)
        texts = asked(self.session, sids)
        for text in texts:
            self._wait_for_answer(text)
        if any_stopped(self.session, BY_ANSWER):
            resume(self.session, locations_of(self.session, sids), BY_ANSWER, self.now)
        log.info("taken: %s", " ".join(sids))

    def _wait_for_answer(self, text: Asked) -> None:
        """A text that asks something: until the visit, her bare "yes" or "none" now answers it."""
        protocol = self.works.protocol_with(self.session, text.protocol_version_id)
        if awaits := protocol.step(text.step).ladder[text.rung].awaits:
            conversation = conversation_with(self.session, text.location_id, text.mobile, self.now)
            expect(conversation, awaits, text.starts_at, text.enrolment_id)

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
                if refusal.retry_after:
                    until = self.now + timedelta(seconds=refusal.retry_after)
                    wait_until(self.session, row.location_id, until)
                wait = max(self._back_off(row), timedelta(seconds=refusal.retry_after or 0))
                self.try_again(row, wait, "The carrier is busy: trying again")
            case ErrorClass.CONFIG:
                self.number_refused(row, refusal.code, BY_ANSWER)
            case ErrorClass.UNKNOWN:
                self.unclear(row, refusal.code)
            case ErrorClass.OPTED_OUT | ErrorClass.PERMANENT:
                row.status, row.reason = Status.FAILED.value, explain(refusal.code)
                self.tell_staff(row, refusal.error)

    def number_refused(self, row: OutboxText, code: str, by: str) -> None:
        """Our own number or account is at fault: its sender stops, and the text waits with the others."""
        stop(self.session, self.works, row.location_id, Cause(code, by), self.now)
        wait = _WHILE_STOPPED.get(Lane(row.lane), timedelta(0))
        row.attempts -= 1  # this try was not the text's
        self.try_again(row, wait, f"Waiting: {explain(code)}")

    @staticmethod
    def _back_off(row: OutboxText) -> timedelta:
        return BACK_OFF * (1 << min(max(row.attempts, 1) - 1, 8))

    def try_again(self, row: OutboxText, wait: timedelta, reason: str) -> None:
        """Back to planned; the next look expires it if its time has passed by then."""
        row.status, row.due_at, row.reason = Status.PLANNED.value, self.now + wait, reason

    def tell_staff(self, row: OutboxText, error: ErrorClass) -> None:
        """A text will not arrive by itself: a ticket, or, where she opted out, a consent event."""
        if error is ErrorClass.OPTED_OUT:
            self._opted_out(row)
        else:
            raise_ticket(self.session, self.works, self._not_reached(row), row.location, self.now)

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
        reason = why_opted_out("carrier", self.now, ZoneInfo(row.location.timezone))
        suppress_planned(self.session, row.mobile, reason, self.now)

    def _not_reached(self, row: OutboxText) -> NewTicket:
        """One ticket a day about the phone that was not reached."""
        return NewTicket(
            dedupe_key=f"not_reached:{row.location_id}:{row.mobile}:{self.now:%Y%m%d}",
            location_id=row.location_id,
            mobile=row.mobile,
            kind="not_reached",
            urgency=Urgency.ROUTINE,
            reason=explain(row.error_code),
            due_at=hours_of(row.location).due(self.now, timedelta(hours=1)),
            patient_id=row.patient_id,
            enrolment_id=row.enrolment_id,
        )
