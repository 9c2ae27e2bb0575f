"""import: every row reported, a bad one never stops the others, the same file twice changes nothing."""

import pytest
from sqlalchemy import func, select

from handlers.commands.import_csv import import_csv
from store.tables import Appointment, AuditEntry, OutboxText

HEADER = "name,mobile,language,visit_local,visit,external_id,kit_given,consent_care,consent_method"
ANNA = "Anna Reed,781-555-0121,en,2026-12-11 14:00,,v1,yes,yes,form"
BEN = "Ben Ito,(781) 555-0122,es,,2026-12-14T14:00-05:00,v2,,yes,form"
CY = "Cy Po,781.555.0123,,2026-12-15 09:30,,v3,,,"


@pytest.fixture
def desk(terminal, tmp_path):
    """Imports rows; gives the report, line by line."""

    def imports(*rows, code=0, header=HEADER, options=(), encoding="utf-8"):
        file = tmp_path / "bookings.csv"
        file.write_text("\n".join((header, *rows)) + "\n", encoding=encoding)
        return terminal.run(import_csv, str(file), *options, code=code).splitlines()

    return imports


def rows_of(terminal, table) -> int:
    with terminal.needs.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_every_row_is_reported_by_its_line(desk):
    assert desk(ANNA, "", BEN, CY) == [
        "row 2: created: appointment v1",
        "row 4: created: appointment v2",
        "row 5: created: appointment v3",
        "3 created, 0 known, 0 moved, 0 refused",
    ]


def test_local_times_are_read_on_the_locations_clock(desk, terminal):
    desk(ANNA, BEN)
    with terminal.needs.database.reading() as session:
        starts = session.scalars(select(Appointment.starts_at).order_by(Appointment.starts_at)).all()
    assert [f"{start:%m-%d %H:%MZ}" for start in starts] == ["12-11 19:00Z", "12-14 19:00Z"]


def test_the_same_file_twice_changes_nothing(desk, terminal):
    desk(ANNA, BEN)
    before = [rows_of(terminal, table) for table in (Appointment, OutboxText, AuditEntry)]
    assert desk(ANNA, BEN)[-1] == "0 created, 2 known, 0 moved, 0 refused"
    assert [rows_of(terminal, table) for table in (Appointment, OutboxText, AuditEntry)] == before


def test_without_an_external_id_the_same_visit_is_known_again(desk):
    nameless = ANNA.replace("v1", "")
    assert desk(nameless)[-1] == "1 created, 0 known, 0 moved, 0 refused"
    assert desk(nameless)[-1] == "0 created, 1 known, 0 moved, 0 refused"


