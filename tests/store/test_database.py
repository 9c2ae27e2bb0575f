"""Instants keep their zone; a block of writing is all or nothing; a clinic file says what is wrong."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from store.clinic import BadClinicFile, load_clinic
from store.database import BadDatabase, Database
from store.mobile import BadMobile, e164, spoken
from store.tables import AuditEntry
from tests.conftest import ROOT


def _entry(at: datetime) -> AuditEntry:
    return AuditEntry(at=at, actor="a", action="b", subject="c", subject_id="d", detail={})


def test_an_instant_comes_back_in_utc_whatever_zone_it_went_in_with(database, clock):
    from zoneinfo import ZoneInfo

    told = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=1)
    with database.writing() as session:
        session.add(_entry(told))
    with database.reading() as session:
        assert session.scalar(select(AuditEntry)).at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_time_without_a_zone_is_never_stored(database):
    with pytest.raises(Exception, match="without a zone"), database.writing() as session:
        session.add(_entry(datetime(2026, 11, 1, 1, 30)))  # noqa: DTZ001 -- the point of the test


def test_a_block_that_fails_leaves_nothing_behind(database, clock):
    def fails_halfway():
        with database.writing() as session:
            session.add(_entry(clock()))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_halfway()
    with database.reading() as session:
        assert session.scalar(select(AuditEntry)) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("nonsense", "is not the address of a database", id="no address"),
        pytest.param("mysql://host/clinic", "we do not speak mysql", id="another database"),
        pytest.param("postgresql://host:port/clinic", "is not the address of a database", id="no port"),
        pytest.param("sqlite:////proc/nowhere/x.db", "cannot be made", id="a folder that cannot be"),
        pytest.param("sqlite:////proc", "cannot be opened", id="no file"),
        pytest.param("postgresql://127.0.0.1:1/clinic", "cannot be opened", id="nobody answers"),
    ],
)
def test_a_database_that_cannot_be_used_names_the_setting(url, problem):
    with pytest.raises(BadDatabase, match=f"DATABASE_URL: .*{problem}"):
        Database(url).reach()


def test_an_error_of_the_database_quotes_no_patient(database):
    with pytest.raises(SQLAlchemyError) as failed, database.writing() as session:
        session.execute(text("SELECT * FROM nowhere WHERE mobile = :mobile"), {"mobile": "+17815550121"})
    assert "5550121" not in str(failed.value)


@pytest.mark.parametrize(
    ("raw", "good"),
    [
        pytest.param("781-555-0100", "+17815550100", id="as written on a form"),
        pytest.param("(781) 555 0100", "+17815550100", id="with brackets"),
        pytest.param("+1 781.555.0100", "+17815550100", id="international, with dots"),
        pytest.param("1-781-555-0100", "+17815550100", id="with the one in front"),
    ],
)
def test_a_number_in_any_shape_becomes_one_shape(raw, good):
    assert e164(raw) == good


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param("555-0100", "check the digits", id="without an area code"),
        pytest.param("+44 20 7946 0958", "outside the US and Canada", id="London"),
        pytest.param("1-800-222-1222", "toll-free", id="toll-free"),
        pytest.param("call me", "not a phone number", id="no number at all"),
        pytest.param("781-555-01000", "check the digits", id="a digit too many"),
    ],
)
def test_a_number_that_cannot_be_texted_is_refused_with_what_to_do(raw, why):
    with pytest.raises(BadMobile, match=why):
        e164(raw)


def test_a_number_is_shown_as_people_here_write_it():
    assert spoken("+17812616122") == "781-261-6122"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"timezone": "Boston"}, "locations.main.timezone", id="no such zone"),
        pytest.param({"on_call": []}, "locations.main.on_call", id="nobody on call"),
        pytest.param(
            {"office_phone": "781-261-6122"}, "ring itself", id="office phone is the clinic's number"
        ),
        pytest.param({"hours": {"someday": ["09:00", "17:00"]}}, "is not a weekday", id="no such weekday"),
        pytest.param({"number": "12"}, "locations.main.number", id="no number"),
        pytest.param({"hours": {"mon": ["17:00", "09:00"]}}, "closes before it opens", id="closes first"),
        pytest.param({"languages": []}, "locations.main.languages", id="no language"),
        pytest.param({"languages": ["fr"]}, "locations.main.languages", id="a language we do not speak"),
        pytest.param({"on_call": ["781-261-6122"]}, "would reach nobody", id="pages the clinic's number"),
        pytest.param({"address": "1 {street}"}, "without { or }", id="a brace that a text cannot hold"),
    ],
)
def test_a_bad_clinic_file_names_the_line_and_what_to_do(tmp_path, change, problem):
    raw = yaml.safe_load((ROOT / "clinic.yaml").read_text())
    raw["locations"]["main"] |= change
    path = tmp_path / "clinic.yaml"
    path.write_text(yaml.safe_dump(raw))
    with pytest.raises(BadClinicFile, match=problem):
        load_clinic(path)


def test_a_clinic_file_that_is_no_text_says_so(tmp_path):
    path = tmp_path / "clinic.yaml"
    path.write_bytes(b"name: Cl\xednica")
    with pytest.raises(BadClinicFile, match="UTF-8"):
        load_clinic(path)


def test_the_clinic_file_as_shipped_has_the_pages_number_and_zone(clinic):
    main = clinic.locations["main"]
    assert main.number == "+17812616122"
    assert main.timezone == "America/New_York"
    text = (ROOT / "clinic.yaml").read_text()
    invented = [line for line in text.splitlines() if "hours:" in line or "office_phone" in line]
    assert all("SAMPLE" in line for line in invented)


def test_office_time_stands_still_while_the_office_is_closed(clinic):
    from zoneinfo import ZoneInfo

    from store.clinic import hours_in

    hours = hours_in(clinic.locations["main"])
    zone = ZoneInfo("America/New_York")
    friday_late = datetime(2026, 12, 11, 16, 30, tzinfo=zone)
    assert hours.due(friday_late, timedelta(hours=1)) == datetime(2026, 12, 14, 9, 30, tzinfo=zone)
    assert not hours.is_open(datetime(2026, 12, 12, 11, 0, tzinfo=zone))
