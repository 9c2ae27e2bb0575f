"""One worker of the product, as it is, on a clock that stands elsewhere: a process to be measured.

``python -m benchmarks.worker DATABASE CARRIER IN_FLIGHT SHIFT``: SHIFT is how many seconds its clock is
ahead of ours, so that texts planned for a morning are due whenever the benchmark runs. It works until it is
killed, or told to stop (SIGTERM); then it prints what it cost.
"""

import json
import resource
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carriers.twilio import TwilioAccount, TwilioCarrier
from messages.catalog import load_catalog
from scheduler.clock import Clock
from scheduler.opening import open_database
from scheduler.works import Works
from store.clinic import load_clinic

ROOT = Path(__file__).parent.parent
PUBLIC = "https://texts.example.com"


def works_of(url: str, carrier: str, in_flight: int, shift: float) -> Works:
    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=shift)

    catalog = load_catalog()
    database = open_database(url, load_clinic(ROOT / "clinic.yaml"), catalog, now())
    account = TwilioAccount("AC1", PUBLIC, "token", api_url=carrier)
    return Works(database, catalog, TwilioCarrier(account), now, PUBLIC, in_flight=in_flight)


def main() -> None:
    url, carrier, in_flight, shift = sys.argv[1:]
    works = works_of(url, carrier, int(in_flight), float(shift))
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stopping.set())
    clock = Clock(works)
    before = resource.getrusage(resource.RUSAGE_SELF)
    clock.start()
    stopping.wait()
    clock.stop()
    works.carrier.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"cpu": cpu, "peak_mb": peak_mb()}), flush=True)


def peak_mb() -> float:
    """The most memory this process held. (Linux; getrusage would count what its parent held at the fork.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
