"""Asking after texts whose outcome nobody knows: the carrier's own list decides, never a guess."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from care.delivery import RANK, ErrorClass, Status
from carriers.base import SeenText
from scheduler.settling import Settling
from scheduler.works import Works
from store.claims import known_sids, lost
from store.tables import OutboxText

#: Clocks differ, and the carrier's list lags: a text is proven absent only after this long.
PROOF_TAKES = timedelta(minutes=2)
#: How often a silent carrier is asked, and for how long, before a person must decide.
ASK_EVERY, GIVE_UP = timedelta(minutes=1), timedelta(hours=1)


def chase(works: Works) -> int:
    """Ask the carrier about every lost text. Returns how many were asked after."""
    now = works.clock()
    with works.database.reading() as session:
        questions = [(row.id, row.mobile, row.handed_at or row.created_at) for row in lost(session, now)]
    for text_id, mobile, handed_at in questions:
        try:
            seen = list(works.carrier.texts_to(mobile, handed_at - PROOF_TAKES))
        except OSError:
            seen = None  # the carrier cannot say
        with works.database.writing() as session:
            _conclude(Settling(session, works, works.clock()), text_id, seen)
    return len(questions)


def _conclude(settling: Settling, text_id: str, seen: list[SeenText] | None) -> None:
    row = settling.session.get(OutboxText, text_id, with_for_update={"of": OutboxText})
    if row is None or Status(row.status) not in (Status.UNKNOWN, Status.CLAIMED):
        return  # a receipt was quicker
    now, handed_at = settling.now, row.handed_at or row.created_at
    if found := _mine(settling.session, row, seen or []):
        settling.taken({row.id: found.sid})
        return
    row.claimed_until, row.updated_at = None, now
    if seen is not None and now - handed_at >= PROOF_TAKES:
        settling.try_again(row, timedelta(0), "The carrier does not have it: sending it")
    elif now - handed_at >= GIVE_UP:
        row.status, row.reason = Status.FAILED.value, "The carrier could not say whether it took this text"
        settling.tell_staff(row, ErrorClass.PERMANENT)
    else:
        _ask_again(row, now)


def _ask_again(row: OutboxText, now: datetime) -> None:
    row.due_at = now + ASK_EVERY
    if RANK[Status(row.status)] < RANK[Status.UNKNOWN]:
        row.status, row.reason = Status.UNKNOWN.value, "Asking the carrier whether it has this text"


def _mine(session: Session, row: OutboxText, seen: list[SeenText]) -> SeenText | None:
    """The same words to the same mobile since we handed them over, that are no other text of ours.

    A carrier that redacts shows no words at all: such a text may be ours, and is taken as ours.
    """
    alike = [text for text in seen if text.to == row.mobile and text.body in (row.body, "")]
    taken = known_sids(session, [text.sid for text in alike])
    return next((text for text in alike if text.sid not in taken), None)
