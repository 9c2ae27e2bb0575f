"""The table of late bookings, row by row: what goes out when the usual moment has gone by."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.course import Course, VisitStatus
from care.instants import Zones, local_day, wall_clock
from care.plan import plan
from care.protocol import Anchor, Fact, Purpose
from tests.care.course_kit import (
    CLINIC,
    at,
    calendar,
    calls,
    code,
    course_plan,
    days_before,
    from_visit,
    protocol,
    why_not,
)

VISIT = "2026-12-18T14:00"  # a Friday
EVE = ["-1 16:00 M6", "+0 08:00 M7"]
TAIL = ["-3 10:00 M5", *EVE]
RX = {"antiviral_rx": "yes"}


def booked(days: int, hour: str, facts: dict[str, str] | None = None) -> list[str]:
    """The calendar of a booking so many days ahead at that clinic hour, without M0 and M1."""
    lines = from_visit(course_plan(days_before(VISIT, days, hour), VISIT, facts), VISIT)
    return [line for line in lines if line.split()[-1] not in ("M0", "M1")]


FULL = ["-8 10:00 M2", "-6 10:00 M3", *TAIL]


@pytest.mark.parametrize(
    ("days", "hour", "expected"),
    [
        *(pytest.param(9, h, FULL, id=f"9 days, {h}") for h in ("07:00", "11:00", "17:00", "19:59")),
        pytest.param(30, "11:00", FULL, id="a month"),
        # 7-8: the slot of the seven-day list is gone; the days start today or later, so its words hold
        pytest.param(8, "07:00", ["-8 11:00 M2", *FULL[1:]], id="8 days, before opening"),
        pytest.param(8, "11:00", ["-8 13:00 M2", *FULL[1:]], id="8 days, late morning"),
        pytest.param(8, "17:00", ["-8 19:00 M2", *FULL[1:]], id="8 days, evening"),
        pytest.param(8, "18:30", ["-7 10:00 M2", *FULL[1:]], id="8 days, too late for today"),
        pytest.param(8, "21:00", ["-7 11:00 M2", *FULL[1:]], id="8 days, at night"),
        pytest.param(7, "11:00", ["-7 13:00 M2", *FULL[1:]], id="7 days"),
        pytest.param(7, "17:00", ["-7 19:00 M2", *FULL[1:]], id="7 days, evening"),
        # 5-6: the seven days have begun, the five have not
        pytest.param(6, "11:00", ["-6 13:00 MC1", "-6 16:00 M3", *TAIL], id="6 days"),
        pytest.param(6, "07:00", ["-6 11:00 MC1", "-6 14:00 M3", *TAIL], id="6 days, before opening"),
        pytest.param(6, "16:00", ["-6 18:00 MC1", "-5 10:00 M3", *TAIL], id="6 days, afternoon"),
        pytest.param(7, "21:00", ["-6 11:00 MC1", "-6 14:00 M3", *TAIL], id="7 days, at night"),
        pytest.param(5, "11:00", ["-5 13:00 MC1", "-5 16:00 M3", *TAIL], id="5 days"),
        pytest.param(5, "16:00", ["-5 18:00 MC1", "-4 10:00 MC2", *TAIL], id="5 days, afternoon"),
        # 4: both have begun
        pytest.param(4, "11:00", ["-4 13:00 MC1", "-4 16:00 MC2", *TAIL], id="4 days"),
        pytest.param(
            4, "16:00", ["-4 18:00 MC1", "-3 10:00 MC2", "-3 12:00 M5", *EVE], id="4 days, afternoon"
        ),
        # 3: the skin check is carried by the day-before text
        pytest.param(3, "11:00", ["-3 13:00 MC1", "-3 16:00 MC2", *EVE], id="3 days"),
        pytest.param(3, "07:00", ["-3 11:00 MC1", "-3 14:00 MC2", *EVE], id="3 days, before opening"),
        pytest.param(4, "21:00", ["-3 11:00 MC1", "-3 14:00 MC2", *EVE], id="4 days, at night"),
        pytest.param(3, "17:00", ["-3 17:30 MC3", *EVE], id="3 days, no room for two"),
        # 2: one text asks it all
        pytest.param(2, "11:00", ["-2 11:30 MC3", *EVE], id="2 days"),
        pytest.param(2, "17:00", ["-2 17:30 MC3", *EVE], id="2 days, evening"),
        pytest.param(3, "21:00", ["-2 09:30 MC3", *EVE], id="3 days, at night"),
        # 1: the day-before text only when it is two hours off
        pytest.param(1, "11:00", ["-1 11:30 MC3", *EVE], id="1 day"),
        pytest.param(1, "14:00", ["-1 14:30 MC3", "-1 16:30 M6", EVE[1]], id="1 day, two hours before M6"),
        pytest.param(1, "14:01", ["-1 14:31 MC3", EVE[1]], id="1 day, too near to M6"),
        pytest.param(1, "17:00", ["-1 17:30 MC3", EVE[1]], id="1 day, evening"),
        # 0: neither
        pytest.param(0, "08:00", ["+0 09:30 MC3"], id="today, before opening"),
        pytest.param(0, "11:00", ["+0 11:30 MC3"], id="today"),
    ],
)
def test_each_row_of_the_table(days, hour, expected):
    assert booked(days, hour) == expected


@pytest.mark.parametrize(
    ("days", "hour", "expected"),
    [
        pytest.param(9, "11:00", ["-5 16:00 M4a", "-2 08:30 M4b"], id="9 days"),
        pytest.param(6, "11:00", ["-5 16:00 M4a", "-2 08:30 M4b"], id="6 days"),
        pytest.param(4, "11:00", ["-4 11:15 M4a", "-2 08:30 M4b"], id="4 days: at once"),
        pytest.param(3, "09:00", ["-3 09:15 M4a", "-2 08:30 M4b"], id="3 days, in the morning: at once"),
        pytest.param(3, "12:30", ["-2 08:30 M4b"], id="3 days, after noon: only the start"),
        pytest.param(2, "07:00", [], id="2 days: never a late text"),
        pytest.param(2, "11:00", [], id="2 days, later: never a late text"),
        pytest.param(0, "11:00", [], id="today"),
    ],
)
def test_the_medicine_is_asked_after_and_started_in_time_or_not_texted_at_all(days, hour, expected):
    lines = booked(days, hour, RX)
    assert [line for line in lines if line.split()[-1] in ("M4a", "M4b")] == expected


@pytest.mark.parametrize(
    ("days", "hour", "called"),
    [
        pytest.param(4, "11:00", False, id="4 days: both texts are in time"),
        pytest.param(3, "12:30", True, id="3 days, after noon: picked up?"),
        pytest.param(2, "11:00", True, id="2 days"),
        pytest.param(0, "11:00", True, id="today"),
    ],
)
def test_a_missed_text_about_the_medicine_is_a_phone_call(days, hour, called):
    planned = course_plan(days_before(VISIT, days, hour), VISIT, RX)
    assert ("call_patient" in calls(planned)) is called


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        pytest.param(9, {"cold_sore_prescriber"}, id="9 days"),
        pytest.param(4, {"cold_sore_prescriber"}, id="4 days: the prescriber, same day"),
        pytest.param(2, {"cold_sore_call_now"}, id="2 days: a call now"),
        pytest.param(1, {"cold_sore_call_now", "pre_check"}, id="1 day"),
        pytest.param(0, {"cold_sore_call_now", "pre_check"}, id="today"),
    ],
)
def test_cold_sores_are_a_call_before_they_are_a_text(days, wanted):
    planned = course_plan(days_before(VISIT, days, "11:00"), VISIT, {"cold_sores": "yes"})
    assert wanted <= calls(planned)
    assert not {"M4a", "M4b"} & {code(message) for message in planned.messages}


@pytest.mark.parametrize(("days", "called"), [(2, False), (1, True), (0, True)])
def test_booked_for_today_or_tomorrow_the_staff_ask_by_phone(days, called):
    planned = course_plan(days_before(VISIT, days, "11:00"), VISIT)
    assert ("pre_check" in calls(planned)) is called


def test_the_seven_day_questions_are_never_asked_twice():
    """Booked three days ahead with a prescription there is no room for three texts: the two lists merge."""
    planned = course_plan(days_before(VISIT, 3, "09:00"), VISIT, RX)
    assert from_visit(planned, VISIT)[2:] == [
        *("-3 09:15 M4a", "-3 11:15 MC3", "-2 08:30 M4b", "-1 16:00 M6", "+0 08:00 M7"),
    ]


def test_a_booking_at_night_is_welcomed_in_the_morning_and_planned_from_there():
    assert calendar(course_plan("2026-12-07T22:10", "2026-12-11T14:00")) == calendar(
        course_plan("2026-12-08T09:00", "2026-12-11T14:00")
    )


def test_every_step_left_out_says_why():
    planned = course_plan(days_before(VISIT, 1, "17:00"), VISIT)
    assert {"seven_day_list", "five_day_list", "skin_check", "day_before"} & set(why_not(planned)) == {
        *("five_day_list", "skin_check", "day_before"),
    }
    assert all(why_not(planned).values())


# -- promises, over random bookings

ZONES = ["America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "America/Halifax", "Europe/Madrid"]
FACTS = {
    fact.name: (*fact.values, None)
    for fact in protocol().facts
    if fact.name != "area"  # no step looks at it
}


@st.composite
def courses(draw):
    """A visit in office hours, booked up to 40 days ahead at any hour, perhaps moved, perhaps done."""
    day = date(2026, 10, 1) + timedelta(days=draw(st.integers(0, 200)))
    start = wall_clock(day, time(draw(st.integers(8, 18)), draw(st.sampled_from([0, 30]))), CLINIC)
    booked_at = start - timedelta(minutes=draw(st.integers(1, 40 * 24 * 60)))
    moved_at = ended_at = None
    if draw(st.booleans()):
        moved_at = booked_at + (start - booked_at) * draw(st.floats(0, 0.99))
    if draw(st.booleans()):
        ended_at = start + timedelta(minutes=draw(st.integers(30, 300)))
    status = VisitStatus.FULFILLED if ended_at else VisitStatus.BOOKED
    return Course(booked_at, start, status, moved_at=moved_at, ended_at=ended_at)


@st.composite
def situations(draw):
    course = draw(courses())
    values = draw(st.fixed_dictionaries({name: st.sampled_from(known) for name, known in FACTS.items()}))
    until = min(course.starts_at, course.ended_at or course.starts_at) - course.booked_at
    facts = {
        name: Fact(value, course.booked_at + until * draw(st.floats(0, 1)))
        for name, value in values.items()
        if value
    }
    return course, facts, Zones(CLINIC, ZoneInfo(draw(st.sampled_from(ZONES))))


SEARCH = settings(max_examples=300, deadline=None)


@SEARCH
@given(situations())
def test_never_more_than_two_timed_texts_a_day_and_never_closer_than_two_hours(situation):
    _, _, zones = situation
    timed = [m.due_at for m in plan(protocol(), *situation).messages if m.purpose is not Purpose.BOOKING]
    days = [local_day(due, zones.patient) for due in timed]
    assert all(days.count(day) <= 2 for day in days)
    assert all(later - earlier >= timedelta(hours=2) for earlier, later in pairwise(timed))


@SEARCH
@given(situations())
def test_every_text_is_planned_inside_its_window_on_her_clock_and_before_it_expires(situation):
    course, _, zones = situation
    for message in plan(protocol(), *situation).messages:
        window = protocol().step(message.step).window
        hers = message.due_at.astimezone(zones.patient).time()
        assert window.opens <= hers < window.closes
        assert time(8) <= hers < time(21)
        assert course.booked_at <= message.due_at <= message.expires_at


@SEARCH
@given(situations())
def test_every_step_is_planned_once_or_left_out_with_a_reason(situation):
    course, _, _ = situation
    planned = plan(protocol(), *situation)
    told = [m.step for m in planned.messages] + [s.step for s in planned.skipped]
    anchors = {Anchor.VISIT_END} if course.ended_at else {Anchor.BOOKING, Anchor.VISIT}
    if course.moved_at and not course.ended_at:
        anchors.add(Anchor.MOVE)
    assert sorted(told) == sorted(s.name for s in protocol().steps if s.at.anchor in anchors)
    assert all(skipped.reason for skipped in planned.skipped)
    assert all(message.reason for message in planned.messages)


@SEARCH
@given(situations())
def test_no_words_are_sent_twice_and_no_question_is_asked_twice(situation):
    planned = plan(protocol(), *situation).messages
    wordings = [m.wording for m in planned if m.purpose is not Purpose.BOOKING]
    assert len(wordings) == len(set(wordings))
    merged = [m for m in planned if m.wording == "all_questions"]
    if merged:
        assert not {"seven_day_questions", "five_day_questions"} & set(wordings)


@SEARCH
@given(situations())
def test_the_medicine_starts_two_days_before_or_somebody_calls(situation):
    course, facts, _ = situation
    planned = plan(protocol(), *situation)
    if course.ended_at or facts.get("antiviral_rx", Fact("no", datetime.now(UTC))).value != "yes":
        return
    starts = [m for m in planned.messages if m.step == "antiviral_start"]
    two_days_before = local_day(course.starts_at, CLINIC) - timedelta(days=2)
    assert [local_day(m.due_at, CLINIC) for m in starts] == [two_days_before] * len(starts)
    assert bool(starts) != any(call.step == "antiviral_start" for call in planned.calls)


def test_the_same_course_gives_the_same_plan():
    course = Course(at("2026-12-08T11:00"), at("2026-12-11T14:00"))
    zones = Zones(CLINIC, CLINIC)
    assert plan(protocol(), course, {}, zones) == plan(protocol(), course, {}, zones)
