"""A world that fails: a carrier that misbehaves on demand, and a process that can die at any transaction."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import event

from care.delivery import ErrorClass
from carriers.base import Outcome, OutgoingText, Receipt, Refused, SeenText, Taken, Unclear
from carriers.lines import Lines, Still, at_once
from store.database import Database


class Crash(BaseException):
    """The process died here: no ``except Exception`` survives it."""


class Fault(StrEnum):
    """What goes wrong with one call to the carrier; ``TAKEN_`` faults happen after it took the text."""

    BUSY = "busy"
    PERMANENT = "permanent"
    OPTED_OUT = "opted out"
    CONFIG = "config"
    OPEN_QUESTION = "open question"
    LOST = "lost"
    TAKEN_LOST = "taken, answer lost"
    CRASH = "crash"
    TAKEN_CRASH = "taken, crash"


_REFUSALS = {
    Fault.BUSY: (ErrorClass.RETRY, "20429"),
    Fault.PERMANENT: (ErrorClass.PERMANENT, "21211"),
    Fault.OPTED_OUT: (ErrorClass.OPTED_OUT, "21610"),
    Fault.CONFIG: (ErrorClass.CONFIG, "20003"),
    Fault.OPEN_QUESTION: (ErrorClass.UNKNOWN, "20500"),
}
#: The people on call: they do not opt out.
STAFF = ("+17815550143", "+17815550144")
_TAKEN = (None, Fault.TAKEN_LOST, Fault.TAKEN_CRASH)


@dataclass
class Taking:
    """One text the carrier took. ``then``: what a witness saw; ``fate``: the last receipt there will be."""

    at: datetime
    text: OutgoingText
    sid: str
    then: Any
    fate: tuple[str, str | None] | None = None

    @property
    def arrived(self) -> bool:
        """Not reported as lost: it counts as read."""
        return self.fate is None or self.fate[0] == "delivered"


class FaultyCarrier:
    """Fails as it is told to, once for each fault; otherwise takes everything. Its list is always honest.

    ``witness`` looks at the world at the very moment a text is taken.
    """

    name = "faulty"
    answers_keywords = False

    def __init__(self, clock: Callable[[], datetime], witness: Callable[[OutgoingText], Any]) -> None:
        self._clock, self._witness = clock, witness
        self.faults: deque[Fault] = deque()
        self.mute = False  #: its list cannot be asked
        self.taken: list[Taking] = []
        self._dead = False

    def send(self, text: OutgoingText) -> Outcome:
        """Take the text, or fail as told."""
        if self._dead:
            raise Crash
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.OPTED_OUT and text.to in STAFF:
            fault = Fault.BUSY
        if fault in _TAKEN:
            sid = f"SM{len(self.taken) + 1:032d}"
            self.taken.append(Taking(self._clock(), text, sid, self._witness(text)))
        match fault:
            case None:
                return Taken(sid)
            case Fault.LOST | Fault.TAKEN_LOST:
                return Unclear("nothing came back")
            case Fault.CRASH | Fault.TAKEN_CRASH:
                self._dead = True
                raise Crash
        error, code = _REFUSALS[fault]
        return Refused(error, code, fault.value)

    def lines(self, in_flight: int, still: Still) -> Lines:
        """Lines that answer at once: the order is the same in every run."""
        return at_once(self.send)

    def texts_to(self, mobile: str, since: datetime) -> Sequence[SeenText]:
        """What was taken for that mobile since then, oldest first."""
        if self.mute:
            raise OSError("the list cannot be had")
        return [
            SeenText(one.sid, mobile, one.text.body, "queued", one.at)
            for one in self.taken
            if one.text.to == mobile and one.at >= since
        ]

    shows_pictures = False

    def picture(self, url: str):
        raise LookupError(url)

    def due_receipts(self, now: datetime) -> Sequence[Receipt]:
        """None: the machine brings them itself."""
        return []

    def close(self) -> None:
        """Nothing is open."""

    def revive(self) -> None:
        """A new process talks to it."""
        self._dead = False

    def heal(self) -> None:
        """Honest and quick from now on."""
        self.faults.clear()
        self.mute = self._dead = False


class MortalDatabase(Database):
    """A database whose process dies at a chosen transaction: just before its commit, or just after."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._left: int | None = None
        self._committed = False
        # These tests crash a process, never the machine: no need to wait for the disk.
        hurry = "PRAGMA synchronous=OFF" if self.is_sqlite else "SET synchronous_commit=off"

        @event.listens_for(self.engine, "connect")
        def _hurry(raw: Any, _record: Any) -> None:
            with closing(raw.cursor()) as cursor:
                cursor.execute(hurry)
            if not self.is_sqlite:
                raw.commit()

    def die_in(self, transactions: int, *, committed: bool) -> None:
        """Die at the so-many-th transaction from now."""
        self._left, self._committed = transactions, committed

    def revive(self) -> None:
        """A new process opens it."""
        self._left = None

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """One transaction, perhaps the last."""
        if self._left is not None:
            self._left -= 1
        fatal = self._left == 0
        with super().writing() as session:
            yield session
            if fatal and not self._committed:
                raise Crash
        if fatal:
            raise Crash
