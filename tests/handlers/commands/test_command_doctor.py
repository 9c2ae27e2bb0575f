"""doctor: each thing that would go wrong live is said before, with its mend; what is well is said too."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise

import pytest
import yaml
from sqlalchemy import Engine, event, text

from handlers.commands.context import Needs
from handlers.commands.doctor import doctor, knock
from handlers.settings import Settings
from scheduler.opening import open_database
from store.accounts import NewStaff, create_staff
from store.clinic import load_clinic
from store.outbox import Lane, NowText, add_now
from store.tables import SenderRow
from tests.cast import CLINIC_NUMBER, ToldClock
from tests.handlers.commands.conftest import CLINIC_FILE, Terminal
from tests.standin.fixtures import standin  # noqa: F401

URL = "https://texts.afterglow.invalid"
WEBHOOKS = {"sms_url": f"{URL}/sms/inbound", "voice_url": f"{URL}/voice/inbound"}


@pytest.fixture
def clinic_file(tmp_path):
    """The clinic as shipped, with a phone on call that is no sample."""
    raw = yaml.safe_load(CLINIC_FILE.read_text(encoding="utf-8"))
    for place in raw["locations"].values():
        place["on_call"] = ["+17812345678"]
    path = tmp_path / "clinic.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    return path


@pytest.fixture
def live(tmp_path, clinic_file, catalog, standin):  # noqa: F811 -- the fixture is asked for by its name
    """A live installation where all is well, but that its address reaches nobody; Twilio is the stand-in."""
    clock = ToldClock(datetime.now(UTC))
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path / 'live.db'}",
        clinic_file=clinic_file,
        public_url=URL,
        secret_key="x7" * 20,
        twilio_account_sid=standin.account_sid,
        twilio_auth_token=standin.auth_token,
        twilio_api_url=standin.url,
    )
    standin.numbers[CLINIC_NUMBER] = WEBHOOKS
    database = open_database(settings.database_url, load_clinic(clinic_file), catalog, clock())
    with database.writing() as session:
        create_staff(session, NewStaff("kim", "Kim Reyes", "a long pass phrase", "admin"), clock())
    terminal = Terminal(Needs(settings, clock))
    terminal.database, terminal.standin = database, standin
    yield terminal
    database.close()


def to_fix(terminal) -> dict[str, str]:
    """What doctor says must be fixed: about -> all that it said."""
    lines = terminal.run(doctor, code=1).splitlines()
    found = {}
    for line, mend in pairwise(lines):
        if line.startswith("FIX"):
            about = line[5:23].strip()
            found[about] = f"{found.get(about, '')}{line[23:].strip()} {mend.strip()}"
    return found


def test_where_all_else_is_well_only_the_address_that_reaches_nobody_is_to_fix(live):
    assert list(to_fix(live)) == ["public address"]


def test_what_is_well_is_said_too(live):
    said = live.run(doctor, code=1)
    for about in ("settings", "secrets", "database", "wording", "clinic file", "clock", "worker", "accounts"):
        assert f"OK   {about}" in said
    assert "1 thing(s) to fix" in said


@pytest.mark.parametrize(
    ("setting", "value", "about", "said"),
    [
        pytest.param("secret_key", "", "settings", "SECRET_KEY is missing", id="no key"),
        pytest.param("secret_key", "short", "secrets", "easy to guess", id="a weak key"),
        pytest.param("public_url", "http://texts.example.com", "public address", "https", id="not https"),
        pytest.param("twilio_auth_token", "wrong", "number, main", "TWILIO_", id="a wrong token"),
        pytest.param("twilio_api_url", "http://127.0.0.1:9", "number, main", "asked", id="Twilio is away"),
        pytest.param("database_url", "sqlite:////nowhere/x.db", "database", "none at", id="no database"),
        pytest.param(
            "database_url", "mysql://x/y", "database", "we do not speak mysql", id="another's database"
        ),
        pytest.param(
            "clinic_file", CLINIC_FILE, "on call, main", "nobody answers", id="a sample phone on call"
        ),
        pytest.param(
            "clinic_file", CLINIC_FILE.parent / "no.yaml", "clinic file", "CLINIC_FILE", id="no file"
        ),
    ],
)
def test_a_setting_that_is_wrong_is_named_with_its_mend(live, setting, value, about, said):
    setattr(live.needs.settings, setting, value)
    assert said in to_fix(live)[about]


def test_a_webhook_that_goes_elsewhere_is_said_with_the_address_to_set(live):
    live.standin.numbers[CLINIC_NUMBER] = WEBHOOKS | {"sms_url": "https://demo.twilio.com/welcome/sms/reply"}
    said = to_fix(live)["number, main"]
    assert f"A message comes in: POST {URL}/sms/inbound (now POST https://demo.twilio.com" in said
    assert "A call comes in" not in said


def test_a_webhook_that_is_asked_by_get_is_said(live):
    live.standin.numbers[CLINIC_NUMBER] = WEBHOOKS | {"voice_method": "GET"}
    assert "A call comes in" in to_fix(live)["number, main"]


def test_a_number_that_is_not_the_accounts_is_said(live):
    live.standin.numbers.clear()
    assert "not a number of this Twilio account" in to_fix(live)["number, main"]


def test_a_clock_that_is_off_is_said(live):
    live.needs.clock.move_to(live.needs.clock() + timedelta(hours=3))
    assert re.search(r"10[78]\d\d s ahead of Twilio's", to_fix(live)["clock"])


def test_a_database_of_an_earlier_version_is_told_to_migrate(live):
    with live.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "bot.py migrate" in to_fix(live)["database"]


def test_a_database_that_may_only_be_read_is_said(live):
    def nothing_can_be_written(raw, record) -> None:
        raw.execute("PRAGMA query_only = ON")

    event.listen(Engine, "connect", nothing_can_be_written)
    try:
        assert "readonly" in to_fix(live)["database"]
    finally:
        event.remove(Engine, "connect", nothing_can_be_written)


def test_looking_writes_nothing(live):
    live.run(doctor, code=1)
    with live.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM audit_log")).scalar_one() == 0


def test_a_text_that_waits_too_long_asks_whether_the_worker_lives(live):
    now = live.needs.clock()
    new = NowText("k", Lane.REPLY, "reply", "main", "+17815550121", "en", "Hi", "", now + timedelta(hours=1))
    with live.database.writing() as session:
        add_now(session, new, now - timedelta(minutes=25))
    assert "a text to leave for 25 min" in to_fix(live)["worker"]


def test_a_number_that_the_carrier_refuses_is_said_and_its_texts_do_not_accuse_the_worker(live):
    now = live.needs.clock()
    new = NowText("k", Lane.TIMED, "care", "main", "+17815550121", "en", "Hi", "", now + timedelta(hours=1))
    with live.database.writing() as session:
        add_now(session, new, now - timedelta(minutes=25))
        sender = session.get_one(SenderRow, "main")
        sender.stopped_until, sender.stopped_code = now, "20003"
    found = to_fix(live)
    assert "stopped" in found["sending, main"]
    assert "worker" not in found


def test_nobody_who_can_sign_in_is_said(live):
    with live.database.writing() as session:
        session.execute(text("UPDATE staff SET active = false"))
    assert "user add" in to_fix(live)["accounts"]


def test_without_twilio_its_part_is_skipped(live):
    live.needs.settings.twilio_account_sid = live.needs.settings.twilio_auth_token = ""
    live.needs.settings.public_url = ""
    said = live.run(doctor)
    assert "All is well" in said
    assert said.count("skipped") == 2


def test_a_postgresql_that_is_away_is_said_without_its_password(live):
    live.needs.settings.database_url = "postgresql://clinic:hunter2@127.0.0.1:9/afterglow"
    said = to_fix(live)["database"]
    assert "hunter2" not in said


class _Answering(BaseHTTPRequestHandler):
    body = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def door(said: bytes) -> Iterator[str]:
    """Something that answers this; its address."""
    handler = type("Door", (_Answering,), {"body": said})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("body", "fix"),
    [
        pytest.param(b'{"status": "ok"}', False, id="we"),
        pytest.param(b"<h1>It works!</h1>", True, id="an empty web server"),
        pytest.param(b'{"status": "fine"}', True, id="another program"),
    ],
)
def test_who_answers_at_our_address_is_looked_at(body, fix):
    with door(body) as url:
        assert bool(knock(url).fix) == fix
