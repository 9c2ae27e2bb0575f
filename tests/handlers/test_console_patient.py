"""One patient: what did she get, what will she get, why; and a person's own words to her."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from store.tables import Appointment, AuditEntry, Patient
from tests.cast import ANNA


def _patient(house, name: str = "Anna Reed") -> Patient:
    with house.look() as session:
        return session.scalars(select(Patient).where(Patient.name == name)).one()


@pytest.fixture
def anna(house) -> str:
    """Anna is booked for Friday; the address of her page."""
    house.book()
    house.until("2026-12-08 11:30")
    return f"/patients/{_patient(house).id}"


def test_the_timeline_shows_what_left_what_waits_and_what_is_left_out_with_reasons(desk, anna):
    page = desk.page(anna)
    assert "Delivered" in page
    assert "Planned" in page
    assert "The visit" in page
    assert "Left out" in page
    assert "Only if antiviral rx is yes (now: unknown)" in page
    assert "booked for Fri Dec 11 at 2:00 PM" in page


def test_what_follows_the_visit_is_shown_as_not_planned_yet(desk, anna, house):
    page = desk.page(anna)
    assert "planned once the visit is marked done" in page
    assert not house.outbox(step="rest_of_day")


def test_a_text_that_will_never_leave_says_why(desk, anna, house):
    house.change(status="cancelled")
    page = desk.page(anna)
    assert "Will not be sent" in page
    assert "The visit was cancelled" in page


def test_a_shared_phone_names_the_others_on_it(desk, anna, house):
    house.book(name="Bea Reed", external_id="visit-2")
    page = desk.page(anna)
    assert "Shares this phone with" in page
    assert "Bea Reed" in page


def test_a_fact_is_learnt_in_one_tap_and_says_who_said_so(desk, anna, house):
    page = desk.press(f"{anna}/facts", name="antiviral_rx", value="yes", back=anna).text
    assert "ana said so" in page
    assert "Her texts are planned anew" in page
    assert house.outbox(step="antiviral_start") or house.tickets()


def test_a_fact_that_cannot_be_is_refused_with_the_reason(desk, anna):
    assert "write one of" in desk.press(f"{anna}/facts", name="antiviral_rx", value="perhaps", back=anna).text


def test_an_opt_out_stands_beside_the_number_wherever_it_appears(desk, anna, house):
    house.text_in("STOP")
    for path in (anna, "/patients", "/inbox", "/search?q=Anna"):
        assert "Opted out" in desk.page(path), path


def test_a_persons_own_words_leave_at_once_and_are_written_down(desk, anna, house):
    page = desk.press(f"{anna}/reply", body="Come 10 min early, please.", nonce=str(uuid4()), back=anna).text
    assert "Come 10 min early, please." in page
    house.tick()
    assert house.words()[-1] == "Come 10 min early, please."
    with house.look() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "wrote to patient"))
    assert entry.actor == "ana"
    assert "10 min" not in str(entry.detail)


def test_a_double_click_is_one_text(desk, anna, house):
    nonce = str(uuid4())
    for _ in range(2):
        desk.press(f"{anna}/reply", body="Twice?", nonce=nonce, back=anna)
    house.tick()
    assert house.words().count("Twice?") == 1


def test_words_to_somebody_who_opted_out_are_refused_with_the_reason_and_kept_in_the_box(desk, anna, house):
    house.text_in("STOP")
    before = len(house.outbox())
    answer = desk.press(f"{anna}/reply", body="But wait", nonce=str(uuid4()), back=anna)
    assert answer.status_code == 422
    assert "she texted STOP" in answer.text
    assert len(house.outbox()) == before


@pytest.mark.parametrize(
    "body", [pytest.param("  ", id="nothing"), pytest.param("x" * 1601, id="too long for one text")]
)
def test_words_that_are_no_text_are_refused(desk, anna, house, body):
    before = len(house.outbox())
    assert desk.press(f"{anna}/reply", body=body, nonce=str(uuid4()), back=anna).status_code == 422
    assert len(house.outbox()) == before


def test_a_reply_without_its_nonce_is_refused(desk, anna):
    assert desk.press(f"{anna}/reply", body="Hello", nonce="", back=anna).status_code == 400


def test_the_box_says_what_the_text_will_cost(desk):
    assert desk.press("/segments", body="Hello").text == "5 of 160 characters: 1 text"


def test_consent_is_shown_in_the_exact_words(desk, house):
    house.book(consent={"care": True, "method": "signed form", "words": "Yes, text me <3"})
    page = desk.page(f"/patients/{_patient(house).id}")
    assert "Agreed to care texts, signed form" in page
    assert "Yes, text me &lt;3" in page


def test_a_visit_on_hold_is_released_by_a_person(desk, anna, house):
    with house.works.database.writing() as session:
        session.scalars(select(Appointment)).one().on_hold = "she may be pregnant"
    assert "On hold: she may be pregnant" in desk.page(anna)
    assert "On hold" not in desk.press(f"{anna}/release", back=anna).text


def test_the_conversation_has_both_sides_in_order(desk, anna, house):
    house.text_in("thank you!")
    thread = desk.page(f"{anna}/thread")
    assert thread.index("booked for Fri Dec 11") < thread.index("thank you!")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param("reed", True, id="a part of the name"),
        pytest.param("(781) 555-0121", True, id="the number in any shape"),
        pytest.param("0121", True, id="the last digits"),
        pytest.param("%", False, id="a wildcard is no name"),
        pytest.param("zz", False, id="nobody"),
    ],
)
def test_patients_are_found_by_name_or_digits(desk, anna, wanted, found):
    assert ("Anna Reed" in desk.get("/search", query_string={"q": wanted}).text) is found


def test_all_patients_stand_in_pages(desk, house):
    with house.works.database.writing() as session:
        for n in range(51):
            patient = Patient(location_id="main", name=f"P{n:02}", mobile=ANNA, language="en")
            patient.created_at, patient.facts = house.clock(), []
            session.add(patient)
    assert "P50" not in desk.page("/patients")
    assert "P50" in desk.page("/patients?page=2")


def test_nobody_is_no_page(desk):
    assert desk.get(f"/patients/{uuid4()}").status_code == 404
    assert desk.press(f"/patients/{uuid4()}/reply", body="x", nonce=str(uuid4())).status_code == 404


def test_her_texts_are_paused_with_a_reason_and_resumed(desk, anna, house):
    page = desk.press(f"{anna}/pause", why="She is <abroad>", back=anna).text
    assert "paused by Ana Silva on Dec 8, 11:30 AM: She is &lt;abroad&gt;" in page
    assert "Held: paused by Ana Silva" in page
    for path in ("/patients", "/search?q=Anna", "/today/coming"):
        assert "Paused</span>" in desk.page(path), path
    assert "paused by Ana Silva" in desk.press(f"{anna}/pause", why="me too", back=anna).text
    page = desk.press(f"{anna}/resume", back=anna).text
    assert "Held" not in page
    assert "Paused</span>" not in desk.page("/patients")


def test_a_pause_without_a_reason_is_refused(desk, anna):
    assert "Say why" in desk.press(f"{anna}/pause", why=" ", back=anna).text
    assert desk.press(f"/patients/{uuid4()}/pause", why="x").status_code == 404


def test_who_she_is_is_corrected_and_what_is_wrong_stands_beside_its_field(desk, anna, house):
    page = desk.page(f"{anna}/correct")
    assert "Without it nothing is sent to the new number" in page
    fields = {"name": "Anna Reed-Smith", "mobile": "781-555-0121", "language": "pt", "timezone": ""}
    page = desk.press(f"{anna}/correct", **fields).text
    assert "Corrected: her name, her language" in page
    assert "Anna Reed-Smith" in page
    for wrong, said in (
        ({"mobile": "12"}, "mobile"),
        ({"name": ""}, "name"),
        ({"care": "yes"}, "is missing"),
        ({"language": ""}, "language"),
    ):
        answer = desk.press(f"{anna}/correct", **(fields | wrong))
        assert answer.status_code == 422
        assert said in answer.text
    assert desk.get(f"/patients/{uuid4()}/correct").status_code == 404


def test_a_text_kept_back_by_an_opt_out_says_the_day_and_the_hour_by_the_clinics_clock(desk, anna, house):
    house.until("2026-12-08 16:12")
    house.text_in("STOP")
    assert "Not sent: she texted STOP on Dec 8, 2026, at 4:12 PM" in desk.page(anna)
    assert house.outbox(step="day_before")[0].reason == "Not sent: she texted STOP on Dec 8, 2026, at 4:12 PM"
