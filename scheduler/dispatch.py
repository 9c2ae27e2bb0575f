"""What is due, leaves: claim and look, hand over with no database held, settle what came back.

The lines to the carrier are kept full: while some texts are on their way, the next are
claimed and the answered ones are settled, always many in one transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from time import sleep

from carriers.base import NotBegun, OutgoingText
from carriers.lines import Answered, Lines
from scheduler.looking import Looking
from scheduler.pacing import Turns
from scheduler.settling import settle
from scheduler.works import Works
from store.claims import Hand, any_due, places_with_due, put_back, renew, still_in_hand
from store.database import retried
from store.outbox import LEASE, Lane

#: Texts taken in hand at once: enough to keep every line busy, few enough to look at in a blink.
BATCH = 256
#: How long answers are gathered before they are settled together, seconds.
GATHER = 0.05
#: Texts in hand for each line, before more are claimed: one on its way, others next, or not yet settled.
PER_LINE = 4
#: How often a sender says that it lives: well within the lease.
RENEW = LEASE / 5
#: How often a number that is at its pace is looked at again, seconds.
PACED = 0.2
EVERY_LANE = tuple(Lane)


def dispatch(works: Works, lanes: Collection[Lane] = EVERY_LANE) -> int:
    """Send all that is due in these lanes. Returns how many texts the carrier answered for.

    What is said to a patient in danger has left before anything else is looked at.
    """
    safety = {Lane.SAFETY}.intersection(lanes)
    groups = (group for group in (safety, set(lanes) - safety) if group)
    return sum(_Sending(works, group).all() for group in groups)


def drain_at_pace(works: Works) -> int:
    """Send all that is due, however long that takes at the pace of its numbers. Returns how many left.

    What a stopped or held number keeps, and what somebody else has in hand, is not waited for.
    """
    left, quiet = dispatch(works), 0.0
    most = 2 * (1 + 1 / (works.limits.per_second or 1))
    while quiet < most and _any_paced(works):
        sleep(PACED)
        more = dispatch(works)
        left, quiet = left + more, 0.0 if more else quiet + PACED
    return left


def _any_paced(works: Works) -> bool:
    with works.database.reading() as session:
        return works.limits.per_second is not None and any_due(session, works.clock())


class _Sending:
    """All that is due in some lanes, from the claim to the settlement, by one thread."""

    def __init__(self, works: Works, lanes: Collection[Lane]) -> None:
        self._works, self._lanes = works, lanes
        self._lines: Lines = works.carrier.lines(works.in_flight, self._still_ours)
        self._enough = PER_LINE * works.in_flight
        self._since: dict[str, datetime] = {}  #: when each text in hand was claimed
        self._renewed = works.clock()

    def all(self) -> int:
        """Send until nothing is due. Returns how many texts left."""
        left = 0
        while True:
            claimed = self._claim() if self._lines.in_hand < self._enough else 0
            if claimed and self._lines.in_hand < self._enough:
                continue  # the lines come first; the more answers meet, the less each costs to write down
            if self._lines.in_hand:
                left += self._settle(self._lines.take(GATHER, RENEW.total_seconds()))
                self._renew()
            elif not claimed:
                return left

    def _claim(self) -> int:
        """Take the next texts in hand and give them to the lines. Returns how many were looked at."""
        batch = min(BATCH, self._enough)  # no longer a lock on the database than the lines need
        now, taken, texts = claim(self._works, self._lanes, batch)
        self._since |= dict.fromkeys((text.id for text in texts), now)
        self._lines.give(texts)
        return taken

    def _still_ours(self, texts: Sequence[OutgoingText]) -> Collection[str]:
        """Those that nobody recalled, and nobody else took, since they were claimed."""
        with self._works.database.reading() as session:
            return still_in_hand(session, self._hand(texts), self._works.clock())

    def _hand(self, texts: Iterable[OutgoingText]) -> Hand:
        """These texts, and when they were claimed; one that was settled meanwhile is in hand no more."""
        return {text.id: since for text in texts if (since := self._since.get(text.id))}

    def _renew(self) -> None:
        """Tell from time to time that these texts are still in a living hand."""
        now = self._works.clock()
        if self._since and now - self._renewed >= RENEW:
            _renew(self._works, self._since, now)
            self._renewed = now

    def _settle(self, answered: Sequence[Answered]) -> int:
        """Write down what became of the answered texts. Returns how many of them had left."""
        done = [one for one in answered if not isinstance(one[1], NotBegun)]
        if done:
            settle(self._works, done)
        if never_left := self._hand(text for text, outcome in answered if isinstance(outcome, NotBegun)):
            _put_back(self._works, never_left)
        for text, _ in answered:
            del self._since[text.id]
        return len(done)


@retried
def _renew(works: Works, hand: Hand, now: datetime) -> None:
    with works.database.writing() as session:
        renew(session, hand, now)


@retried
def _put_back(works: Works, hand: Hand) -> None:
    with works.database.writing() as session:
        put_back(session, hand, works.clock())


@retried
def claim(
    works: Works, lanes: Collection[Lane], limit: int = BATCH
) -> tuple[datetime, int, list[OutgoingText]]:
    """Take what is due, look at each once more, and word it: one transaction.

    Only the most pressing lane that has anything to send is taken, and one text to a mobile at a
    time. Returns when, how many rows were taken, and the texts to send; other senders skip these rows.
    """
    now = works.clock()
    with works.database.reading() as session:  # most looks find nothing: no writer need wait for them
        due_in = places_with_due(session, lanes, now)
    if not due_in:
        return now, 0, []
    with works.database.writing() as session:
        for lane, places in due_in.items():
            turns = Turns(session, works, places, now)
            if due := turns.take(lane, limit):
                first = {text.mobile: text for text in reversed(due)}
                batch = [text for text in due if first[text.mobile] is text]
                leaving = Looking(session, works, batch, now).texts()
                turns.gone(leaving)
                return now, len(batch), leaving
    return now, 0, []
