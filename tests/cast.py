"""The cast of the tests, and the few things they do: book, text in, let time pass.

Anna is booked and agrees to everything; Bea shares Anna's phone; a stranger is known to nobody.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from carriers.base import IncomingText, Outcome, OutgoingText
from carriers.simulated import SimulatedCarrier
from scheduler.booking import BadField, parse_change, parse_enrolment
from scheduler.changing import change_visit
from scheduler.chores import do_chores
from scheduler.demo import Demo
from scheduler.dispatch import dispatch
from scheduler.enrolling import Enrolled, enrol
from scheduler.inbox import answer, receive
from scheduler.works import Works
from store.tables import InboxText, OutboxText, Ticket

ZONE = ZoneInfo("America/New_York")
CLINIC_NUMBER = "+17812616122"
ON_CALL = "+17815550143"
ANNA = "+17815550121"
STRANGER = "+16175550150"
#: A Tuesday, 11 in the morning at the clinic: the worked example's booking.
NOW = datetime(2026, 12, 8, 11, 0, tzinfo=ZONE)


class ToldClock:
    """Shows what it was told."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.at

    def move_to(self, at: datetime) -> None:
        self.at = max(self.at, at.astimezone(UTC))


class Recorder(SimulatedCarrier):
    """The simulated carrier, remembering in order what it was handed."""

    def __init__(self, clock) -> None:
        super().__init__(clock)
        self.handed: list[tuple[datetime, OutgoingText]] = []

    def send(self, text: OutgoingText) -> Outcome:
        self.handed.append((self._clock(), text))
        return super().send(text)


def local(text: str) -> datetime:
    """A time as the clinic's wall clock shows it: ``2026-12-11 14:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class House:
    """A whole clinic under test: the works, a recording carrier, a clock that is told the time."""

    works: Works
    carrier: Recorder
    clock: ToldClock
    time_machine: Demo = field(init=False)

    def __post_init__(self) -> None:
        self.time_machine = Demo(self.works, self.clock)

    def book(self, visit: str = "2026-12-11 14:00", mobile: str = ANNA, **more) -> Enrolled:
        """Enrol somebody, as the desk would."""
        patient = {"name": more.pop("name", "Anna Reed"), "mobile": mobile}
        patient |= {key: more.pop(key) for key in ("language", "timezone") if key in more}
        consent = {"care": True, "method": "signed form"} | more.pop("consent", {})
        body = {
            "patient": patient,
            "appointment": {"external_id": more.pop("external_id", "visit-1"), "starts_at": local(visit)},
            "protocol": "microneedling",
            "consent": consent,
            **more,
        }
        return enrol(self.works, parse_enrolment(body), "desk")

    def change(self, external_id: str = "visit-1", **change) -> None:
        """Move, cancel, or mark a visit."""
        for key in ("starts_at", "ended_at"):
            if key in change:
                change[key] = local(change[key])
        change_visit(self.works, external_id, parse_change(change), "desk")

    def text_in(self, body: str, mobile: str = ANNA, **more) -> str | None:
        """A patient texts; the reply leaves at once."""
        incoming = IncomingText(
            provider_sid=more.pop("sid", f"SM{uuid4().hex}"),
            sender=mobile,
            to=CLINIC_NUMBER,
            body=body,
            **more,
        )
        inbox_id = receive(self.works, incoming)
        if inbox_id is not None:
            answer(self.works, inbox_id)
            dispatch(self.works)
        return inbox_id

    def until(self, at: str) -> None:
        """Let time pass, the scheduler working at every moment something falls due."""
        self.time_machine.advance(local(at).astimezone(UTC))

    def tick(self, **ahead: float) -> None:
        """One look by the scheduler, so much later."""
        self.clock.move_to(self.clock() + timedelta(**ahead))
        dispatch(self.works)
        do_chores(self.works)
        dispatch(self.works)

    def sent(self, mobile: str = ANNA) -> list[tuple[str, str]]:
        """(local time, wording) of every text handed to the carrier for this mobile, in order."""
        with self.works.database.reading() as session:
            names = {row.id: row.wording or row.purpose for row in session.scalars(select(OutboxText))}
        return [
            (at.astimezone(ZONE).strftime("%a %m-%d %H:%M"), names[text.id])
            for at, text in self.carrier.handed
            if text.to == mobile
        ]

    def words(self, mobile: str = ANNA) -> list[str]:
        """The bodies handed to the carrier for this mobile, in order."""
        return [text.body for _, text in self.carrier.handed if text.to == mobile]

    def outbox(self, **only) -> list[OutboxText]:
        """Rows of the outbox in order of their moment."""
        with self.works.database.reading() as session:
            rows = select(OutboxText).filter_by(**only).order_by(OutboxText.planned_for)
            return list(session.scalars(rows))

    def tickets(self, **only) -> list[Ticket]:
        """Tickets, oldest first."""
        with self.works.database.reading() as session:
            return list(session.scalars(select(Ticket).filter_by(**only).order_by(Ticket.created_at)))

    def inbox(self) -> list[InboxText]:
        """Texts that arrived."""
        with self.works.database.reading() as session:
            return list(session.scalars(select(InboxText).order_by(InboxText.received_at)))

    @contextmanager
    def look(self) -> Iterator[Session]:
        """A look into the database."""
        with self.works.database.reading() as session:
            yield session


def press_at_once(press: Callable[[str], object], *people: str) -> dict[str, str]:
    """What each of these people was told, who press at the same moment; empty for whoever got it."""
    told: dict[str, str] = {}
    together = threading.Barrier(len(people))

    def one(who: str) -> None:
        together.wait()
        try:
            press(who)
            told[who] = ""
        except BadField as error:
            told[who] = str(error)

    pressing = [threading.Thread(target=one, args=(who,)) for who in people]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    return told
