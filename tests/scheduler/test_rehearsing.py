"""What is shown before a visit is moved is what the move does, and showing it writes nothing."""

import pytest

from scheduler.altering import Seen, drop, reword
from scheduler.booking import BadField
from scheduler.rehearsing import difference, rehearsed, standing
from tests.cast import ANNA, local
from tests.promises.invariants import snapshot


def _booked(house, visit="2026-12-18 14:00", **more):
    house.book(visit, **more)
    house.until("2026-12-10 12:00")


def _standing(house):
    with house.works.database.trying() as session:
        return standing(session, house.works, house.outbox()[0].patient_id)


def _seen(house, to):
    with rehearsed(house.works, "visit-1", local(to), "kim") as seen:
        return seen.difference


MOVES = {
    "three days later": "2026-12-21 14:00",
    "to tomorrow: too late for most": "2026-12-11 16:00",
    "another hour of the same day": "2026-12-18 10:00",
    "half a year later": "2027-06-18 14:00",
}


@pytest.mark.parametrize("to", MOVES.values(), ids=MOVES.keys())
@pytest.mark.parametrize(
    "facts",
    [{}, {"antiviral_rx": "yes", "cold_sores": "yes"}, {"pregnant": "yes"}],
    ids=["none", "antiviral", "hold"],
)
def test_the_move_does_exactly_what_was_shown(house, to, facts):
    _booked(house, facts=facts)
    before, shown = _standing(house), _seen(house, to)
    house.change(starts_at=to)
    assert difference(before, _standing(house)) == shown


def test_showing_it_writes_nothing(house):
    _booked(house)
    before = snapshot(house.works)
    for to in MOVES.values():
        assert _seen(house, to).new
    assert snapshot(house.works) == before


def test_each_text_is_told_from_and_to_and_the_correction_is_named(house):
    _booked(house)
    seen = _seen(house, "2026-12-21 14:00")
    moved = {shift.step: (shift.was, shift.to) for shift in seen.moves}
    assert moved["day_before"] == (local("2026-12-17 16:00"), local("2026-12-20 16:00"))
    assert [(shift.step, shift.to) for shift in seen.new if shift.corrects] == [
        ("visit_moved", local("2026-12-10 12:00"))
    ]


def test_what_she_has_and_names_the_old_time_is_told_as_wrong(house):
    _booked(house)
    wrong = {text.step for text in _seen(house, "2026-12-21 14:00").wrong}
    assert wrong == {"welcome", "seven_day_list"}


def test_a_move_to_tomorrow_says_who_must_be_called_and_what_is_left_out(house):
    _booked(house, facts={"antiviral_rx": "yes", "cold_sores": "yes"})
    seen = _seen(house, "2026-12-11 16:00")
    assert any(call.urgent for call in seen.calls)
    assert "antiviral_start" in {gone.step for gone in seen.gone}


def test_what_was_changed_by_hand_is_told_to_be_planned_anew(house):
    _booked(house)
    for step, act in (("five_day_list", "drop"), ("day_before", "words")):
        text = house.outbox(step=step)[0]
        if act == "drop":
            drop(house.works, Seen(text.id), "told her", "kim")
        else:
            reword(house.works, Seen(text.id), "Mine", "kim")
    seen = _seen(house, "2026-12-21 14:00")
    assert seen.anew == (("five_day_list", "kim"), ("day_before", "kim"))
    assert _seen(house, "2026-12-18 14:00").anew == ()


def test_for_somebody_who_opted_out_nothing_leaves_and_the_reason_is_told(house):
    _booked(house)
    house.text_in("STOP", ANNA)
    seen = _seen(house, "2026-12-21 14:00")
    assert (seen.moves, seen.new, seen.stays) == ((), (), ())
    assert [gone.step for gone in seen.gone if "she texted STOP" in gone.reason] == ["visit_moved"]


@pytest.mark.parametrize("to", ["2026-12-01 10:00"], ids=["past"])
def test_a_move_that_cannot_be_says_why(house, to):
    _booked(house)
    with pytest.raises(BadField):
        _seen(house, to)


def test_no_such_visit_is_none(house):
    with rehearsed(house.works, "nobody", local("2026-12-21 14:00"), "kim") as seen:
        assert seen is None
