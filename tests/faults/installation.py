"""One installation: a real database, a stand-in Twilio, a clinic at noon, processes to start and kill."""

import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from messages.catalog import Catalog
from scheduler.booking import parse_enrolment
from scheduler.enrolling import enrol
from scheduler.works import Works
from store.database import Database
from store.tables import InboxText, OutboxText, SenderRow, Ticket
from tests.cast import Recorder
from tests.faults.processes import Process, python, until
from tests.standin.carrier import StandInCarrier

PUBLIC_URL = "https://texts.example.com"
API_TOKEN = "a-long-token-for-the-faults"
NUMBER, OTHER_NUMBER = "+17812616122", "+17812616133"
ON_CALL = "+17815550143"
#: Long enough ago that the welcome is due, not so long that the next text is.
JUST_NOW = timedelta(minutes=5)

both = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


def wall_clock() -> datetime:
    """The time as a subprocess sees it: nobody can move it."""
    return datetime.now(UTC)


def zone_where_it_is_noon() -> str:
    """A zone whose clocks show twelve-something now: the sending window is open whatever the hour."""
    ahead = 12 - wall_clock().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


@dataclass
class Installation:
    """What a clinic runs, under test from outside: processes, HTTP, rows."""

    database: Database
    catalog: Catalog
    zone: ZoneInfo
    settings: dict[str, str]
    twilio: StandInCarrier
    _started: list[Process] = field(default_factory=list)

    # Its processes

    def start(self, command: Sequence[str], **settings: str) -> Process:
        """Any command, in this installation's environment."""
        process = Process(command, self.settings | settings)
        self._started.append(process)
        return process

    def bot(self, *arguments: str, **settings: str) -> Process:
        """``bot.py`` with these arguments."""
        return self.start(python("bot.py", *arguments), **settings)

    def worker(self, **settings: str) -> Process:
        """A worker, at work."""
        process = self.bot("worker", **settings)
        process.says("is at work")
        return process

    def drain(self, **settings: str) -> str:
        """``worker --drain``: sends all that is due, does the chores once, sends again. What it said."""
        process = self.bot("worker", "--drain", **settings)
        code = process.ends()
        assert code == 0, process.said
        return process.said

    def serve(self, command: str = "web", **settings: str) -> Process:
        """``web`` or ``run``, ready; webhooks reach the one that was started last."""
        port = free_port()
        return self.ready(self.bot(command, PORT=str(port), **settings), port)

    def ready(self, process: Process, port: int) -> Process:
        """Wait until this process serves there; webhooks reach it from now on."""
        address = f"http://127.0.0.1:{port}"
        until(lambda: _answers(address) or not process.lives)
        assert process.lives, process.said
        self.twilio.routes[PUBLIC_URL] = address
        return process

    def clean_up(self) -> None:
        """Nothing that was started is left over."""
        for process in self._started:
            process.clean_up()

    # Its doors

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.twilio.routes[PUBLIC_URL]

    def text_in(self, mobile: str, body: str, **params: str) -> requests.Response:
        """A patient texts."""
        return self.twilio.text_in(f"{PUBLIC_URL}/sms/inbound", mobile, NUMBER, body, **params)

    def change(self, visit_id: str, **change: str) -> requests.Response:
        """The booking system moves or cancels a visit."""
        return requests.patch(
            f"{self.address}/api/v1/appointments/{visit_id}",
            json=change,
            headers={"Authorization": f"Bearer {API_TOKEN}"},
            timeout=15,
        )

    # Its patients

    def day(self, days: int, at: str = "14:00") -> datetime:
        """So many days from today, on the clinic's clock."""
        today = wall_clock().astimezone(self.zone).date()
        return datetime.combine(today + timedelta(days=days), time.fromisoformat(at), self.zone)

    def works(self, at: datetime) -> Works:
        """Our own functions, as if it were then."""
        at = at.astimezone(UTC)
        carrier = Recorder(lambda: at)
        return Works(self.database, self.catalog, carrier, lambda: at, PUBLIC_URL, carrier_answers=True)

    def book(self, mobile: str, booked_at: datetime, visit: datetime, **more: str) -> str:
        """Somebody was enrolled then, for that visit. The visit's id."""
        visit_id = more.get("visit_id", f"visit-{mobile}")
        body = {
            "patient": {"name": "Anna Reed", "mobile": mobile},
            "appointment": {"external_id": visit_id, "starts_at": visit},
            "protocol": "microneedling",
            "location": more.get("location", "main"),
            "consent": {"care": True, "method": "signed form"},
        }
        enrol(self.works(booked_at), parse_enrolment(body), "desk")
        return visit_id

    def patients(self, count: int, first: int = 1000, **more: str) -> list[str]:
        """So many patients, to each of whom one text is due: her welcome. Their mobiles."""
        mobiles = [f"+1781555{first + n}" for n in range(count)]
        for mobile in mobiles:
            self.book(mobile, wall_clock() - JUST_NOW, self.day(14), **more)
        return mobiles

    # Its rows

    def texts(self, **only: str) -> list[OutboxText]:
        """Rows of the outbox in order of their moment."""
        return self._texts(select(OutboxText).filter_by(**only))

    def due(self) -> list[OutboxText]:
        """The texts whose moment has come, whatever has become of them."""
        return self._texts(select(OutboxText).where(OutboxText.planned_for <= wall_clock()))

    def _texts(self, wanted: Select[tuple[OutboxText]]) -> list[OutboxText]:
        with self.database.reading() as session:
            return list(session.scalars(wanted.order_by(OutboxText.planned_for, OutboxText.id)))

    def states(self) -> dict[str, int]:
        """How many of the due texts stand in each state."""
        return dict(Counter(row.status for row in self.due()))

    def tickets(self, **only: str) -> list[Ticket]:
        """Tickets, oldest first."""
        with self.database.reading() as session:
            return list(session.scalars(select(Ticket).filter_by(**only).order_by(Ticket.created_at)))

    def inbox(self) -> list[InboxText]:
        """What arrived, oldest first."""
        with self.database.reading() as session:
            return list(session.scalars(select(InboxText).order_by(InboxText.received_at)))

    def later(self, minutes: float) -> None:
        """As if so long had passed for the texts that a sender had in hand, and for the numbers that wait.

        A lease lasts ten seconds and a proof of absence takes two minutes, back-offs more: no test can wait
        for that, and nobody can move a process's clock. So the stored instants move instead.
        """
        back = timedelta(minutes=minutes)
        with self.database.writing() as session:
            for row in session.scalars(select(OutboxText).where(OutboxText.attempts > 0)):
                row.due_at -= back
                row.handed_at = row.handed_at and row.handed_at - back
                row.claimed_until = row.claimed_until and row.claimed_until - back
            for sender in session.scalars(select(SenderRow)):
                sender.free_at -= back

    @contextmanager
    def nothing_can_be_written(self) -> Iterator[Session]:
        """Hold every text in the outbox (on SQLite the whole database): no sender can settle one."""
        with self.database.writing() as session:
            session.execute(select(OutboxText.id).with_for_update()).all()
            yield session

    def somebody_waits(self) -> bool:
        """Whether a process of ours stands before a lock. PostgreSQL only."""
        here = "datname = current_database() AND wait_event_type = 'Lock'"
        waiting = text(f"SELECT count(*) FROM pg_stat_activity WHERE {here}")
        with self.database.reading() as session:
            return bool(session.scalar(waiting))

    # Its promises

    def assert_each_due_text_left_once(self) -> None:
        """By our own id: the carrier took every due text, each once, and nothing else; and we know it."""
        due = self.due()
        assert Counter(text.our_id for text in self.twilio.texts) == Counter(row.id for row in due)
        assert {row.status for row in due} <= {"sent", "delivered"}, self.states()
        self.assert_nothing_lost()

    def assert_none_left_twice(self) -> None:
        """The carrier took no text of ours a second time."""
        taken = Counter(text.our_id for text in self.twilio.texts)
        assert not [our_id for our_id, times in taken.items() if times > 1]

    def assert_nothing_lost(self) -> None:
        """Every text stands in a state with a reason; none is in a hand that let go of it."""
        rows = self.texts()
        assert all(row.reason for row in rows)
        assert not [row.id for row in rows if row.status in ("claimed", "unknown")], self.states()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/readyz", timeout=2).status_code == 200
    except (requests.ConnectionError, requests.Timeout):
        return False
