"""What is due, leaves: claim and look, hand over with no database held, settle what came back."""

from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from carriers.base import Outcome, OutgoingText
from scheduler.looking import Looking
from scheduler.settling import settle
from scheduler.works import Works
from store.claims import take_due
from store.outbox import Lane

#: Texts taken in hand at once: enough to keep every line to the carrier busy, few enough to settle soon.
BATCH = 64
EVERY_LANE = tuple(Lane)


def dispatch(works: Works, lanes: Collection[Lane] = EVERY_LANE) -> int:
    """Send all that is due in these lanes. Returns how many texts were handed to the carrier."""
    handed = 0
    while True:
        taken, batch = claim(works, lanes)
        if batch:
            _send(works, batch)
        handed += len(batch)
        if not taken:
            return handed


def claim(works: Works, lanes: Collection[Lane]) -> tuple[int, list[OutgoingText]]:
    """Take what is due, look at each once more, and word it: one transaction.

    Returns how many rows were taken and the texts to send. Other senders skip these rows.
    """
    now = works.clock()
    with works.database.writing() as session:
        due = take_due(session, now, lanes, BATCH)
        return len(due), Looking(session, works, due, now).texts() if due else []


def _send(works: Works, batch: list[OutgoingText]) -> None:
    """Hand the texts over side by side; what is answered is settled while the rest is on its way.

    Texts to one mobile follow each other in order: a patient is welcomed before she is asked.
    """
    by_mobile: dict[str, list[OutgoingText]] = {}
    for text in batch:
        by_mobile.setdefault(text.to, []).append(text)
    with ThreadPoolExecutor(min(works.in_flight, len(by_mobile)), thread_name_prefix="send") as pool:
        waiting = {pool.submit(_in_order, works, texts) for texts in by_mobile.values()}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            settle(works, [answered for future in done for answered in future.result()])


def _in_order(works: Works, texts: list[OutgoingText]) -> list[tuple[OutgoingText, Outcome]]:
    return [(text, works.carrier.send(text)) for text in texts]
