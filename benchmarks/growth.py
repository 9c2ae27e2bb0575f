"""What a mountain of planned texts costs: the claim, the worker's memory; and how fast patients are enrolled.

python -m benchmarks.growth [--rows 10000 100000 1000000] [--database sqlite postgresql]
"""

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from benchmarks.places import databases
from benchmarks.rows import BOOKED, DUE, booking, copies, learn, only_the_due_text
from benchmarks.sending import CARRIER, drained, enrol_first, standin, until, worker
from benchmarks.worker import works_of
from scheduler.booking import parse_enrolment
from scheduler.dispatch import EVERY_LANE, claim
from scheduler.enrolling import enrol
from scheduler.works import Works
from store.tables import OutboxText

A_YEAR = timedelta(days=365)
DUE_NOW, TEXTS_EACH, CLAIMS = 3_000, 7, 9


def claim_ms(works: Works) -> float:
    """One claim of a batch: taken, looked at, worded; the median of some."""
    took = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        claim(works, EVERY_LANE)
        took.append(time.perf_counter() - began)
    with works.database.writing() as session:  # as if nobody had taken them
        session.execute(
            update(OutboxText).where(OutboxText.status == "claimed").values(status="planned", handed_at=None)
        )
    return statistics.median(took) * 1000


def enrolments(works: Works, count: int = 300) -> float:
    """Enrolments a second, through the API's own function."""
    bodies = [parse_enrolment(booking(7_000_000 + number)) for number in range(count)]
    began = time.perf_counter()
    for one in bodies:
        enrol(works, one, "benchmark")
    return count / (time.perf_counter() - began)


def worker_mb(url: str, works: Works) -> float:
    """The most memory of a worker that sends what is due, with all those rows behind it."""
    shift = (DUE - datetime.now(UTC)).total_seconds() + 60
    with standin("--ahead", str(shift)):
        at_work = worker(url, 64, shift)
        until(lambda: drained(works.database, before=DUE + A_YEAR / 2))
        at_work.terminate()
        return json.loads(at_work.communicate()[0])["peak_mb"]


def measure(url: str, sizes: list[int]) -> tuple[float, list[float], float]:
    works = replace(works_of(url, CARRIER, 64, 0.0), clock=lambda: DUE + timedelta(minutes=1))
    booked = replace(works, clock=lambda: BOOKED)
    enrol_first(booked)
    rate = enrolments(booked)
    copies(works.database, 1, DUE_NOW)
    only_the_due_text(works.database)
    rows, took = 0, []
    for size in sizes:
        more = (size - rows) // TEXTS_EACH
        copies(works.database, 10_000 + rows, more, later=A_YEAR)
        learn(works.database)
        rows = size
        took.append(claim_ms(works))
    return rate, took, worker_mb(url, works)


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    wanted.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    asked = wanted.parse_args()
    claims = [f"claim of 256, ms, {size:,} planned" for size in asked.rows]
    print("|", " | ".join(["database", "enrolments/s", *claims, "growth", "worker's peak MB"]), "|")
    print("|---" * (len(claims) + 4) + "|")
    for kind in asked.database:
        with tempfile.TemporaryDirectory() as folder, databases(kind, folder) as url:
            rate, took, peak = measure(url, asked.rows)
        told = [f"{one:.0f}" for one in took] + [f"{took[-1] / took[0]:.2f}", f"{peak:.0f}"]
        print("|", " | ".join([kind, f"{rate:.0f}", *told]), "|", flush=True)


if __name__ == "__main__":
    main()
