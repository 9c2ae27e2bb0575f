"""Two of anything beside each other, by design or by mistake: each text leaves once, the second is told."""

import csv
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import requests
from sqlalchemy import func, select, text

from scheduler.dispatch import dispatch
from store.accounts import NewStaff, create_staff
from store.tables import Appointment, Enrolment, OutboxText, Patient
from tests.faults.installation import both, free_port, on_postgresql, wall_clock
from tests.faults.matrix import fault
from tests.faults.processes import python, until
from tests.standin.faults import held_until

PASSWORD = "correct horse battery"
#: When the process under test looks whether it is in a deadlock: by then we have asked for the second lock.
LATER_THAN_OURS = "-c deadlock_timeout=2s"


def _texts_in_and_is_answered_once(installation, mobiles: list[str]) -> None:
    """Each patient asks something, all at the same moment; each gets one answer."""
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda mobile: installation.text_in(mobile, "does it hurt?"), mobiles))
    assert {answer.status_code for answer in answers} == {200}
    until(lambda: set(installation.states()) == {"sent"})
    replies = Counter(row.mobile for row in installation.texts(purpose="reply"))
    assert replies == dict.fromkeys(mobiles, 1)


@fault(5)
@on_postgresql
def test_two_workers_and_four_web_processes_send_each_text_once(installation):
    mobiles = installation.patients(16)
    installation.twilio.latency = 0.03
    port = free_port()
    web = installation.start(
        python("-m", "gunicorn", "-w", "4", "--threads", "4", "-b", f"127.0.0.1:{port}", "bot:create_app()")
    )
    workers = [installation.bot("worker"), installation.bot("worker")]
    installation.ready(web, port)
    for worker in workers:
        worker.says("is at work")
    _texts_in_and_is_answered_once(installation, mobiles[:8])
    installation.assert_each_due_text_left_once()


@fault(5)
def test_on_sqlite_a_web_and_a_worker_started_twice_by_mistake_send_each_text_once(installation):
    mobiles = installation.patients(12)
    for _ in range(2):
        installation.bot("worker")
    installation.serve("web")
    _texts_in_and_is_answered_once(installation, mobiles[:6])
    installation.assert_each_due_text_left_once()


@fault(5)
def test_a_debug_reloader_which_runs_the_app_twice_answers_once(installation):
    mobiles = installation.patients(3)
    port = free_port()
    web = installation.start(python("-m", "flask", "--app", "bot", "run", "--debug", "--port", str(port)))
    installation.ready(web, port)
    installation.drain()
    _texts_in_and_is_answered_once(installation, mobiles)
    installation.assert_each_due_text_left_once()


@fault(5)
@on_postgresql
def test_a_second_text_to_a_mobile_waits_while_another_process_has_the_first_in_hand(installation):
    mobile = "+17815551000"
    installation.book(mobile, wall_clock() - timedelta(minutes=15), installation.day(14))
    answer = Event()
    installation.twilio.next(held_until(answer))
    installation.worker()
    until(lambda: len(installation.twilio.texts) == 1)
    assert dispatch(installation.works(wall_clock())) == 0  # this one is the other process
    assert installation.states() == {"claimed": 1, "planned": 1}

    answer.set()
    until(lambda: installation.states() == {"sent": 2})
    installation.assert_each_due_text_left_once()


@fault(24)
@on_postgresql
def test_a_sender_that_loses_a_deadlock_tries_again_by_itself(installation):
    installation.patients(4)
    answer = Event()
    installation.twilio.next(*[held_until(answer)] * 4)
    installation.worker(PGOPTIONS=LATER_THAN_OURS)
    until(lambda: len(installation.twilio.texts) == 4)
    in_hand = select(OutboxText.id).where(OutboxText.status == "claimed")
    with installation.database.reading() as session:  # in the order in which they will be locked
        *others, last = session.scalars(in_hand.order_by(text("ctid"))).all()
    with installation.database.writing() as session:
        session.execute(text("SET LOCAL deadlock_timeout = '20s'"))  # the sender shall be the one that loses
        session.scalars(in_hand.where(OutboxText.id == last).with_for_update()).one()
        answer.set()
        until(installation.somebody_waits)
        asked_at = time.monotonic()
        session.scalars(in_hand.where(OutboxText.id.in_(others)).with_for_update()).all()
        assert time.monotonic() - asked_at > 0.3, "nobody stood in the way: this was no deadlock"
    until(lambda: installation.states() == {"sent": 4})
    installation.assert_each_due_text_left_once()


@fault(24)
@on_postgresql
def test_an_answer_that_loses_a_deadlock_is_thought_again_and_nobody_notices(installation):
    [mobile] = installation.patients(1)
    installation.serve("web", PGOPTIONS=LATER_THAN_OURS)
    assert installation.text_in(mobile, "does it hurt?").status_code == 200
    with installation.database.writing() as session, ThreadPoolExecutor(1) as patient:
        session.execute(text("SET LOCAL deadlock_timeout = '20s'"))
        session.execute(text("SELECT 1 FROM conversations FOR UPDATE"))
        asked = patient.submit(installation.text_in, mobile, "when do I stop retinol?")
        until(installation.somebody_waits)
        asked_at = time.monotonic()
        session.execute(text("SELECT 1 FROM inbox WHERE state = 'received' FOR UPDATE"))
        assert time.monotonic() - asked_at > 0.3, "nobody stood in the way: this was no deadlock"
        session.rollback()
        assert asked.result().status_code == 200
    assert {one.state for one in installation.inbox()} == {"answered"}
    assert installation.tickets(kind="unread") == []


