"""How soon a reply is with the carrier while a morning's texts leave beside it. One command, one table:

    python -m benchmarks.replies [--texts 12000] [--seconds 20] [--database sqlite postgresql]

The whole product in one process, as ``run`` starts it: 50 signed texts a second come in, each a question that
has an answer, while 25 lines send 500 planned texts a second. From the request to the carrier's door.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from benchmarks.places import databases
from benchmarks.rows import DUE, mobile
from benchmarks.sending import CARRIER, ROOT, counted, seed, standin
from benchmarks.worker import works_of

PORT, PUBLIC, TOKEN = 18556, "https://texts.example.com", "token"
CLINIC = "+17812616122"
A_SECOND = 50


def serve() -> None:
    """The process that is measured: ``run``, on a clock that stands elsewhere."""
    from handlers.commands.context import Needs
    from handlers.running import run_web
    from handlers.starting import create_app

    needs, shift = Needs(), timedelta(seconds=float(os.environ["SHIFT"]))
    needs.clock = lambda: datetime.now(UTC) + shift
    run_web(needs, create_app(needs), with_clock=True)


def measure(url: str, texts: int, seconds: int) -> dict:
    shift = (DUE - datetime.now(UTC)).total_seconds() + 60
    works = works_of(url, CARRIER, 25, shift)
    seed(works, texts)
    works.database.close()
    settings = {
        "DATABASE_URL": url,
        "SECRET_KEY": "benchmark" * 4,
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": CARRIER,
        "PUBLIC_URL": PUBLIC,
        "PORT": str(PORT),
        "IN_FLIGHT": "25",
        "SHIFT": str(shift),
    }
    with standin("--ahead", str(shift)):
        command = [sys.executable, "-m", "benchmarks.replies", "--serve"]
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stderr=subprocess.DEVNULL)
        try:
            asked = ask_while_it_sends(seconds)
            rate = counted()
        finally:
            server.terminate()
            server.wait()
        late = sorted(1000 * after for after in asked if after is not None)
    return {
        "asked": len(asked),
        "unanswered": len(asked) - len(late),
        "median": statistics.median(late),
        "p99": late[int(len(late) * 0.99)],
        "beside": rate["taken"] / rate["seconds"],
    }


def ask_while_it_sends(seconds: int) -> list[float | None]:
    """Seconds from each question to its answer at the carrier; None when there was none."""
    while not _up():
        time.sleep(0.05)
    while counted()["taken"] < 500:  # it is at work
        time.sleep(0.05)
    began, count = time.monotonic(), seconds * A_SECOND
    with ThreadPoolExecutor(32) as patients:
        sent = list(patients.map(lambda n: _ask(n, began + n / A_SECOND), range(count)))
    time.sleep(2)
    with urllib.request.urlopen(f"{CARRIER}/last") as answer:
        last = json.load(answer)
    return [last[to] - at if last.get(to, 0) > at else None for to, at in sent]


def _ask(number: int, at: float) -> tuple[str, float]:
    """A stranger's question, so that no planned text goes to the same phone."""
    fields = {
        "MessageSid": f"SM{number:032d}",
        "From": mobile(5_000_000 + number),
        "To": CLINIC,
        "Body": "does it hurt?",
        "NumMedia": "0",
    }
    time.sleep(max(0.0, at - time.monotonic()))
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/sms/inbound", fields)
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/sms/inbound",
        urlencode(fields).encode(),
        {"X-Twilio-Signature": signature},
    )
    asked_at = time.monotonic()
    urllib.request.urlopen(request, timeout=30).close()
    return fields["From"], asked_at


def _up() -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz").close()
    except OSError:
        return False
    return True


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("--texts", type=int, default=12_000)
    wanted.add_argument("--seconds", type=int, default=20)
    wanted.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    wanted.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = wanted.parse_args()
    if asked.serve:
        serve()
        return
    print("| database | asked | unanswered | median, ms | 99th percentile, ms | texts/s in all |")
    print("|---" * 6 + "|")
    for kind in asked.database:
        with tempfile.TemporaryDirectory() as folder, databases(kind, folder) as url:
            row = measure(url, asked.texts, asked.seconds)
        told = f"{row['median']:.0f} | {row['p99']:.0f} | {row['beside']:.0f}"
        print(f"| {kind} | {row['asked']} | {row['unanswered']} | {told} |", flush=True)


if __name__ == "__main__":
    main()
