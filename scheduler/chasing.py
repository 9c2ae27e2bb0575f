"""Asking after texts whose outcome nobody knows: the carrier's own list decides, never a guess."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from care.delivery import RANK, ErrorClass, Status, advance
from carriers.base import Receipt, SeenText
from scheduler.receipts import receive_receipt
from scheduler.recognising import recognise
from scheduler.settling import Settling
from scheduler.works import Works
from store.claims import lost
from store.database import retried
from store.doubt import doubted_since
from store.outbox import LEASE
from store.tables import OutboxText

#: Clocks differ, the carrier's list lags, and what it answered badly it may still be at work on: such a
#: text is proven absent only after this long.
PROOF_TAKES = timedelta(minutes=2)
#: Nothing comes any more from a sender that died: its texts are listed by then, or never arrived.
PROOF_AFTER_DEATH = LEASE
#: How many questions are put to the carrier at once, and how many answers are written down together.
ASKED_AT_ONCE, CONCLUDED_AT_ONCE = 32, 100
#: How often a silent carrier is asked, and for how long, before a person must decide.
ASK_EVERY, GIVE_UP = timedelta(minutes=1), timedelta(hours=1)


def chase(works: Works) -> int:
    """Ask the carrier about every lost text, many at once. Returns how many were asked after."""
    now = works.clock()
    with works.database.reading() as session:
        questions = [(row.id, row.mobile, row.handed_at or row.created_at) for row in lost(session, now)]
    if not questions:
        return 0
    with ThreadPoolExecutor(ASKED_AT_ONCE) as asking:
        seen = list(asking.map(lambda question: _seen(works, *question[1:]), questions))
    answers = list(zip((text_id for text_id, _, _ in questions), seen, strict=True))
    for start in range(0, len(answers), CONCLUDED_AT_ONCE):
        for receipt in _conclude_all(works, answers[start : start + CONCLUDED_AT_ONCE]):
            receive_receipt(works, receipt)
    return len(questions)


def _seen(works: Works, mobile: str, handed_at: datetime) -> list[SeenText] | None:
    """What the carrier's list has for this mobile; None when it cannot say."""
    try:
        return list(works.carrier.texts_to(mobile, handed_at - PROOF_TAKES))
    except OSError:
        return None


@retried
def _conclude_all(works: Works, answers: Sequence[tuple[str, list[SeenText] | None]]) -> list[Receipt]:
    """Conclude on some texts in one transaction. Returns what the list says beyond that it has them."""
    receipts = []
    with works.database.writing() as session:
        settling = Settling(session, works, works.clock())
        for text_id, seen in answers:
            found = _conclude(settling, text_id, seen)
            if found is not None and advance(Status.SENT, found.status) is not Status.SENT:
                receipts.append(Receipt(text_id, found.status, found.error_code, found.sid))
    return receipts


def _conclude(settling: Settling, text_id: str, seen: list[SeenText] | None) -> SeenText | None:
    """What becomes of one text after a look at the list. Returns the carrier's entry for it, if found."""
    row = settling.session.get(OutboxText, text_id, with_for_update={"of": OutboxText})
    if row is None or Status(row.status) not in (Status.UNKNOWN, Status.CLAIMED):
        return None  # a receipt was quicker
    if row.status == Status.CLAIMED and row.claimed_until and row.claimed_until >= settling.now:
        return None  # its hand lives after all
    now, doubted = settling.now, doubted_since(row)
    if found := recognise(settling.session, settling.works, row, seen or []):
        if doubted:  # it left in a time that we know nothing of
            row.handed_at = row.sent_at = found.created_at
        settling.session.flush()
        settling.taken({row.id: found.sid})
        return found
    proof = PROOF_AFTER_DEATH if row.status == Status.CLAIMED else PROOF_TAKES
    asking_since = doubted or row.handed_at or row.created_at
    row.claimed_until, row.updated_at = None, now
    if seen is not None and now - asking_since >= proof:
        settling.try_again(row, timedelta(0), "The carrier does not have it: sending it")
    elif now - asking_since >= GIVE_UP:
        row.status, row.reason = Status.FAILED.value, "The carrier could not say whether it took this text"
        settling.tell_staff(row, ErrorClass.PERMANENT)
    else:
        row.claimed_until = doubted
        _ask_again(row, now)
    return None


def _ask_again(row: OutboxText, now: datetime) -> None:
    row.due_at = now + ASK_EVERY
    if RANK[Status(row.status)] < RANK[Status.UNKNOWN]:
        row.status, row.reason = Status.UNKNOWN.value, "Asking the carrier whether it has this text"
