"""Enrol from a file: the page says what will become of each row, and what was done."""

import csv
import io

import pytest
from sqlalchemy import func, select

from scheduler.file_work import work_on_files
from store.tables import Appointment, ImportBatch, Patient

HEADER = "name,mobile,visit_local,consent_care,consent_method"
ANNA = "Anna Reed,781-555-0121,2026-12-18 14:00,yes,form"
BAD = "Di Fu,12,2026-12-22 09:30,yes,form"


@pytest.fixture
def sent(desk, house):
    """Sends rows, lets the worker check them, and gives the address of the file's page."""

    def send(*rows: str, header: str = HEADER, **fields) -> str:
        pasted = "\n".join((header, *rows))
        answer = desk.press("/enrol/file", False, pasted=pasted, **fields)
        assert answer.status_code == 303, answer.text
        _work(house)
        return answer.headers["Location"]

    return send


def _work(house) -> None:
    while work_on_files(house.works):
        pass


def _count(house, table) -> int:
    with house.look() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_the_check_is_shown_row_by_row_before_anybody_is_enrolled(desk, house, sent):
    page = desk.page(sent(ANNA, BAD) + "?show=all")
    assert "Enrol 1 patient" in page
    assert "Will be enrolled" in page
    assert "is not a number in use" in page
    assert _count(house, Patient) == 0


def test_pressing_enrols_and_the_report_tells(desk, house, sent):
    path = sent(ANNA, BAD)
    desk.press(f"{path}/start", changes="yes")
    assert "Enrolled 0 of 1 row" in desk.page(path)
    _work(house)
    page = desk.page(f"{path}?show=all")
    assert "The first text leaves" in page
    assert "Enrolled" in page
    assert _count(house, Appointment) == 1
    assert "has started this file already" in desk.press(f"{path}/start").text


def test_it_can_be_taken_back_until_a_text_has_left(desk, house, sent):
    path = sent(ANNA)
    desk.press(f"{path}/start")
    _work(house)
    assert "Taken back. Nothing of this file is sent" in desk.press(f"{path}/undo").text
    _work(house)
    assert "Its visits are cancelled" in desk.page(path)
    again = sent(ANNA)
    desk.press(f"{again}/start")
    _work(house)
    house.tick(minutes=11)
    assert "Cancel its visits instead" in desk.page(again)
    assert "has left already" in desk.press(f"{again}/undo").text
    desk.press(f"{again}/cancel-visits")
    _work(house)
    with house.look() as session:
        assert {visit.status for visit in session.scalars(select(Appointment))} == {"cancelled"}


def test_the_refused_rows_come_back_with_their_reasons_and_run_nowhere(desk, house, sent):
    path = sent(BAD.replace("Di Fu", "=HYPERLINK(1)"), BAD.replace("12,", "+1 12,", 1))
    text = desk.get(f"{path}/refused.csv").data.decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert first["name"] == "'=HYPERLINK(1)"
    assert second["mobile"] == "'+1 12"
    assert first["reason"].startswith("mobile is not")
    assert first["row"] == "2"


def test_that_list_corrected_can_be_sent_as_it_is(desk, house, sent):
    path = sent(BAD.replace("Di Fu", "-Di Fu"))
    text = desk.get(f"{path}/refused.csv").data.decode("utf-8-sig").replace(",12,", ",'+1 781-555-0122,")
    header, row = text.splitlines()
    again = sent(row, header=header)
    desk.press(f"{again}/start")
    _work(house)
    with house.look() as session:
        assert [(p.name, p.mobile) for p in session.scalars(select(Patient))] == [("-Di Fu", "+17815550122")]


def test_names_are_shown_and_never_run(desk, sent):
    page = desk.page(sent('"<script>alert(1)</script> “Zoë” 🌸",781-555-0121,2026-12-18 14:00,yes,form'))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; “Zoë” 🌸" in page
    assert "<script>alert" not in page


def test_a_real_file_is_taken_under_its_name(desk, house):
    data = {"file": (io.BytesIO(f"{HEADER}\n{ANNA}".encode()), "<b>bookings</b>.csv")}
    answer = desk.press("/enrol/file", **data)
    assert "&lt;b&gt;bookings&lt;/b&gt;.csv" in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({}, "Choose a file, or paste its rows", id="nothing"),
        pytest.param({"pasted": "shoes"}, "Unknown column", id="no such column"),
        pytest.param({"pasted": HEADER}, "nobody to enrol", id="no rows"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_pasted_stays(desk, house, fields, said):
    answer = desk.press("/enrol/file", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert fields.get("pasted", "") in answer.text
    assert _count(house, ImportBatch) == 0


def test_a_file_as_windows_writes_it_asks_to_look_at_the_accents(desk, house):
    raw = f"{HEADER}\n{ANNA.replace('Reed', 'Peña')}".encode("cp1252")
    location = desk.press("/enrol/file", False, file=(io.BytesIO(raw), "bookings.csv")).headers["Location"]
    _work(house)
    page = desk.page(f"{location}?show=all")
    assert "read as Windows-1252" in page
    assert "Anna Peña" in page


def test_the_same_file_again_is_pointed_out(desk, sent):
    sent(ANNA)
    assert "The very same file was sent" in desk.page(sent(ANNA))


def test_past_files_are_listed_and_one_can_be_put_away(desk, sent):
    path = sent(ANNA)
    assert "Put away. Nobody was enrolled" in desk.press(f"{path}/drop").text
    assert "Put away" in desk.page("/enrol/file")


def test_a_file_that_is_not_there_is_not_found(desk):
    nobody = "/enrol/file/00000000-0000-0000-0000-000000000000"
    assert desk.get(nobody).status_code == 404
    assert desk.get(f"{nobody}/refused.csv").status_code == 404
    assert desk.press(f"{nobody}/start").status_code == 404


def test_the_columns_can_be_had_as_an_empty_file(desk):
    header = desk.get("/enrol/file/columns.csv").data.decode("utf-8-sig").strip().split(",")
    assert {"name", "mobile", "visit_local", "cold_sores"} <= set(header)


def test_without_a_worker_the_page_says_so(desk, house):
    answer = desk.press("/enrol/file", False, pasted=f"{HEADER}\n{ANNA}")
    house.clock.move_to(house.clock().replace(hour=23))
    assert "Is the worker running?" in desk.page(answer.headers["Location"])
