"""What is due, leaves: claim and look, hand over with no database held, settle what came back.

The lines to the carrier are kept full: while some texts are on their way, the next are
claimed and the answered ones are settled, always many in one transaction.
"""

from collections.abc import Collection

from carriers.base import OutgoingText
from scheduler.looking import Looking
from scheduler.settling import settle
from scheduler.works import Works
from store.claims import take_due
from store.outbox import Lane

#: Texts taken in hand at once: enough to keep every line busy, few enough to settle soon.
BATCH = 128
#: How long answers are gathered before they are settled together, seconds.
GATHER = 0.02
EVERY_LANE = tuple(Lane)


def dispatch(works: Works, lanes: Collection[Lane] = EVERY_LANE) -> int:
    """Send all that is due in these lanes. Returns how many texts were handed to the carrier.

    What is said to a patient in danger has left before anything else is looked at.
    """
    safety = {Lane.SAFETY}.intersection(lanes)
    return sum(_send_all(works, group) for group in (safety, set(lanes) - safety) if group)


def _send_all(works: Works, lanes: Collection[Lane]) -> int:
    lines = works.carrier.lines(works.in_flight)
    handed = 0
    while True:
        if lines.in_hand < works.in_flight + BATCH:  # a batch waits behind the lines that are busy
            taken, batch = claim(works, lanes, lines.busy)
            lines.give(batch)
            handed += len(batch)
            if not taken and not lines.in_hand:
                return handed
        if lines.in_hand:
            settle(works, lines.take(GATHER))


def claim(
    works: Works, lanes: Collection[Lane], busy: Collection[str] = ()
) -> tuple[int, list[OutgoingText]]:
    """Take what is due, look at each once more, and word it: one transaction.

    One text to a mobile at a time, and none to those that are ``busy``: what follows is looked
    at when the first is settled, so that an opt-out it brings stops the second.

    Returns how many rows were taken and the texts to send. Other senders skip these rows.
    """
    now = works.clock()
    with works.database.writing() as session:
        due = take_due(session, now, lanes, BATCH, busy)
        first = {text.mobile: text for text in reversed(due)}
        batch = [text for text in due if first[text.mobile] is text]
        return len(batch), Looking(session, works, batch, now).texts() if batch else []
