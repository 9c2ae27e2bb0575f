"""How long each page of the staff console takes on the server, with a year of a large clinic behind it.

    python -m benchmarks.console [--patients 50000] [--messages 1000000] [--times 15]
                                 [--database sqlite postgresql] [--keep FILE]

The real app, signed in, through its own client: everything but the network. A page is asked for once to warm
up and then ``--times`` times; statements are those that the database was asked for one look. CPU is that of
this process: with SQLite all there is, with PostgreSQL without the database's own. ``--keep``: the
SQLite file stays there, and is measured again as it is when it is there already.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from benchmarks.places import databases
from benchmarks.year import NOW, Size, fill, works_over
from handlers.access import Secrets, Wiring
from handlers.app import create_app
from scheduler.demo import Demo, MovableClock
from scheduler.tallying import tally
from scheduler.works import Works
from store.tables import Appointment, Conversation, Enrolment, OutboxText, Patient, TallyDay, Ticket

AIM = 100  #: ms
KB = 1024
#: Pages that need no row of their own; ``None`` as a name is the address itself.
PAGES = {
    "Today": "/",
    "Today, its visits again": "/today/visits",
    "Today, its tickets again": "/today/tickets",
    "Today, trouble again": "/today/trouble",
    "Today, what leaves again": "/today/coming",
    "Inbox": "/inbox",
    "Inbox, the list again": "/inbox/list",
    "Inbox, how many unread": "/inbox/unread",
    "Saved replies": "/inbox/replies",
    "Patients": "/patients",
    "Patients, the last page": "/patients?page={last}",
    "Search, part of a name": "/search?q=atient+4",
    "Search, last four digits": "/search?q=4321",
    "Search, nobody": "/search?q=zzzz",
    "Enrol": "/enrol",
    "Enrol from a file": "/enrol/file",
    "Protocols": "/protocols",
    "One protocol": "/protocols/microneedling",
    "Automatic replies": "/protocols/replies",
    "One wording": "/protocols/wordings/one_week",
    "Edit a wording": "/protocols/wordings/one_week/edit",
    "Numbers, 7 days": "/numbers?period=7",
    "Numbers, 30 days": "/numbers",
    "Numbers, 90 days": "/numbers?period=90",
    "Numbers, a year": "/numbers?period=own&from={year_ago}&to={today}",
    "Settings": "/settings",
    "Accounts": "/settings/people",
}


def app_of(works: Works, clock: MovableClock) -> Flask:
    """The app as the demo has it, for its link signs in."""
    return create_app(Wiring(works, Secrets(None, None), Demo(works, clock, "benchmark")), "benchmark" * 4)


def addresses(works: Works) -> dict[str, str]:
    """Every page, with real rows in the addresses that need one."""
    with works.database.reading() as session:
        patients = session.scalar(select(func.count()).select_from(Patient)) or 0
        busy = session.scalar(
            select(OutboxText.patient_id)
            .where(OutboxText.step == "one_week")
            .order_by(OutboxText.id)
            .limit(1)
        )
        visit = session.scalar(select(Appointment.id).where(Appointment.starts_at > NOW).limit(1))
        done = session.scalar(select(Enrolment.id).limit(1))
        talk = session.scalar(select(Conversation.id).order_by(Conversation.last_at.desc()).limit(1))
        ticket = session.scalar(select(Ticket.id).where(Ticket.status == "open").limit(1))
    assert done
    known = {"last": patients // 50, "today": NOW.date(), "year_ago": NOW.date() - timedelta(days=365)}
    return {name: path.format(**known) for name, path in PAGES.items()} | {
        "A patient": f"/patients/{busy}",
        "A patient, her texts again": f"/patients/{busy}/thread",
        "A conversation": f"/inbox/{talk}",
        "A ticket": f"/tickets/{ticket}",
        "Move a visit": f"/visits/{visit}/move",
    }


@dataclass(frozen=True)
class Looks:
    """Some looks at one page, ms: as they felt, and as processor time; statements and bytes of one."""

    took: list[float]
    worked: list[float]
    statements: int
    weighs: int

    def line(self, name: str) -> str:
        slow = " (over)" if max(self.took) > AIM else ""
        middle, cpu = statistics.median(self.took), statistics.median(self.worked)
        return (
            f"| {name} | {middle:.0f} | {max(self.took):.0f}{slow} | {cpu:.0f} "
            f"| {self.statements} | {self.weighs / KB:.0f} |"
        )


def looked_at(client: FlaskClient, works: Works, path: str, times: int) -> Looks:
    """A page, asked for so many times."""
    asked: list[str] = []

    def _count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    event.listen(works.database.engine, "before_cursor_execute", _count)
    client.get(path)
    event.remove(works.database.engine, "before_cursor_execute", _count)
    took, worked = [], []
    for _ in range(times):
        began, cpu = time.perf_counter(), time.process_time()
        client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - cpu) * 1000)
    return Looks(took, worked, len(asked), len(answer.data))


def measure(url: str, size: Size, times: int) -> Iterator[str]:
    """One line of the table for each page."""
    began = time.perf_counter()
    clock = MovableClock()
    clock.start_at(NOW)
    works = works_over(url, clock)
    with works.database.reading() as session:
        empty = session.scalar(select(Patient.id).limit(1)) is None
    if empty:
        fill(works, size)
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
    began, days = time.perf_counter(), _tallied(works)
    print(
        f"{days} days counted, {(time.perf_counter() - began) / max(days, 1) * 1000:.0f} ms each", flush=True
    )
    client = app_of(works, clock).test_client()
    assert client.get("/sign-in/benchmark").status_code == 302
    for name, path in addresses(works).items():
        yield looked_at(client, works, path, times).line(name)
    works.database.close()


def _tallied(works: Works) -> int:
    """Every day that is over, counted as the chore does it. Returns how many."""
    while True:
        tally(works)
        with works.database.reading() as session:
            if not session.scalar(select(func.count()).where(TallyDay.counted_at.is_(None))):
                return session.scalar(select(func.count()).select_from(TallyDay)) or 0


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--patients", type=int, default=50_000)
    wanted.add_argument("--messages", type=int, default=1_000_000)
    wanted.add_argument("--times", type=int, default=15)
    wanted.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    wanted.add_argument("--keep", type=Path)
    asked = wanted.parse_args()
    for kind in ["sqlite"] if asked.keep else asked.database:
        print(f"\n{kind}, {asked.patients:,} patients, {asked.messages:,} messages", flush=True)
        with tempfile.TemporaryDirectory() as folder, databases(kind, folder) as fresh:
            url = f"sqlite:///{asked.keep.resolve()}" if asked.keep else fresh
            lines = measure(url, Size(asked.patients, asked.messages), asked.times)
            first = next(lines)
            print("| page | median, ms | worst, ms | CPU, ms | statements | KB |\n|---|---|---|---|---|---|")
            print(first)
            for line in lines:
                print(line, flush=True)


if __name__ == "__main__":
    main()
