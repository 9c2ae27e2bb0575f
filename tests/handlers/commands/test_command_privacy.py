"""export and erase: one patient's data out, one patient out of the data."""

import json
import stat
from uuid import uuid4

import pytest
from sqlalchemy import select

from carriers.base import IncomingText
from handlers.commands.erase import erase
from handlers.commands.export import export
from scheduler.booking import parse_enrolment
from scheduler.changing import learn_facts
from scheduler.chores import do_chores
from scheduler.dispatch import dispatch
from scheduler.enrolling import enrol
from scheduler.inbox import answer, receive
from store.consent import consents_of
from store.tables import AuditEntry, Base, ConsentEvent, OutboxText, Patient, Ticket
from tests.cast import ANNA, CLINIC_NUMBER, NOW, STRANGER, local


class Desk:
    """Patients as the desk and their phones make them."""

    def __init__(self, terminal) -> None:
        self.terminal = terminal
        self.works = terminal.needs.works

    def book(self, name: str, mobile: str = ANNA, visit: str = "2026-12-18 14:00") -> str:
        """Somebody is enrolled; her id."""
        body = {
            "patient": {"name": name, "mobile": mobile, "external_id": f"chart {name}"},
            "appointment": {
                "external_id": f"booking {name}",
                "starts_at": local(visit),
                "area": "scar on the chin",
            },
            "protocol": "microneedling",
            "consent": {"care": True, "method": "signed form", "words": f"I, {name}, agree"},
        }
        enrol(self.works, parse_enrolment(body), "desk")
        dispatch(self.works)
        do_chores(self.works)
        with self.works.database.reading() as session:
            return session.scalars(select(Patient).where(Patient.name == name)).one().id

    def text_in(self, body: str, mobile: str = ANNA) -> None:
        """She texts, and is answered."""
        photo = ("https://api.example.com/photo-of-her", "image/jpeg")
        text = IncomingText(f"SM{uuid4().hex}", mobile, CLINIC_NUMBER, body, media=(photo,))
        answer(self.works, receive(self.works, text) or "")
        dispatch(self.works)
        do_chores(self.works)

    def rows(self, table) -> list:
        with self.works.database.reading() as session:
            return list(session.scalars(select(table)))

    def everything(self) -> str:
        """Every value of every row, as text."""
        said = []
        for table in Base.__subclasses__():
            for row in self.rows(table):
                said += [str(getattr(row, name)) for name in table.__table__.columns.keys()]  # noqa: SIM118 -- a column collection iterates columns
        return "\n".join(said)


@pytest.fixture
def desk(terminal) -> Desk:
    return Desk(terminal)


@pytest.fixture
def anna(desk) -> str:
    """Anna is booked, was welcomed, and asked something."""
    anna = desk.book("Anna Reed")
    learn_facts(desk.works, anna, {"kit_given": "yes"}, "desk")
    desk.text_in("can i bring my daughter Zoe along?")
    return anna


def test_everything_about_her_is_in_the_export(terminal, desk, anna):
    held = json.loads(terminal.run(export, "781-555-0121"))
    assert held["patient"]["name"] == "Anna Reed"
    assert [fact["name"] for fact in held["facts"]] == ["kit_given"]
    assert held["consent"][0]["words"] == "I, Anna Reed, agree"
    assert held["visits"][0]["area"] == "scar on the chin"
    assert [text["body"] for text in held["texts_from_her"]] == ["can i bring my daughter Zoe along?"]
    assert held["texts_from_her"][0]["media"][0]["url"] == "https://api.example.com/photo-of-her"
    assert any(text["body"] for text in held["texts_to_her"])
    assert any(text["status"] == "planned" for text in held["texts_to_her"])
    assert held["tickets"]
    assert "enrolled" in [entry["action"] for entry in held["audit"]]


def test_an_export_to_a_file_is_for_its_owner_alone_and_overwrites_nothing(terminal, anna, tmp_path):
    out = tmp_path / "anna.json"
    terminal.run(export, anna, "--out", str(out))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text(encoding="utf-8"))["patient"]["id"] == anna
    assert "is there already" in terminal.run(export, anna, "--out", str(out), code=2)


def test_an_export_is_in_the_audit_log_by_id_alone(terminal, desk, anna):
    terminal.run(export, "chart Anna Reed")
    last = desk.rows(AuditEntry)[-1]
    assert (last.action, last.subject_id, last.detail) == ("patient exported", anna, {})


each = pytest.mark.parametrize("command", [export, erase], ids=["export", "erase"])


@each
@pytest.mark.parametrize(
    "who",
    [
        pytest.param(STRANGER, id="a stranger's mobile"),
        pytest.param("943197dd-da68-4351-a84d-175772b70ef3", id="an id of nobody"),
        pytest.param("nobody", id="a word"),
        pytest.param("", id="nothing"),
    ],
)
def test_nobody_of_that_id_or_mobile_is_said(terminal, anna, command, who):
    assert "no patient has" in terminal.run(command, who, code=2)


