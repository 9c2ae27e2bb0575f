"""How fast due texts leave, what they cost, and that none is lost or sent twice. One command, one table:

    python -m benchmarks.sending [--texts 20000] [--database sqlite postgresql] [--only send faulty kill]

A worker process as it is: every guard runs, every row is settled. The carrier is a stand-in that answers
after 50 ms and counts every text by our id.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.places import databases
from benchmarks.rows import BOOKED, DUE, copies, enrol_first, only_the_due_text
from benchmarks.worker import works_of
from store.database import Database
from store.tables import OutboxText

ROOT = Path(__file__).parent.parent
DELAY_MS, PORT = 50, 18555
CARRIER = f"http://127.0.0.1:{PORT}"
PATIENCE = 300  #: seconds until a run counts as stuck


@contextmanager
def standin(*options: str) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.standin", str(PORT), str(DELAY_MS), *options]
    process = subprocess.Popen(command, cwd=ROOT)
    time.sleep(0.7)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def counted() -> dict:
    with urllib.request.urlopen(f"{CARRIER}/count") as answer:
        return json.load(answer)


def worker(url: str, in_flight: int, shift: float) -> subprocess.Popen:
    command = [sys.executable, "-m", "benchmarks.worker", url, CARRIER, str(in_flight), str(shift)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def states(database: Database, before: datetime) -> dict[str, int]:
    """How many of the texts that were due by then stand where."""
    with database.reading() as session:
        due = select(OutboxText.status, func.count()).where(
            OutboxText.step == "seven_day_list", OutboxText.planned_for < before
        )
        return dict(list(session.execute(due.group_by(OutboxText.status))))


def drained(database: Database, before: datetime = DUE + timedelta(days=1)) -> bool:
    return not {"planned", "claimed", "unknown"} & set(states(database, before))


def measure(url: str, texts: int, in_flight: int, *, faulty: bool = False, kill: bool = False) -> dict:
    """One run: so many patients, each with one text due now."""
    shift = (DUE - datetime.now(UTC)).total_seconds() + 60
    works = works_of(url, CARRIER, in_flight, shift)
    seed(works, texts)
    options = ["--ahead", str(shift)] + (["--faulty"] if faulty else [])
    with standin(*options):
        at_work = worker(url, in_flight, shift)
        restarted = None
        if kill:
            until(lambda: counted()["taken"] >= texts * 0.4)
            os.kill(at_work.pid, signal.SIGKILL)
            at_work.wait()
            at_work, restarted = worker(url, in_flight, shift), time.perf_counter()
        until(lambda: counted()["taken"] >= texts)
        until(lambda: drained(works.database))
        ended = time.perf_counter()
        at_work.terminate()
        used, count = json.loads(at_work.communicate()[0]), counted()
    works.database.close()
    sent = count["taken"]
    return {
        "rate": sent / count["seconds"],
        "ceiling": in_flight * 1000 / DELAY_MS,
        "cpu": used["cpu"] / sent * 1000,
        "peak_mb": used["peak_mb"],
        "lost": texts - sent,
        "twice": count["twice"],
        "drained_after": ended - restarted if restarted else None,
    }


def seed(works, texts: int) -> None:
    """The patients are booked before; the worker's clock is the benchmark's own."""
    enrol_first(replace(works, clock=lambda: BOOKED))
    copies(works.database, 1, texts - 1)
    only_the_due_text(works.database)


def until(true) -> None:
    began = time.perf_counter()
    while not true():
        if time.perf_counter() - began > PATIENCE:
            raise SystemExit(f"nothing moves any more: {counted()}")
        time.sleep(0.1)


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--texts", type=int, default=20_000)
    wanted.add_argument("--in-flight", type=int, nargs="+", default=[64, 256])
    wanted.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    wanted.add_argument("--only", nargs="+", default=["send", "faulty", "kill"])
    wanted.add_argument("--kills", type=int, default=10)
    asked = wanted.parse_args()
    columns = "what", "database", "in flight", "texts/s", "of the ceiling", "CPU s per 1,000", "peak MB"
    print("|", " | ".join([*columns, "lost", "twice", "drained after, s"]), "|")
    print("|---" * 10 + "|")
    for kind in asked.database:
        if "send" in asked.only:
            for in_flight in asked.in_flight:
                told("send", kind, in_flight, fresh(kind, asked.texts, in_flight))
        if "faulty" in asked.only:
            told("5% 429, 5% 500, 1% reset", kind, 64, fresh(kind, 5000, 64, faulty=True))
        for number in range(asked.kills if "kill" in asked.only else 0):
            told(f"killed, {number + 1}", kind, 64, fresh(kind, 5000, 64, kill=True))


def fresh(kind: str, texts: int, in_flight: int, **how) -> dict:
    with tempfile.TemporaryDirectory() as folder, databases(kind, folder) as url:
        return measure(url, texts, in_flight, **how)


def told(what: str, kind: str, in_flight: int, row: dict) -> None:
    share = row["rate"] / row["ceiling"]
    after = "" if row["drained_after"] is None else f"{row['drained_after']:.1f}"
    sent = [f"{row['rate']:,.0f}", f"{share:.0%}", f"{row['cpu']:.2f}", f"{row['peak_mb']:.0f}"]
    cells = [what, kind, str(in_flight), *sent, str(row["lost"]), str(row["twice"]), after]
    print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
