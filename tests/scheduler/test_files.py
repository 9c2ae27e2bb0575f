"""A file of bookings: checked first, enrolled row by row, never twice, taken back whole or not at all."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from scheduler.booking import BadField
from scheduler.chores import do_chores
from scheduler.file_work import KEPT, work_on_files
from scheduler.files import cancel_visits, drop, receive_file, start, undo
from store.erasing import erase
from store.exporting import everything_about
from store.record import Record, patients_called
from store.tables import Appointment, ConsentEvent, ImportBatch, ImportRow, OutboxText, Patient
from tests.cast import ANNA, local

HEADER = "name,mobile,visit_local,external_id,language,cold_sores,consent_care,consent_method"
ANNA_ROW = "Anna Reed,781-555-0121,2026-12-18 14:00,v1,en,yes,yes,form"
BEN_ROW = "Ben Ito,(781) 555-0122,2026-12-21 14:00,v2,es,,yes,form"
CY_ROW = "Cy Po,781.555.0123,2026-12-22 09:30,v3,en,,,"
BAD_ROW = "Di Fu,12,2026-12-22 09:30,v4,en,,yes,form"


@pytest.fixture
def desk(house):
    return Desk(house)


class Desk:
    """Sends files, and presses the buttons."""

    def __init__(self, house) -> None:
        self.house, self.works = house, house.works

    def send(self, *rows: str, by: str = "ana", name: str = "bookings.csv") -> str:
        raw = "\n".join((HEADER, *rows)).encode()
        return receive_file(self.works, name, raw, "main", by)

    def check(self, *rows: str, **more) -> str:
        batch_id = self.send(*rows, **more)
        self.work()
        return batch_id

    def enrol(self, *rows: str, with_changes: bool = True) -> str:
        batch_id = self.check(*rows)
        start(self.works, batch_id, with_changes, "ana")
        self.work()
        return batch_id

    def work(self) -> None:
        while work_on_files(self.works):
            pass

    def batch(self, batch_id: str) -> ImportBatch:
        with self.works.database.reading() as session:
            return session.get_one(ImportBatch, batch_id)

    def rows(self, batch_id: str) -> list[ImportRow]:
        with self.works.database.reading() as session:
            rows = select(ImportRow).where(ImportRow.batch_id == batch_id)
            return list(session.scalars(rows.order_by(ImportRow.line)))

    def foreseen(self, batch_id: str) -> list[str]:
        return [row.foreseen for row in self.rows(batch_id)]

    def done(self, batch_id: str) -> list[str]:
        return [row.outcome for row in self.rows(batch_id)]

    def count(self, table) -> int:
        with self.works.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table))


def test_the_check_tells_each_row_and_writes_nothing(desk, house):
    house.book("2026-12-21 14:00", name="Ben Ito", mobile="+17815550122", external_id="v2", language="es")
    before = [desk.count(table) for table in (Patient, Appointment, OutboxText, ConsentEvent)]
    moved = BEN_ROW.replace("14:00", "16:00")
    batch_id = desk.check(ANNA_ROW, BEN_ROW, ANNA_ROW, BAD_ROW, CY_ROW, moved)
    assert desk.batch(batch_id).state == "checked"
    assert desk.foreseen(batch_id) == ["new", "known", "duplicate", "refused", "new", "refused"]
    said = [row.said for row in desk.rows(batch_id)]
    assert said[2] == [["", "The same as row 2"]]
    assert said[3][0][0] == "mobile"
    assert "No consent" in said[4][0][1]
    assert said[5][0] == ["external_id", "is in row 3 too, and that row says otherwise: leave one of the two"]
    assert [desk.count(table) for table in (Patient, Appointment, OutboxText, ConsentEvent)] == before


def test_it_counts_the_texts_that_leave_within_the_hour_and_today(desk, house):
    batch_id = desk.check(ANNA_ROW)
    [row] = desk.rows(batch_id)
    house.book("2026-12-18 14:00", facts={"cold_sores": "yes"})
    soon = [t for t in house.outbox() if t.due_at <= house.clock() + timedelta(hours=1)]
    assert (row.soon, row.today) == (len(soon), len(soon)), "the welcome and the health check"
    assert row.soon > 0


def test_what_a_row_changes_about_somebody_we_know_is_said_in_words(desk, house):
    house.book("2026-12-18 14:00", external_id="v1")
    [row] = desk.rows(desk.check(ANNA_ROW.replace("14:00", "16:00").replace(",en,", ",es,")))
    assert row.foreseen == "changes"
    words = [words for _, words in row.said]
    assert "Language: en becomes es" in words
    assert "Visit: Fri Dec 18, 2:00 PM becomes Fri Dec 18, 4:00 PM" in words
    assert "Cold sores: unknown becomes yes" in words


def test_an_opt_out_and_a_cancelled_visit_are_said(desk, house):
    house.book("2026-12-18 14:00", external_id="v1", facts={"cold_sores": "yes"})
    house.change("v1", status="cancelled")
    house.text_in("STOP")
    [row] = desk.rows(desk.check(ANNA_ROW))
    words = " ".join(words for _, words in row.said)
    assert "cancelled" in words
    assert "until she texts START herself" in words


def test_enrolling_does_what_the_check_said_each_row_by_itself(desk, house):
    batch_id = desk.enrol(ANNA_ROW, BAD_ROW, BEN_ROW)
    assert desk.batch(batch_id).state == "done"
    assert desk.done(batch_id) == ["new", None, "new"]
    assert desk.count(Patient) == 2
    assert len(house.outbox(mobile="+17815550122")) > 3


def test_changes_are_left_alone_unless_they_are_wanted(desk, house):
    house.book("2026-12-18 14:00", external_id="v1", facts={"cold_sores": "yes"})
    moved = ANNA_ROW.replace("14:00", "16:00")
    assert desk.done(desk.enrol(moved, with_changes=False)) == [None]
    assert desk.done(desk.enrol(moved)) == ["changes"]
    with house.look() as session:
        assert session.scalars(select(Appointment)).one().starts_at == local("2026-12-18 16:00")


def test_the_first_texts_of_a_file_wait_ten_minutes_and_then_leave(desk, house):
    desk.enrol(ANNA_ROW)
    house.tick(minutes=9)
    assert house.sent() == []
    house.tick(minutes=2)
    assert [name for _, name in house.sent()] == ["welcome"]


def test_a_visit_sooner_than_that_is_not_made_later_than_itself(desk, house):
    batch_id = desk.enrol(ANNA_ROW.replace("2026-12-18 14:00", "2026-12-08 11:05"))
    assert desk.done(batch_id) == ["new"]
    with house.look() as session:
        visit = session.scalars(select(Appointment)).one()
    assert visit.booked_at <= visit.starts_at


def test_after_a_crash_the_next_worker_goes_on_where_the_last_one_stopped(desk, house, monkeypatch):
    batch_id = desk.check(ANNA_ROW, BEN_ROW, CY_ROW)
    start(desk.works, batch_id, True, "ana")
    assert work_on_files(desk.works, most=1) == 1
    monkeypatch.setattr("scheduler.file_work.take", _killed)
    with pytest.raises(KeyboardInterrupt):
        work_on_files(desk.works)
    monkeypatch.undo()
    assert desk.done(batch_id) == ["new", None, None]
    desk.work()
    assert desk.done(batch_id) == ["new", "new", "new"]
    assert desk.count(Appointment) == 3


def _killed(session, works, body, earlier, entry):
    from scheduler.importing import take

    take(session, works, body, earlier, entry)
    raise KeyboardInterrupt


def test_a_row_that_breaks_us_is_refused_and_never_stops_the_others(desk, monkeypatch):
    from scheduler.importing import take

    def breaks_on_ben(session, works, body, earlier, entry):
        done = take(session, works, body, earlier, entry)
        return 1 / 0 if body.patient.name == "Ben Ito" else done

    monkeypatch.setattr("scheduler.file_work.take", breaks_on_ben)
    batch_id = desk.check(ANNA_ROW, BEN_ROW, CY_ROW)
    assert desk.foreseen(batch_id) == ["new", "refused", "new"]
    assert desk.count(Patient) == 0


def test_two_workers_on_one_file_enrol_nobody_twice(desk, house):
    rows = [
        f"Patient {n},781-555-{200 + n:04d},2026-12-18 {9 + n % 8:02d}:00,p{n},en,,yes,form"
        for n in range(24)
    ]
    batch_id = desk.check(*rows)
    start(desk.works, batch_id, True, "ana")
    _together(desk.work, desk.work, desk.work)
    assert desk.done(batch_id) == ["new"] * 24
    assert desk.count(Appointment) == 24
    assert desk.count(ConsentEvent) == 24


def test_two_people_with_the_same_file_at_once_enrol_nobody_twice(desk, house):
    one, two = desk.check(ANNA_ROW, BEN_ROW, by="ana"), desk.check(ANNA_ROW, BEN_ROW, by="kim")
    start(desk.works, one, True, "ana")
    start(desk.works, two, True, "kim")
    _together(desk.work, desk.work)
    assert sorted(desk.done(one) + desk.done(two)) == ["known", "known", "new", "new"]
    assert desk.count(Appointment) == 2
    keys = [text.dedupe_key for text in house.outbox()]
    assert len(keys) == len(set(keys))


def test_two_presses_at_once_start_a_file_once(desk):
    batch_id = desk.check(ANNA_ROW)
    told: list[str] = []

    def press(who: str) -> None:
        try:
            start(desk.works, batch_id, True, who)
        except BadField as error:
            told.append(str(error))

    _together(lambda: press("ana"), lambda: press("kim"))
    assert len(told) == 1
    assert "has started this file already" in told[0]


def _together(*jobs) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_before_its_first_text_a_file_can_be_taken_back_whole(desk, house):
    house.book("2026-12-28 10:00", name="Ben Ito", mobile="+17815550122", external_id="older")
    house.tick(minutes=1)
    before = {t.id: (t.status, t.due_at) for t in house.outbox(mobile="+17815550122")}
    batch_id = desk.enrol(ANNA_ROW, BEN_ROW)
    undo(desk.works, batch_id, "ana")
    assert {t.status for t in house.outbox(mobile=ANNA)} == {"cancelled"}, "at once, before the rest"
    desk.work()
    assert desk.batch(batch_id).state == "undone"
    assert desk.done(batch_id) == ["undone", "undone"]
    with house.look() as session:
        visits = {v.external_id: v.status for v in session.scalars(select(Appointment))}
    assert visits.pop("older") == "booked"
    assert set(visits.values()) == {"cancelled"}
    now = {t.id: (t.status, t.due_at) for t in house.outbox(mobile="+17815550122")}
    assert {one: now[one] for one in before} == before, "what was there before is as it was"
    house.until("2026-12-12 12:00")
    assert house.sent(ANNA) == []


def test_the_same_file_can_be_sent_again_after_it_was_taken_back(desk, house):
    undo(desk.works, desk.enrol(ANNA_ROW), "ana")
    desk.work()
    batch_id = desk.enrol(ANNA_ROW)
    assert desk.done(batch_id) == ["new"]
    house.tick(minutes=11)
    assert [name for _, name in house.sent()] == ["welcome"]


def test_once_a_text_has_left_it_is_not_taken_back_but_its_visits_can_be_cancelled(desk, house):
    batch_id = desk.enrol(ANNA_ROW, BEN_ROW)
    house.tick(minutes=11)
    statuses = [text.status for text in house.outbox()]
    with pytest.raises(BadField, match="has left already"):
        undo(desk.works, batch_id, "ana")
    assert [text.status for text in house.outbox()] == statuses, "nothing half done"
    assert desk.batch(batch_id).state == "done"
    cancel_visits(desk.works, batch_id, "ana")
    desk.work()
    assert {text.status for text in house.outbox()} <= {"sent", "delivered", "cancelled"}
    sent = len(house.carrier.handed)
    house.until("2026-12-19 12:00")
    assert len(house.carrier.handed) == sent


def test_a_visit_marked_since_is_left_as_it_is(desk, house):
    batch_id = desk.enrol(ANNA_ROW, CY_ROW)
    house.change("v3", status="arrived")
    undo(desk.works, batch_id, "ana")
    desk.work()
    with house.look() as session:
        visits = {v.patient.name: v.status for v in session.scalars(select(Appointment))}
    assert visits == {"Anna Reed": "cancelled", "Cy Po": "arrived"}


def test_a_file_that_was_not_started_can_be_put_away(desk):
    batch_id = desk.check(ANNA_ROW)
    drop(desk.works, batch_id, "ana")
    with pytest.raises(BadField):
        start(desk.works, batch_id, True, "ana")
    assert desk.count(Patient) == 0


def test_what_the_lines_held_is_dropped_after_a_week_and_the_counts_stay(desk, house):
    batch_id, waiting = desk.enrol(ANNA_ROW, BAD_ROW), desk.check(CY_ROW)
    house.clock.move_to(house.clock() + KEPT + timedelta(minutes=1))
    do_chores(desk.works)
    for row in (*desk.rows(batch_id), *desk.rows(waiting)):
        assert (row.cells, row.said, row.mobile, row.visit_key) == ({}, [], None, None)
    assert desk.foreseen(batch_id) == ["new", "refused"]
    assert desk.batch(waiting).state == "dropped"


def test_lines_of_a_file_are_exported_and_erased_with_her(desk, house):
    batch_id = desk.enrol(ANNA_ROW, BEN_ROW)
    refused = desk.check(ANNA_ROW.replace("2026-12-18 14:00", "2020-01-01 10:00"), name="anna reed.csv")
    with house.works.database.writing() as session:
        [her] = patients_called(session, ANNA)
        lines = everything_about(Record(session, her), house.clock())["lines_of_files"]
        assert [line["cells"]["name"] for line in lines] == ["Anna Reed", "Anna Reed"]
        erase(session, her, "owner", house.clock())
    anna, ben = desk.rows(batch_id)
    assert (anna.cells, anna.mobile, anna.said) == ({}, None, [])
    assert ben.cells["name"] == "Ben Ito"
    assert desk.rows(refused)[0].cells == {}
    assert "anna" not in desk.batch(refused).name


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(b"", "no header", id="empty"),
        pytest.param(HEADER.encode(), "no rows", id="no rows"),
        pytest.param(b"PK\x03\x04...", "Excel workbook", id="workbook"),
        pytest.param(b"%PDF-1.7", "a PDF", id="pdf"),
        pytest.param(b"name,mobile\0", "not a text file", id="binary"),
        pytest.param(
            b"shoes,mobile,visit\n1,2,3", "unknown column 'shoes'".capitalize(), id="unknown column"
        ),
        pytest.param(b"name,mobile,visit\n" + b"a,b,c\n" * 5001, "more than 5,000 rows", id="too many rows"),
        pytest.param(b"x" * 4_000_001, "larger than 4 MB", id="too large"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_nothing_is_stored(desk, raw, said):
    with pytest.raises(BadField, match=said):
        receive_file(desk.works, "file.csv", raw, "main", "ana")
    assert desk.count(ImportBatch) == 0


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"], ids=["UTF-8", "with a mark", "Windows", "UTF-16"]
)
def test_accents_survive_whatever_wrote_the_file(desk, encoding):
    raw = f"{HEADER}\n{ANNA_ROW.replace('Reed', 'Peña')}".replace(",", ";").encode(encoding)
    batch_id = receive_file(desk.works, "file.csv", raw, "main", "ana")
    assert desk.rows(batch_id)[0].cells["name"] == "Anna Peña"
