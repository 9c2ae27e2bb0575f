"""Her texts paused by a person, and let go: who, when, why; nothing lost, nothing sent meanwhile."""

import pytest

from care.delivery import Status
from handlers.console.desk import sentence
from scheduler.booking import BadField
from scheduler.pausing import pause, resume
from scheduler.replying import Reply, reply
from store.accounts import NewStaff, create_staff
from store.tables import AuditEntry
from tests.cast import local, press_at_once


@pytest.fixture
def anna(house) -> str:
    """Anna is booked for the 18th; Kim is at the desk."""
    with house.works.database.writing() as session:
        create_staff(session, NewStaff("kim", "Kim", "correct horse battery", "front_desk"), house.clock())
    house.book("2026-12-18 14:00", facts={"antiviral_rx": "yes"})
    house.until("2026-12-09 16:12")
    return house.outbox()[0].patient_id


def _step(house, step):
    return house.outbox(step=step)[0]


def test_a_held_text_says_who_paused_it_when_and_why(house, anna):
    pause(house.works, anna, "  she is\nabroad ", "kim")
    house.until("2026-12-10 10:30")
    held = _step(house, "seven_day_list")
    assert held.status == Status.PLANNED
    assert held.reason == "Held: paused by Kim on Dec 9, 4:12 PM: she is abroad"
    assert "seven_day_list" not in [name for _, name in house.sent()]


def test_resuming_looks_again_at_once(house, anna):
    pause(house.works, anna, "abroad", "kim")
    house.until("2026-12-10 12:00")
    resume(house.works, anna, "kim")
    house.tick(seconds=1)
    assert house.sent()[-1] == ("Thu 12-10 12:00", "seven_day_list")


def test_what_passed_its_useful_time_meanwhile_is_expired_with_its_reason_and_a_call_where_the_step_says(
    house, anna
):
    pause(house.works, anna, "abroad", "kim")
    house.until("2026-12-17 09:00")
    antiviral = _step(house, "antiviral_start")
    assert antiviral.status == Status.EXPIRED
    assert antiviral.reason.startswith("Held: paused by Kim on Dec 9, 4:12 PM: abroad, until")
    calls = house.tickets(kind="missed:call_patient")
    assert {call.patient_id for call in calls} == {anna}
    resume(house.works, anna, "kim")
    house.until("2026-12-18 12:00")
    assert "antiviral_start" not in [name for _, name in house.sent()]
    assert "day_before" in [name for _, name in house.sent()]


def test_answers_danger_and_a_persons_own_words_are_not_paused(house, anna):
    pause(house.works, anna, "abroad", "kim")
    before = len(house.words())
    house.text_in("my throat is closing")
    reply(house.works, Reply(anna, "We are here.", "n1"), "kim")
    house.tick(seconds=1)
    assert "911" in house.words()[before]
    assert house.words()[-1] == "We are here."


def test_a_text_planned_while_she_is_paused_waits_too(house, anna):
    pause(house.works, anna, "abroad", "kim")
    house.change(starts_at="2026-12-21 14:00")
    house.tick(minutes=5)
    [moved] = house.outbox(step="visit_moved")
    assert moved.reason.startswith("Held: paused by Kim")


def test_the_second_to_pause_is_told_by_whom_and_a_reason_is_needed(house, anna):
    pause(house.works, anna, "abroad", "kim")
    with pytest.raises(BadField) as told:
        pause(house.works, anna, "ill", "ana")
    assert "paused by Kim on Dec 9, 4:12 PM: abroad" in sentence(*told.value.problems.popitem())
    resume(house.works, anna, "ana")
    with pytest.raises(BadField):
        resume(house.works, anna, "kim")
    for why in ("", "  ", "x" * 201):
        with pytest.raises(BadField):
            pause(house.works, anna, why, "kim")


def test_two_at_once_and_only_one_pauses(house, anna):
    said = press_at_once(lambda who: pause(house.works, anna, who, who), "kim", "ana")
    [winner] = [who for who, told in said.items() if not told]
    with house.look() as session:
        entries = session.query(AuditEntry).filter_by(action="texts paused").all()
    assert [entry.actor for entry in entries] == [winner]
    assert entries[0].at == local("2026-12-09 16:12")
