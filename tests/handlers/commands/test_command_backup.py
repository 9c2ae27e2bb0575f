"""backup and restore: a copy while everything runs, and back again without a text sent twice."""

import sqlite3
import stat
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.commands.backup import backup
from handlers.commands.restore import restore
from scheduler.booking import parse_enrolment
from scheduler.enrolling import enrol
from store.database import Database
from store.tables import OutboxText, Patient
from tests.cast import ANNA, local


@pytest.fixture
def copy(tmp_path):
    """Where the copy goes."""
    return tmp_path / "copies" / "afterglow.db"


@pytest.fixture
def booked(terminal, copy):
    """A clinic with one patient, and a folder for copies."""
    copy.parent.mkdir()
    book(terminal, ANNA)
    return terminal


def book(terminal, mobile: str) -> None:
    body = {
        "patient": {"name": "Anna Reed", "mobile": mobile},
        "appointment": {"external_id": f"visit-{mobile}", "starts_at": local("2026-12-18 14:00")},
        "protocol": "microneedling",
        "consent": {"care": True, "method": "signed form"},
    }
    enrol(terminal.needs.works, parse_enrolment(body), "desk")


def mobiles(terminal) -> list[str]:
    with closing(
        sqlite3.connect(terminal.needs.settings.database_url.removeprefix("sqlite:///"))
    ) as database:
        return [mobile for (mobile,) in database.execute("SELECT mobile FROM patients ORDER BY mobile")]


def test_a_copy_says_what_it_holds_and_nobody_else_can_read_it(booked, copy):
    said = booked.run(backup, str(copy))
    assert "1 patient(s)" in said
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert list(copy.parent.iterdir()) == [copy], "nothing unfinished is left"


def test_a_copy_holds_what_was_written_a_moment_ago_and_is_one_file(booked, copy):
    with booked.needs.database.writing() as session:
        session.scalars(select(Patient)).one().name = "Anna Reed-Cole"
    booked.run(backup, str(copy))
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT name FROM patients").fetchall() == [("Anna Reed-Cole",)]
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_an_earlier_copy_is_overwritten_only_when_that_is_said(booked, copy):
    copy.write_text("the only copy of last year")
    assert "--force" in booked.run(backup, str(copy), code=2)
    assert copy.read_text() == "the only copy of last year"
    booked.run(backup, str(copy), "--force")
    assert copy.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        pytest.param("nowhere/at/all.db", "cannot be written", id="a folder that is not there"),
        pytest.param(".", "is a folder", id="a folder instead of a file"),
    ],
)
def test_a_place_that_cannot_be_written_is_said_at_once(booked, copy, where, said):
    assert said in booked.run(backup, str(copy.parent / where), code=2)


def test_a_clinic_without_a_database_has_nothing_to_back_up(terminal, copy):
    copy.parent.mkdir()
    assert "nothing to back up" in terminal.run(backup, str(copy), code=2)
    assert list(copy.parent.iterdir()) == []


def test_what_is_put_back_is_what_was_copied_and_what_stood_there_is_kept(booked, copy):
    booked.run(backup, str(copy))
    book(booked, "+17815550122")
    booked.needs.database.close()
    said = booked.run(restore, str(copy), "--force")
    assert mobiles(booked) == [ANNA]
    aside = next(line.rpartition(" ")[2] for line in said.splitlines() if "is kept as" in line)
    with closing(sqlite3.connect(aside)) as before:
        assert before.execute("SELECT count(*) FROM patients").fetchone() == (2,)
    assert copy.exists()


def test_a_database_with_data_is_replaced_only_when_that_is_said(booked, copy):
    booked.run(backup, str(copy))
    booked.needs.database.close()
    assert "--force" in booked.run(restore, str(copy), code=2)


def test_a_new_machine_needs_no_force(booked, copy):
    booked.run(backup, str(copy))
    booked.needs.database.close()
    url = f"sqlite:///{copy.parent / 'new' / 'afterglow.db'}"
    booked.needs.settings.database_url = url
    assert "is kept as" not in booked.run(restore, str(copy))
    assert mobiles(booked) == [ANNA]


def test_what_fell_due_since_the_copy_is_in_doubt_and_what_is_due_later_is_not(booked, copy, clock):
    booked.run(backup, str(copy))
    booked.needs.database.close()
    clock.move_to(clock() + timedelta(minutes=1))
    assert "1 text(s) may have left since" in booked.run(restore, str(copy), "--force")
    database = Database(booked.needs.settings.database_url)
    with database.reading() as session:
        rows = session.scalars(select(OutboxText)).all()
    database.close()
    assert {row.step for row in rows if row.status == "unknown"} == {"welcome"}
    assert [row.handed_at for row in rows if row.status == "unknown"] == [
        row.planned_for for row in rows if row.step == "welcome"
    ]


def test_a_database_in_use_is_never_replaced(booked, copy):
    booked.run(backup, str(copy))
    other = Database(booked.needs.settings.database_url)
    with other.reading() as session:
        session.scalars(select(Patient)).all()
    said = booked.run(restore, str(copy), "--force", code=2)
    assert "stop run, web and worker" in said
    other.close()
    assert mobiles(booked) == [ANNA]


def cut_short(copy):
    copy.write_bytes(copy.read_bytes()[:9000])


def of_something_else(copy):
    copy.unlink()
    with closing(sqlite3.connect(copy)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")


def of_a_later_version(copy):
    with closing(sqlite3.connect(copy)) as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
        later.commit()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(cut_short, "malformed", id="cut short"),
        pytest.param(lambda copy: copy.write_text("hello " * 99), "SQLite database", id="no database"),
        pytest.param(of_something_else, "none of Afterglow's", id="another program's"),
        pytest.param(of_a_later_version, "newer Afterglow", id="of a newer version"),
        pytest.param(lambda copy: copy.unlink(), "is not there", id="not there"),
    ],
)
def test_a_copy_that_is_no_good_replaces_nothing(booked, copy, spoil, said):
    booked.run(backup, str(copy))
    spoil(copy)
    booked.needs.database.close()
    assert said in booked.run(restore, str(copy), "--force", code=2)
    assert mobiles(booked) == [ANNA]
    folder = copy.parents[1]
    assert not list(folder.glob("*before-restore*")) + list(folder.glob(".*restoring*"))


def test_a_damaged_database_is_replaced_and_kept(booked, copy):
    booked.run(backup, str(copy))
    booked.needs.database.close()
    path = copy.parents[1] / "commands.db"
    path.write_bytes(b"nothing that SQLite knows" * 400)
    booked.run(restore, str(copy), "--force")
    assert mobiles(booked) == [ANNA]


def test_a_file_and_reconcile_are_two_different_things(terminal, copy):
    assert "one of the two" in terminal.run(restore, code=2)
    assert "one of the two" in terminal.run(restore, str(copy), "--reconcile", code=2)


def test_on_postgresql_the_tool_to_run_is_named(terminal, copy, monkeypatch):
    terminal.needs.settings.database_url = "postgresql://clinic:secret@db.example.com/afterglow"
    monkeypatch.setenv("PATH", "/nowhere")
    copy.parent.mkdir()
    said = terminal.run(backup, str(copy), code=2)
    assert "pg_dump" in said
    assert "secret" not in said
    assert "pg_restore" in terminal.run(restore, str(copy), code=2)
