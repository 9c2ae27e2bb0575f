"""The level of a text, as the triage table has it: in doubt upwards."""

import pytest

from care.reading import Flag, Intent, Phase, Reading, Urgency
from care.triage import assess, grave, is_same_day


def _reading(*rows, intents=(Intent.OTHER,), **more):
    flags = tuple(
        row if isinstance(row, Flag) else Flag(row, Urgency.ROUTINE, "received", "words") for row in rows
    )
    return Reading("a text", intents, "en", flags=flags, **more)


@pytest.mark.parametrize(
    ("row", "phase", "days", "level"),
    [
        pytest.param("R32", Phase.BEFORE, 10, Urgency.ROUTINE, id="pregnant, visit far off"),
        pytest.param("R32", Phase.BEFORE, 2, Urgency.URGENT, id="pregnant, visit within 48 hours (R22)"),
        pytest.param("R32", Phase.AFTER, 3, Urgency.URGENT, id="pregnant and treated (R22)"),
        pytest.param("R33", Phase.BEFORE, 2, Urgency.URGENT, id="isotretinoin, visit within 48 hours (R23)"),
        pytest.param("R33", Phase.AFTER, 1, Urgency.URGENT, id="isotretinoin and treated (R23)"),
        pytest.param("R34", Phase.BEFORE, 1, Urgency.ROUTINE, id="blood thinner before the visit"),
        pytest.param("R34", Phase.AFTER, 1, Urgency.URGENT, id="treated while on a blood thinner"),
        pytest.param("R24", Phase.BEFORE, 3, Urgency.URGENT, id="antiviral, visit within 3 days"),
        pytest.param("R24", Phase.BEFORE, 4, Urgency.ROUTINE, id="antiviral, 4 days ahead"),
        pytest.param("R32", Phase.UNKNOWN, None, Urgency.ROUTINE, id="pregnant, nothing known"),
    ],
)
def test_where_she_stands_raises_a_row(row, phase, days, level):
    assert assess(_reading(row), phase, days) is level


def test_her_word_that_she_was_treated_beats_our_records():
    assert assess(_reading("R32", says_treated=True), Phase.BEFORE, 20) is Urgency.URGENT


def test_a_mild_sign_weighs_more_in_a_patient_at_risk():
    assert assess(_reading("R31", "R26"), Phase.AFTER, 5) is Urgency.URGENT
    assert assess(_reading("R31", intents=(Intent.SYMPTOM,)), Phase.AFTER, 1) is Urgency.URGENT


def test_a_lowered_flag_is_not_raised_again():
    lowered = Flag("R32", Urgency.ROUTINE, "received", "not pregnant", lowered="negated")
    assert assess(_reading(lowered), Phase.AFTER, 1) is Urgency.ROUTINE


@pytest.mark.parametrize(
    ("days", "level", "same_day"),
    [
        pytest.param(0, Urgency.NONE, False, id="the day itself: expected"),
        pytest.param(3, Urgency.NONE, False, id="day 3: expected"),
        pytest.param(4, Urgency.ROUTINE, False, id="day 4: a note for staff"),
        pytest.param(7, Urgency.ROUTINE, False, id="day 7: still a note"),
        pytest.param(8, Urgency.ROUTINE, True, id="day 8: the same day"),
    ],
)
def test_the_expected_course_of_redness(days, level, same_day):
    reading = _reading(intents=(Intent.SYMPTOM,))
    assert assess(reading, Phase.AFTER, days) is level
    assert is_same_day(reading, Phase.AFTER, days) is same_day


def test_the_days_she_names_count_before_those_we_know():
    reading = _reading(intents=(Intent.SYMPTOM,), says_days=10)
    assert is_same_day(reading, Phase.AFTER, 2)


@pytest.mark.parametrize("row", ["R36", "R37"])
def test_broken_preparation_within_48_hours_is_for_today(row):
    assert is_same_day(_reading(row), Phase.BEFORE, 2)
    assert not is_same_day(_reading(row), Phase.BEFORE, 5)


def test_a_wish_for_a_person_is_routine_and_thanks_are_nothing():
    assert assess(_reading(intents=(Intent.HUMAN,)), Phase.UNKNOWN) is Urgency.ROUTINE
    assert assess(_reading(intents=(Intent.THANKS,)), Phase.UNKNOWN) is Urgency.NONE


def test_of_two_urgent_rows_the_one_that_says_more_is_answered():
    worse = Flag("R12", Urgency.URGENT, "urgent", "worse")
    eye = Flag("R16", Urgency.URGENT, "eye", "my eye")
    assert grave(_reading(worse, eye), Phase.AFTER, 1) == (eye, worse)
