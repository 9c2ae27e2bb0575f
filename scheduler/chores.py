"""What must be done because time passed, beside sending: one list, run by every tick."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from care.pieces import PATIENCE, PAUSE
from care.reading import Urgency
from scheduler.chasing import chase
from scheduler.file_work import forget_old_lines
from scheduler.inbox import answer_phone
from scheduler.mailing import mail_left_open
from scheduler.paging import page_again, raise_ticket
from scheduler.receipts import receive_receipt
from scheduler.reviewing import remind_of_reviews
from scheduler.taking_effect import take_effect
from scheduler.tallying import tally
from scheduler.tending import wake_snoozed
from scheduler.works import Works
from store.clinic import hours_of
from store.database import what_went_wrong
from store.inbox import left_over
from store.tickets import NewTicket
from store.today import locations
from store.visits import without_outcome

Chore = Callable[[Works], object]
log = logging.getLogger(__name__)

#: A visit without an outcome this long after its start is somebody's task (no aftercare goes out before).
OUTCOME_WITHIN = timedelta(hours=4)


def do_chores(works: Works, chores: Iterable[Chore] = ()) -> None:
    """Run each chore, or just these; one that fails is logged and does not keep the others back.

    First of all what was decided about the words is taken up: pages and replies are worded here too.
    """
    for chore in chores or EVERY_CHORE:
        try:
            chore(works)
        except Exception as error:  # the next tick tries again
            log.error("chore %s failed: %s", chore.__name__, what_went_wrong(error))


def collect_receipts(works: Works) -> None:
    """Receipts of a carrier that does not bring them itself."""
    for receipt in works.carrier.due_receipts(works.clock()):
        receive_receipt(works, receipt)


def take_up_rulings(works: Works) -> None:
    """What clinicians decided about the words since the last time."""
    with works.database.reading() as session:
        works.renew(session)


def answer_left_over(works: Works) -> None:
    """Texts that waited for more, and those that a process died with: the same look at both."""
    with works.database.reading() as session:
        mobiles = left_over(session, PAUSE, PATIENCE, works.clock())
    for mobile in mobiles:
        answer_phone(works, mobile)


def page_for_tickets(works: Works) -> None:
    """Urgent tickets that nobody has taken."""
    with works.database.writing() as session:
        page_again(session, works, works.clock())


def list_what_is_left_open(works: Works) -> None:
    """Each office morning, one mail to a place that has tickets from before it opened."""
    now = works.clock()
    if works.mailer is None:
        return
    with works.database.writing() as session:
        for location in locations(session):
            mail_left_open(session, works, location, now)


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


EVERY_CHORE: tuple[Chore, ...] = (
    take_up_rulings,
    take_effect,
    collect_receipts,
    answer_left_over,
    page_for_tickets,
    wake_snoozed,
    chase,
    ask_for_outcomes,
    list_what_is_left_open,
    remind_of_reviews,
    tally,
    forget_old_lines,
)
#: What a clock does more often by itself: what a sender that died had in hand shall not wait for a chore.
URGENT_CHORES: tuple[Chore, ...] = (chase,)
OTHER_CHORES = tuple(chore for chore in EVERY_CHORE if chore not in URGENT_CHORES)
