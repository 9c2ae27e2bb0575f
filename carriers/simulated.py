"""A carrier that moves nothing: for the demo and for tests. It takes every text, remembers it, and reports.

A few numbers fail on purpose, so that each kind of failure can be seen: :data:`FATES`.
"""

import heapq
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from carriers.base import Outcome, OutgoingText, Receipt, Refused, SeenText, Taken, Unclear
from carriers.errors import classify
from carriers.lines import Lines, Still, at_once
from carriers.pictures import NoPicture, Picture

#: Texts remembered; the oldest is forgotten first.
MEMORY = 10_000


@dataclass(frozen=True)
class Report:
    """A receipt to come: this long after the text was taken."""

    after: timedelta
    status: str
    error_code: str | None = None


SENT = Report(timedelta(seconds=1), "sent")
DELIVERED = Report(timedelta(seconds=3), "delivered")


@dataclass(frozen=True)
class Fate:
    """What becomes of texts to one number. ``what`` says it to the person at the demo.

    ``refused``: the code with which they are refused at once. ``silent``: they are
    taken, but no answer says so. ``reports``: the receipts that follow.
    """

    mobile: str
    what: str
    refused: str | None = None
    silent: bool = False
    reports: tuple[Report, ...] = ()


def _undelivered(code: str) -> tuple[Report, ...]:
    return SENT, Report(timedelta(seconds=3), "undelivered", code)


#: The numbers that fail on purpose. 555-0100 to 555-0199 are set aside for fiction, and belong to nobody.
FATES = (
    Fate("+17815550191", "Not a valid number", refused="21211"),
    Fate("+17815550192", "A landline", reports=_undelivered("30006")),
    Fate("+17815550193", "Switched off or without signal", reports=_undelivered("30003")),
    Fate("+17815550194", "Opted out at the carrier", refused="21610"),
    Fate("+17815550195", "Taken for spam and filtered", reports=_undelivered("30007")),
    Fate("+17815550196", "Taken, but the carrier's answer is lost", silent=True),
    Fate(
        "+17815550197",
        "Delivered ten minutes late",
        reports=(SENT, Report(timedelta(minutes=10), "delivered")),
    ),
)
_FATE_OF = {fate.mobile: fate for fate in FATES}


class SimulatedCarrier:
    """Takes every text at once. ``clock`` gives the moment of taking, aware; nothing here waits."""

    name = "simulated"
    answers_keywords = False
    shows_pictures = False

    def __init__(self, clock: Callable[[], datetime], memory: int = MEMORY):
        self._clock = clock
        self._memory = memory
        self._held: OrderedDict[str, SeenText] = OrderedDict()
        self._coming: list[tuple[datetime, int, Receipt]] = []
        self._order = count()
        self._lock = threading.Lock()

    def send(self, text: OutgoingText) -> Outcome:
        """Take one text, unless its number is one that fails."""
        fate = _FATE_OF.get(text.to) or Fate(text.to, "", reports=(SENT, DELIVERED))
        if fate.refused:
            known = classify(fate.refused, 400)
            return Refused(known.error_class, known.code, known.meaning)
        sid = self._take(text, fate)
        return Unclear("The simulated carrier's answer was lost") if fate.silent else Taken(sid)

    def lines(self, in_flight: int, still: Still) -> Lines:
        """Lines that answer at once."""
        return at_once(self.send)

    def texts_to(self, mobile: str, since: datetime) -> Sequence[SeenText]:
        """What was taken for that mobile since then, oldest first."""
        with self._lock:
            return [text for text in self._held.values() if text.to == mobile and text.created_at >= since]

    def due_receipts(self, now: datetime) -> Sequence[Receipt]:
        """The receipts whose moment has come by ``now``, earliest first; each is given once."""
        due = []
        with self._lock:
            while self._coming and self._coming[0][0] <= now:
                due.append(heapq.heappop(self._coming)[2])
                self._note(due[-1])
        return due

    def picture(self, url: str) -> Picture:
        """There is none, ever."""
        raise NoPicture("The simulated carrier moves no pictures")

    def close(self) -> None:
        """Nothing is open."""

    def _take(self, text: OutgoingText, fate: Fate) -> str:
        """Remember the text, and what will be reported about it."""
        now = self._clock()
        sid = f"SIM{uuid4().hex}"
        with self._lock:
            self._held[sid] = SeenText(sid, text.to, text.body, "queued", now)
            if len(self._held) > self._memory:
                self._held.popitem(last=False)
            for report in fate.reports:
                receipt = Receipt(text.id, report.status, report.error_code, sid)
                heapq.heappush(self._coming, (now + report.after, next(self._order), receipt))
        return sid

    def _note(self, receipt: Receipt) -> None:
        """Let the list tell what the receipt tells."""
        held = self._held.get(receipt.provider_sid or "")
        if held:
            self._held[held.sid] = replace(held, status=receipt.status)
