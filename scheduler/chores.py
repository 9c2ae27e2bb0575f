"""What must be done because time passed, beside sending: one list, run by every tick."""

import logging
from datetime import timedelta

from care.reading import Urgency
from scheduler.chasing import chase
from scheduler.inbox import answer
from scheduler.paging import page_again, raise_ticket
from scheduler.receipts import receive_receipt
from scheduler.works import Works
from store.clinic import hours_of
from store.inbox import left_over
from store.tickets import NewTicket
from store.visits import without_outcome

log = logging.getLogger(__name__)

#: A text that nobody answered after this long was dropped by a process that died.
LEFT_AFTER = timedelta(seconds=30)
#: A visit without an outcome this long after its start is somebody's task (no aftercare goes out before).
OUTCOME_WITHIN = timedelta(hours=4)


def do_chores(works: Works) -> None:
    """Run each chore; one that fails is logged and does not keep the others back."""
    for chore in (collect_receipts, answer_left_over, page_for_tickets, chase, ask_for_outcomes):
        try:
            chore(works)
        except Exception as error:  # the next tick tries again
            log.error("chore %s failed: %s", chore.__name__, type(error).__name__)


def collect_receipts(works: Works) -> None:
    """Receipts of a carrier that does not bring them itself."""
    for receipt in works.carrier.due_receipts(works.clock()):
        receive_receipt(works, receipt)


def answer_left_over(works: Works) -> None:
    """Texts that were stored but never answered."""
    with works.database.reading() as session:
        ids = left_over(session, works.clock() - LEFT_AFTER)
    for inbox_id in ids:
        answer(works, inbox_id)


def page_for_tickets(works: Works) -> None:
    """Urgent tickets that nobody has taken."""
    with works.database.writing() as session:
        page_again(session, works, works.clock())


def ask_for_outcomes(works: Works) -> None:
    """Visits that should be over and have no outcome: nothing clinical goes out until somebody says."""
    now = works.clock()
    with works.database.writing() as session:
        for visit in without_outcome(session, now - timedelta(days=14), now - OUTCOME_WITHIN):
            new = NewTicket(
                dedupe_key=f"outcome:{visit.id}:{visit.starts_at:%Y%m%dT%H%MZ}",
                location_id=visit.location_id,
                mobile=visit.patient.mobile,
                kind="outcome",
                urgency=Urgency.ROUTINE,
                reason="Was the visit done? Mark it, so that her aftercare texts can go out",
                due_at=hours_of(visit.location).due(now, timedelta(hours=1)),
                patient_id=visit.patient_id,
            )
            raise_ticket(session, works, new, visit.location, now)