@fault(25)
@both
def test_a_deploy_under_load_settles_what_is_in_hand_and_leaves_the_rest_to_the_new_version(installation):
    installation.patients(20)
    installation.twilio.latency = 0.3
    old = installation.worker()
    until(lambda: len(installation.twilio.texts) >= 5)
    new = installation.bot("worker")
    old.terminate()
    assert old.ends() == 0
    new.says("is at work")
    until(lambda: installation.states() == {"sent": 20})
    installation.assert_each_due_text_left_once()


@fault(25)
def test_a_deploy_answers_whoever_is_texting_in_and_the_new_version_answers_the_rest(installation):
    mobiles = installation.patients(8)
    old = installation.serve("run")
    until(lambda: installation.states() == {"sent": 8})
    with ThreadPoolExecutor(8) as crowd:
        texting = [crowd.submit(installation.text_in, one, "does it hurt?") for one in mobiles[:4]]
        old.terminate()
        heard = [_heard(one.result) for one in texting]
    assert old.ends() == 0
    installation.serve("run")
    for mobile, was_heard in zip(mobiles, heard + [False] * 4, strict=True):
        if not was_heard:  # the carrier brings it again
            assert installation.text_in(mobile, "does it hurt?").status_code == 200
    until(lambda: installation.states() == {"sent": 16})
    installation.assert_each_due_text_left_once()


@fault(26)
@both
def test_the_same_file_imported_twice_at_once_is_one_set_of_patients(installation, tmp_path):
    path = _bookings(tmp_path / "bookings.csv", installation, rows=10)
    imports = [installation.bot("import", str(path)) for _ in range(2)]
    assert [one.ends() for one in imports] == [0, 0], [one.said for one in imports]
    created = [int(re.search(r"(\d+) created", one.said)[1]) for one in imports]
    assert sum(created) == 10
    with installation.database.reading() as session:
        counts = [session.scalar(select(func.count(t.id))) for t in (Patient, Appointment, Enrolment)]
    assert counts == [10, 10, 10]
    wordings = Counter((row.mobile, row.step) for row in installation.texts())
    assert set(wordings.values()) == {1}


@fault(27)
@on_postgresql
def test_of_two_people_who_take_one_ticket_the_second_is_told(installation):
    with installation.database.writing() as session:
        for username, name in (("ana", "Ana Silva"), ("bo", "Bo Chen")):
            create_staff(session, NewStaff(username, name, PASSWORD, "front_desk"), wall_clock())
    [mobile] = installation.patients(1)
    port = free_port()
    address = f"http://127.0.0.1:{port}"  # the session's cookie of an https address would not come back
    installation.ready(installation.bot("web", PORT=str(port), PUBLIC_URL=address), port)
    installation.twilio.text_in(f"{address}/sms/inbound", mobile, "+17812616122", "my throat is closing")
    [ticket] = installation.tickets()

    people = [_signed_in(address, username) for username in ("ana", "bo")]
    path = f"{address}/tickets/{ticket.id}"
    with ThreadPoolExecutor(2) as both_at_once:
        pages = list(both_at_once.map(lambda one: _press(one, address, f"{path}/take", path), people))
    assert sum("It is yours" in page for page in pages) == 1
    assert sum("took this already" in page for page in pages) == 1
    pages = [_press(one, address, f"{path}/resolve", path) for one in people]
    assert "Done, and off the list" in pages[0]
    assert "resolved this already" in pages[1]


def _heard(answer) -> bool:
    """Whether the text was answered; a closed door counts as not heard."""
    try:
        return bool(answer().status_code == 200)
    except requests.ConnectionError:
        return False


def _signed_in(address: str, username: str) -> requests.Session:
    person = requests.Session()
    fields = {"username": username, "password": PASSWORD, "csrf_token": _token(person, f"{address}/sign-in")}
    assert person.post(f"{address}/sign-in", data=fields, timeout=15).status_code == 200
    return person


def _press(person: requests.Session, address: str, button: str, back: str) -> str:
    fields = {"csrf_token": _token(person, f"{address}/patients"), "back": back.removeprefix(address)}
    return person.post(button, data=fields, timeout=15).text


def _token(person: requests.Session, page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', person.get(page, timeout=15).text)
    assert found
    return found[1]


def _bookings(path: Path, installation, rows: int) -> Path:
    visit = installation.day(14).isoformat()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "mobile", "visit", "location", "consent_care", "consent_method"])
        for n in range(rows):
            writer.writerow([f"Patient {n}", f"+1781555{2000 + n}", visit, "main", "yes", "intake form"])
    return path
