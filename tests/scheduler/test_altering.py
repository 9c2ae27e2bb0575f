"""One planned text changed by a person: dropped, at another moment, in other words; and taken back."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from care.delivery import Status
from scheduler.altering import Seen, drop, retime, reword, take_back
from scheduler.booking import BadField
from scheduler.changing import learn_facts
from store.accounts import NewStaff, create_staff
from store.tables import Conversation
from tests.cast import local, press_at_once


@pytest.fixture
def anna(house) -> str:
    """Anna is booked for the 18th; Kim is at the desk."""
    with house.works.database.writing() as session:
        create_staff(session, NewStaff("kim", "Kim", "correct horse battery", "front_desk"), house.clock())
    house.book("2026-12-18 14:00")
    house.until("2026-12-09 16:12")
    return house.outbox()[0].patient_id


def _one(house, step="seven_day_list"):
    return house.outbox(step=step)[-1]


def _seen(house, step="seven_day_list") -> Seen:
    text = _one(house, step)
    return Seen(text.id, text.changed_at)


def _names(house):
    return [name for _, name in house.sent()]


def _stir(house, anna):
    """What plans anew: a fact, the same visit confirmed again, a mark and its undoing."""
    learn_facts(house.works, anna, {"cold_sores": "no"}, "desk")
    house.book("2026-12-18 14:00")
    house.change(status="arrived")
    house.change(status="booked")


def test_a_dropped_text_says_by_whom_and_why_and_no_plan_revives_it(house, anna):
    drop(house.works, _seen(house), "told her on the phone", "kim")
    assert _one(house).reason == "Dropped by Kim: told her on the phone"
    _stir(house, anna)
    house.change(status="cancelled")
    house.change(status="booked")
    house.until("2026-12-12 12:00")
    assert _one(house).status == Status.CANCELLED
    assert _one(house).reason == "Dropped by Kim: told her on the phone"
    assert "seven_day_list" not in _names(house)
    assert "five_day_list" in _names(house)


def test_a_text_at_another_time_leaves_then_and_no_plan_moves_it_back(house, anna):
    retime(house.works, _seen(house), local("2026-12-10 17:30"), "kim")
    _stir(house, anna)
    assert "moved to this time by Kim" in _one(house).reason
    house.until("2026-12-11 12:00")
    assert [at for at, name in house.sent() if name == "seven_day_list"] == ["Thu 12-10 17:30"]


@pytest.mark.parametrize(
    "at",
    [
        pytest.param("2026-12-09 16:00", id="past"),
        pytest.param("2026-12-10 21:00", id="outside her daytime"),
        pytest.param("2026-12-11 20:30", id="of no use any more"),
        pytest.param("2026-12-10 10:00", id="its own"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_nothing_changes(house, anna, at):
    with pytest.raises(BadField):
        retime(house.works, _seen(house), local(at), "kim")
    assert _one(house).retimed_by is None
    assert _one(house).planned_for == local("2026-12-10 10:00")


def test_own_words_leave_as_written_and_are_recorded_as_such(house, anna):
    reword(house.works, _seen(house), " Anna, skip {retinol} from Friday. Kim ", "kim")
    _stir(house, anna)
    house.until("2026-12-10 12:00")
    assert house.words()[-1] == "Anna, skip {retinol} from Friday. Kim"
    row = _one(house)
    assert (row.wording, row.wording_version, row.worded_by) == (None, None, "kim")
    assert row.status in (Status.SENT, Status.DELIVERED)


def test_own_words_ask_nothing_so_a_bare_yes_confirms_nothing(house, anna):
    reword(house.works, _seen(house, "day_before"), "See you tomorrow!", "kim")
    house.until("2026-12-17 17:00")
    assert house.words()[-1] == "See you tomorrow!"
    with house.look() as session:
        assert "confirmation" not in session.scalars(select(Conversation.expecting)).all()


def test_own_words_never_go_to_somebody_who_opted_out(house, anna):
    seen = _seen(house)
    reword(house.works, seen, "Hello", "kim")
    house.text_in("STOP")
    assert _one(house).status == Status.SUPPRESSED
    with pytest.raises(BadField):
        reword(house.works, _seen(house), "Hello again", "kim")
    house.until("2026-12-10 12:00")
    assert "Hello" not in house.words()


def test_own_words_come_back_with_her_start(house, anna):
    reword(house.works, _seen(house), "Hello", "kim")
    house.text_in("STOP")
    house.text_in("START")
    house.until("2026-12-10 12:00")
    assert house.words()[-1] == "Hello"


def test_each_is_taken_back_and_the_plan_holds_again(house, anna):
    before = _one(house)
    drop(house.works, _seen(house), "no need", "kim")
    take_back(house.works, before.id, "drop", "kim")
    retime(house.works, _seen(house), local("2026-12-10 17:30"), "kim")
    reword(house.works, _seen(house), "Mine", "kim")
    take_back(house.works, before.id, "words", "kim")
    assert _one(house).planned_for == local("2026-12-10 17:30")
    take_back(house.works, before.id, "time", "kim")
    now = _one(house)
    kept = ("status", "planned_for", "due_at", "wording", "body", "why", "reason", "rung", "worded_by")
    assert {name: getattr(now, name) for name in kept} == {name: getattr(before, name) for name in kept}
    with pytest.raises(BadField):
        take_back(house.works, before.id, "time", "kim")
    house.until("2026-12-10 12:00")
    assert house.sent()[-1] == ("Thu 12-10 10:00", "seven_day_list")


def test_what_has_left_or_whose_time_has_passed_is_not_changed_any_more(house, anna):
    welcome = house.outbox(step="welcome")[0]
    seen = Seen(welcome.id, welcome.changed_at)
    for act in (lambda: drop(house.works, seen, "x", "kim"), lambda: reword(house.works, seen, "x", "kim")):
        with pytest.raises(BadField, match="has left already"):
            act()
    drop(house.works, _seen(house), "no need", "kim")
    house.until("2026-12-18 13:59")
    with pytest.raises(BadField, match="useful time has passed"):
        take_back(house.works, _one(house).id, "drop", "kim")


def test_a_moved_visit_makes_the_step_new_in_the_approved_words(house, anna):
    reword(house.works, _seen(house), "Mine", "kim")
    house.change(starts_at="2026-12-21 14:00")
    house.until("2026-12-14 12:00")
    assert "seven_day_list" in _names(house)
    assert "Mine" not in house.words()


def test_the_second_is_told_who_was_first(house, anna):
    seen = _seen(house)
    reword(house.works, seen, "Mine", "kim")
    with pytest.raises(BadField, match="Kim changed this text meanwhile"):
        reword(house.works, seen, "No, mine", "desk")
    drop(house.works, _seen(house), "no need", "kim")
    with pytest.raises(BadField, match="Kim dropped this text already"):
        drop(house.works, replace(seen), "me too", "desk")
    assert _one(house).body == "Mine"


def test_two_at_once_and_one_is_told(house, anna):
    seen = _seen(house)
    said = press_at_once(lambda who: reword(house.works, seen, f"Words of {who}", who), "kim", "ana")
    [winner] = [who for who, told in said.items() if not told]
    assert (_one(house).body, _one(house).worded_by) == (f"Words of {winner}", winner)
