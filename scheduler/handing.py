"""Handing a text to people: a ticket, or one more line on the ticket that is open about the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from care.decision import TicketDraft
from care.reading import Urgency
from scheduler.paging import opened, raise_again
from scheduler.works import Works
from scheduler.writer import Writer
from store.clinic import hours_of
from store.tables import InboxText, Ticket
from store.tickets import NewTicket, same_matter

#: Within how much office time a question is answered by a person.
ANSWER_WITHIN = timedelta(hours=4)
#: And within how much when it should be looked at the same day.
LOOK_WITHIN = timedelta(hours=1)
#: Wishes about a visit that nobody has dealt with yet are one task, however many texts they take.
ONE_TASK = frozenset({"appointment", "taken_over"})


@dataclass(frozen=True)
class Handing:
    """One text's tickets."""

    session: Session
    works: Works
    text: InboxText
    writer: Writer
    now: datetime

    def hand(self, draft: TicketDraft) -> Ticket:
        """Every urgent text pages; what is open already about the same matter is not opened twice."""
        new = self._ticket(draft)
        held = None
        if new.urgency >= Urgency.URGENT or new.kind in ONE_TASK:
            held = same_matter(self.session, new)
        if held is None:
            return opened(self.session, self.works, new, self.writer.location, self.now)[0]
        raise_again(self.session, self.works, held, new, self.now)
        return held

    def _ticket(self, draft: TicketDraft) -> NewTicket:
        patient = self.writer.patient
        enrolment = self.writer.enrolment if self.writer.sure else None
        return NewTicket(
            dedupe_key=self._key(draft.kind),
            location_id=self.text.location_id,
            mobile=self.text.mobile,
            kind=draft.kind,
            urgency=draft.urgency,
            reason=draft.reason + self._whose(),
            due_at=self._due(draft),
            patient_id=patient.id if patient else None,
            inbox_id=self.text.id,
            enrolment_id=enrolment.id if enrolment else None,
            holds_visit=draft.holds_visit,
        )

    def _key(self, kind: str) -> str:
        """One ticket for each thing she writes; a flood is one ticket an hour, not one a text."""
        if kind == "flood":
            return f"flood:{self.text.mobile}:{self.now:%Y%m%d%H}"
        return f"inbox:{self.text.id}:{kind}"

    def _whose(self) -> str:
        """Where nothing was done to any visit, because it could be either's."""
        if self.writer.sure:
            return ""
        return f". {len(self.writer.patients)} patients share this number: ask whose visit it is about"

    def _due(self, draft: TicketDraft) -> datetime:
        if draft.urgency >= Urgency.URGENT or draft.at_once:
            return self.now
        hours = hours_of(self.writer.location)
        return hours.due(self.now, LOOK_WITHIN if draft.same_day else ANSWER_WITHIN)
