"""The demo's time machine: a clock that can be moved, and the real scheduler at work on the way."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from carriers.base import IncomingText
from scheduler.chores import do_chores
from scheduler.dispatch import dispatch
from scheduler.inbox import answer, receive
from scheduler.works import Works
from store.phones import next_event_at, next_text_at, number_for, phones

#: How far behind a text its receipts come in: the clock lingers that long after each text.
LINGER = timedelta(seconds=5)


class MovableClock:
    """Runs like the wall clock, from wherever it was set."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        """The demo's time, UTC."""
        return datetime.now(UTC) + self._ahead

    def start_at(self, instant: datetime) -> None:
        """Begin at another time than now, before anything has happened."""
        self._ahead = instant - datetime.now(UTC)

    def move_to(self, instant: datetime) -> None:
        """Jump forward; never back."""
        self._ahead += max(instant - self(), timedelta(0))


class Demo:
    """What the phones page can do. ``sign_in_token`` opens the console once."""

    def __init__(self, works: Works, clock: MovableClock, sign_in_token: str | None = None) -> None:
        self.sign_in_token = sign_in_token
        self._works, self._clock = works, clock
        self._one_at_a_time = threading.Lock()

    def now(self) -> datetime:
        """The demo's time."""
        return self._clock()

    def advance(self, to: datetime) -> int:
        """Move the clock to that instant, stopping at everything that falls due on the way.

        Returns how many texts left.
        """
        sent = 0
        with self._one_at_a_time:
            while (at := self._next_event()) is not None and at <= to:
                self._clock.move_to(at)
                sent += self._tick()
                self._clock.move_to(min(at + LINGER, to))
                sent += self._tick()
            self._clock.move_to(to)
            return sent + self._tick()

    def next_text_at(self) -> datetime | None:
        """When the next planned text falls due."""
        with self._works.database.reading() as session:
            return next_text_at(session)

    def text_in(self, mobile: str, body: str, media: tuple[tuple[str, str], ...] = ()) -> None:
        """As if she texted the clinic: the same path as a carrier's webhook."""
        with self._works.database.reading() as session:
            to = number_for(session, mobile)
        incoming = IncomingText(
            provider_sid=f"SIM{uuid4().hex}", sender=mobile, to=to, body=body, media=media
        )
        inbox_id = receive(self._works, incoming)
        if inbox_id is not None:
            answer(self._works, inbox_id)
        dispatch(self._works)

    def phones(self) -> list[tuple[str, str]]:
        """(whose, mobile) of every phone worth showing."""
        with self._works.database.reading() as session:
            return phones(session)

    def _next_event(self) -> datetime | None:
        with self._works.database.reading() as session:
            return next_event_at(session)

    def _tick(self) -> int:
        sent = dispatch(self._works)
        do_chores(self._works)
        return sent + dispatch(self._works)
