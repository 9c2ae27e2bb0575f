"""One patient's data, out and erased, and a database put back: the same on both databases."""

import json

import pytest
from sqlalchemy import select

from store.database import Database
from store.erasing import erase, scrub
from store.exporting import everything_about
from store.fitness import waiting, why_unfit
from store.record import Record, patients_called
from store.restore import doubt_restored
from store.sqlite_file import BadCopy
from store.tables import OutboxText, Patient
from tests.cast import ANNA


@pytest.mark.parametrize("who", ["(781) 555-0121", "the id", "chart 7"])
def test_a_patient_is_found_by_mobile_by_our_id_and_by_the_clinics(house, who):
    house.book()
    with house.works.database.writing() as session:
        anna = session.scalars(select(Patient)).one()
        anna.external_id = "chart 7"
        session.flush()
        wanted = anna.id if who == "the id" else who
        assert [one.id for one in patients_called(session, wanted)] == [anna.id]


def test_an_export_is_plain_json_and_an_erasure_leaves_no_trace_of_her_in_a_second_one(house):
    house.book()
    house.tick(seconds=5)
    house.text_in("can i bring my dog?")
    house.tick(seconds=5)
    with house.works.database.writing() as session:
        anna = session.scalars(select(Patient)).one()
        before = json.dumps(everything_about(Record(session, anna), house.clock()))
        erase(session, anna, "test", house.clock())
        after = json.dumps(everything_about(Record(session, anna), house.clock()))
    for trace in ("Anna", ANNA, "dog"):
        assert trace in before
        assert trace not in after
    assert scrub(house.works.database)


def test_a_joined_piece_on_a_shared_phone_goes_where_its_answer_went(house):
    house.book()
    house.book(name="Bea Reed", external_id="visit-2", visit="2026-12-12 14:00")
    house.text_in("is it ok")
    house.text_in("to wear makeup tomorrow")
    with house.works.database.reading() as session:
        parts = [Record(session, one) for one in session.scalars(select(Patient))]
        assert len(parts) == 2
        for part in parts:
            mine = {text.id for text in part.texts_in}
            assert all((text.reading or {}).get("with", text.id) in mine for text in part.texts_in)
            assert len(mine) + part.not_told_apart == 2


def test_a_database_of_this_version_is_fit_and_one_without_tables_is_not(house, tmp_path):
    assert why_unfit(house.works.database, house.clock()) is None
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    empty.reach()
    assert "migrate" in (why_unfit(empty, house.clock()) or "")
    empty.close()


def test_where_nothing_is_due_nothing_waits(house):
    house.book()
    house.tick(seconds=5)
    with house.look() as session:
        assert not waiting(session, house.clock()).longest


def test_nothing_is_reconciled_under_a_running_process(house):
    house.book()
    other = Database(house.works.database.url)
    with other.reading() as session:
        session.scalars(select(OutboxText)).all()
        with pytest.raises(BadCopy, match="in use"):
            doubt_restored(house.works.database, house.clock())
    other.close()
    assert doubt_restored(house.works.database, house.clock()).texts == 1
    assert [row.status for row in house.outbox(step="welcome")] == ["unknown"]