@each
def test_a_family_phone_lists_the_ids_instead_of_guessing(terminal, desk, anna, command):
    bea = desk.book("Bea Reed")
    said = terminal.run(command, ANNA, code=2)
    assert anna in said
    assert bea in said
    assert "Reed" not in said


def test_nothing_that_identifies_her_is_left_in_any_row_or_on_the_disk(terminal, desk, anna, tmp_path):
    traces = ("Anna", "7815550121", "daughter", "scar on", "photo-of-her", "I, Anna")
    assert all(trace in desk.everything() for trace in traces)
    said = terminal.run(erase, anna, "--yes")
    assert f"Patient {anna} is erased" in said
    assert not [trace for trace in traces if trace in desk.everything()]
    on_disk = b"".join(path.read_bytes() for path in tmp_path.glob("commands.db*"))
    assert not [trace for trace in traces if trace.encode() in on_disk]


def test_nothing_that_was_planned_leaves_and_nothing_is_planned_anew(terminal, desk, anna, clock):
    terminal.run(erase, anna, "--yes")
    handed = len(desk.works.carrier.texts_to(ANNA, NOW))
    learn_facts(desk.works, anna, {}, "desk")
    clock.move_to(local("2026-12-25 12:00"))
    dispatch(desk.works)
    do_chores(desk.works)
    dispatch(desk.works)
    assert "planned" not in {row.status for row in desk.rows(OutboxText) if row.patient_id == anna}
    assert len(desk.works.carrier.texts_to(ANNA, NOW)) == handed
    assert not [row for row in desk.rows(Ticket) if row.status != "resolved"]


def test_without_yes_it_is_only_said_what_would_be_done(terminal, desk, anna):
    before = desk.everything()
    assert "add --yes" in terminal.run(erase, anna)
    assert desk.everything() == before


def test_erasing_is_in_the_audit_log_by_id_alone(terminal, desk, anna):
    terminal.run(erase, anna, "--yes")
    last = desk.rows(AuditEntry)[-1]
    assert (last.action, last.subject, last.subject_id, last.detail) == (
        "patient erased",
        "patient",
        anna,
        {},
    )


def test_who_said_stop_is_never_texted_again_even_when_she_is_enrolled_anew(terminal, desk, anna):
    desk.text_in("STOP")
    assert "stays opted out" in terminal.run(erase, anna, "--yes")
    [kept] = [event for event in desk.rows(ConsentEvent) if event.mobile == ANNA]
    assert (kept.kind, kept.granted, kept.words, kept.patient_id) == ("all", False, "", None)
    again = desk.book("Anna Reed")
    assert {row.status for row in desk.rows(OutboxText) if row.patient_id == again} == {"suppressed"}


def test_who_came_back_with_start_leaves_no_number_behind(terminal, desk, anna):
    desk.text_in("STOP")
    desk.text_in("START")
    assert "opted out" not in terminal.run(erase, anna, "--yes")
    assert ANNA not in desk.everything()


def test_on_a_family_phone_only_her_part_goes(terminal, desk, anna):
    bea = desk.book("Bea Reed", visit="2026-12-19 14:00")
    terminal.run(erase, bea, "--yes")
    left = desk.everything()
    assert "Bea" not in left
    assert "Anna Reed" in left
    assert "daughter" in left
    with desk.works.database.reading() as session:
        assert consents_of(session, [ANNA]).of(ANNA, anna).care
        annas = session.scalars(select(OutboxText.status).where(OutboxText.patient_id == anna)).all()
    assert "planned" in annas


def test_an_opt_out_of_a_family_phone_outlives_each_of_them(terminal, desk, anna):
    bea = desk.book("Bea Reed", visit="2026-12-19 14:00")
    desk.text_in("STOP")
    for who in (bea, anna):
        terminal.run(erase, who, "--yes")
    with desk.works.database.reading() as session:
        assert consents_of(session, [ANNA]).of(ANNA, None).opted_out


def test_an_urgent_ticket_about_her_comes_first(terminal, desk, anna):
    desk.text_in("my throat is closing up")
    said = terminal.run(erase, anna, "--yes", code=2)
    assert "Resolve it first" in said
    assert "Anna Reed" in desk.everything()


def test_a_text_on_its_way_is_waited_for(terminal, desk, anna):
    with desk.works.database.writing() as session:
        session.scalars(select(OutboxText).where(OutboxText.patient_id == anna)).first().status = "unknown"
    assert "on its way" in terminal.run(erase, anna, "--yes", code=2)


def test_erased_twice_is_erased_once(terminal, desk, anna):
    terminal.run(erase, anna, "--yes")
    terminal.run(erase, anna, "--yes")
    assert [row.name for row in desk.rows(Patient)] == ["Erased"]