def test_another_time_has_moved_the_visit(desk):
    desk(ANNA)
    assert desk(ANNA.replace("14:00", "16:00")) == [
        "row 2: moved: to 2026-12-11T16:00:00-05:00",
        "0 created, 0 known, 1 moved, 0 refused",
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param(ANNA.replace("781-555-0121", "12"), "mobile is not", id="mobile"),
        pytest.param(ANNA.replace("2026-12-11 14:00", "next Friday"), "visit_local is not", id="time"),
        pytest.param(ANNA.replace("2026-12-11 14:00", "12/11/2026 2pm"), "visit_local is not", id="slashes"),
        pytest.param(ANNA.replace("2026-12-11 14:00", "2027-03-14 02:30"), "clocks go forward", id="spring"),
        pytest.param(ANNA.replace("2026-12-11 14:00", "2020-12-11 14:00"), "visit is in the past", id="past"),
        pytest.param(ANNA.replace("2026-12-11 14:00", "9999-12-31 23:59"), "visit_local is in", id="no year"),
        pytest.param(ANNA.replace("2026-12-11 14:00", ""), "visit is missing", id="no time"),
        pytest.param(
            BEN.replace("-05:00", ""), "times on the clinic's clock go into visit_local", id="naive"
        ),
        pytest.param(ANNA.replace("14:00,,", "14:00,2026-12-11T14:00Z,"), "are both filled", id="two times"),
        pytest.param(ANNA.replace(",en,", ",fr,"), "language is not spoken", id="language"),
        pytest.param(ANNA.replace(",yes,yes,", ",perhaps,yes,"), "kit_given cannot be", id="fact"),
        pytest.param(ANNA.replace(",yes,yes,", ",yes,sure,"), "consent_care cannot be 'sure'", id="consent"),
        pytest.param(ANNA.replace(",form", ","), "consent_method is missing", id="how she agreed"),
        pytest.param("," + ANNA.split(",", 1)[1], "name ", id="no name"),
        pytest.param(ANNA + ",more", "has 10 cells, the header 9", id="a comma too many"),
        pytest.param("Anna", "has 1 cells, the header 9", id="half a row"),
        pytest.param(
            ANNA.replace("Anna Reed", '"Anna\nReed"'), "is a quote not closed?", id="a break in a cell"
        ),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_never_stops_the_others(desk, row, said):
    report = desk(BEN, row, CY, code=1)
    assert report[-1] == "2 created, 0 known, 0 moved, 1 refused"
    [refused] = [line for line in report if ": refused: " in line]
    assert said in refused


def test_two_rows_that_contradict_each_other_move_nobody(desk):
    report = desk(ANNA, ANNA.replace("14:00", "16:00"), code=1)
    assert "external_id is in row 2 too" in report[1]
    assert desk(ANNA, ANNA.replace("14:00", "16:00"), code=1)[0].startswith("row 2: known")


def test_a_dry_run_reports_the_same_and_stores_nothing(desk, terminal):
    rows = (ANNA, BEN.replace("(781) 555-0122", "12"), ANNA)
    dry = desk(*rows, code=1, options=("--dry-run",))
    assert [rows_of(terminal, table) for table in (Appointment, OutboxText, AuditEntry)] == [0, 0, 0]
    wet = desk(*rows, code=1)
    assert dry[:3] == wet[:3]
    assert dry[-1] == f"Dry run, nothing stored: {wet[-1]}"


@pytest.mark.parametrize(
    ("change", "options"),
    [
        pytest.param(lambda text: text, {"encoding": "utf-8-sig"}, id="a byte order mark"),
        pytest.param(lambda text: text.replace(",", ";"), {}, id="semicolons"),
        pytest.param(lambda text: text.replace(",", "\t"), {}, id="tabs"),
    ],
)
def test_what_spreadsheets_write_is_read(desk, change, options):
    report = desk(change(ANNA), header=change(HEADER.replace("external_id", "External ID")), **options)
    assert report[0] == "row 2: created: appointment v1"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        pytest.param("name,mobile,visit,shoes", "unknown column 'shoes'", id="unknown"),
        pytest.param("name,visit", "column mobile is missing", id="no mobile"),
        pytest.param("name,mobile", "visit (or visit_local) is missing", id="no visit"),
        pytest.param("name,mobile,visit,visit", "column visit is there twice", id="twice"),
        pytest.param("", "has no header", id="no header"),
    ],
)
def test_a_header_that_cannot_be_read_stops_before_the_first_row(desk, header, said):
    assert said in desk(ANNA, header=header, code=2)[0]


def test_a_file_as_excel_writes_it_keeps_its_accents(desk, terminal):
    desk(ANNA.replace("Reed", "Peña"), encoding="cp1252")
    with terminal.needs.database.reading() as session:
        assert session.scalars(select(Appointment)).one().patient.name == "Anna Peña"


def test_a_workbook_says_how_to_save_it(terminal, tmp_path):
    file = tmp_path / "bookings.xlsx"
    file.write_bytes(b"PK\x03\x04 and so on")
    assert "CSV UTF-8" in terminal.run(import_csv, str(file), code=2)


def test_a_visit_enrolled_at_the_desk_is_known_under_its_own_id(desk, terminal):
    desk(ANNA.replace("v1", ""))
    assert desk(ANNA)[-1] == "0 created, 1 known, 0 moved, 0 refused"
    assert rows_of(terminal, Appointment) == 1


def test_a_file_that_does_not_ask_about_consent_takes_none_back(desk, terminal):
    desk(ANNA)
    desk(ANNA.replace(",yes,form", ",,"))
    with terminal.needs.database.reading() as session:
        assert {text.status for text in session.scalars(select(OutboxText))} == {"planned"}
