"""The worked example: booked Tuesday 11:00 for Friday 14:00, and everything that can happen to it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.course import Course, VisitStatus
from care.delivery import Status
from care.instants import Zones
from care.plan import plan
from care.planned import Plan
from care.protocol import Fact
from care.reconcile import DropText, Known, MoveText, PlanText, key_of, reconcile
from tests.care.course_kit import (
    AT_HOME,
    CLINIC,
    at,
    calendar,
    calls,
    catalog,
    course_plan,
    done_plan,
    from_visit,
    protocol,
    why_not,
)

BOOKED, VISIT, ENDED = "2026-12-08T11:00", "2026-12-11T14:00", "2026-12-11T16:00"
BEFORE = [
    *("Tue 08 11:00 M0", "Tue 08 11:10 M1", "Tue 08 13:00 MC1", "Tue 08 16:00 MC2"),
    *("Thu 10 16:00 M6", "Fri 11 08:00 M7"),
]
AFTER = ["Fri 11 17:00 M8", "Sat 12 09:00 M9", "Mon 14 11:00 M10", "Fri 18 10:00 M11"]
PACIFIC = ZoneInfo("America/Los_Angeles")


def test_the_worked_example_to_the_minute():
    assert calendar(course_plan(BOOKED, VISIT)) == BEFORE
    assert calendar(done_plan(BOOKED, VISIT, ENDED, {"kit_given": "yes"})) == AFTER


def test_the_skin_check_is_carried_by_the_day_before_text():
    assert "carries it" in why_not(course_plan(BOOKED, VISIT))["skin_check"]


def test_the_day_three_text_is_planned_but_off_until_the_clinic_signs_it():
    assert catalog().say("day_three", "en") is None


def test_an_antiviral_prescribed_after_the_health_check_starts_two_days_before():
    course = Course(at(BOOKED), at(VISIT))
    facts = {"antiviral_rx": Fact("yes", at("2026-12-08T12:30"))}
    planned = plan(protocol(), course, facts, AT_HOME)
    assert "Wed 09 08:30 M4b" in calendar(planned)
    assert [line for line in calendar(planned) if not line.endswith("M4b")] == BEFORE


def test_cold_sores_told_after_the_health_check_ask_for_a_call():
    course = Course(at(BOOKED), at(VISIT))
    facts = {"cold_sores": Fact("yes", at("2026-12-08T12:00"))}
    planned = plan(protocol(), course, facts, AT_HOME)
    assert "cold_sore_call_now" in calls(planned)
    assert calendar(planned) == BEFORE


# -- the clocks change


SPRING_AND_AUTUMN = [
    *(f"2026-10-{day}" for day in (29, 30, 31)),
    *(f"2026-11-{day:02}" for day in (1, 2, 3, 4)),
    *(f"2027-03-{day:02}" for day in range(10, 18)),
]


@pytest.mark.parametrize("day", SPRING_AND_AUTUMN)
def test_clock_changes_move_no_text_by_an_hour(day):
    visit, ended = f"{day}T14:00", f"{day}T16:00"
    booked = (datetime.fromisoformat(f"{day}T11:00") - timedelta(days=3)).isoformat()
    before = course_plan(booked, visit)
    after = done_plan(booked, visit, ended, {"kit_given": "yes"})
    assert from_visit(before, visit) == [
        *("-3 11:00 M0", "-3 11:10 M1", "-3 13:00 MC1", "-3 16:00 MC2", "-1 16:00 M6", "+0 08:00 M7"),
    ]
    assert from_visit(after, visit) == ["+0 17:00 M8", "+1 09:00 M9", "+3 11:00 M10", "+7 10:00 M11"]


@pytest.mark.parametrize("day", ["2026-11-03", "2027-03-16"])
def test_a_full_course_across_a_clock_change_has_each_text_once(day):
    planned = course_plan(
        (datetime.fromisoformat(f"{day}T11:00") - timedelta(days=20)).isoformat(), f"{day}T14:00"
    )
    assert from_visit(planned, f"{day}T14:00")[2:] == [
        *("-8 10:00 M2", "-6 10:00 M3", "-3 10:00 M5", "-1 16:00 M6", "+0 08:00 M7"),
    ]


# -- she lives elsewhere


def test_her_own_clock_decides_when_a_text_may_leave():
    zones = Zones(CLINIC, PACIFIC)
    planned = course_plan("2026-11-20T11:00", VISIT, {"antiviral_rx": "yes"}, zones)
    after = done_plan("2026-11-20T11:00", VISIT, ENDED, {}, zones)
    hers = [m.due_at.astimezone(PACIFIC).time() for m in (*planned.messages, *after.messages)]
    assert all(time(8) <= moment < time(21) for moment in hers)


def test_the_visit_day_text_waits_for_eight_on_her_clock():
    planned = course_plan(BOOKED, VISIT, {}, Zones(CLINIC, PACIFIC))
    assert "Fri 11 08:00 M7" in calendar(planned, PACIFIC)


def test_a_visit_too_early_for_her_clock_does_without_the_visit_day_text():
    planned = course_plan("2026-12-01T15:00", "2026-12-11T12:00", {}, Zones(CLINIC, PACIFIC))
    assert "M7" not in {line.split()[-1] for line in calendar(planned)}
    assert "visit_day" in why_not(planned)


# -- the visit moves


BOOKED_EARLY, FIRST_VISIT = "2026-11-20T11:00", "2026-12-11T14:00"


def moved(to: str, on: str, told: tuple[str, ...]) -> Plan:
    """The plan after a visit on December 11 moved; ``told``: the steps that went out for it."""
    return course_plan(BOOKED_EARLY, to, moved_at=at(on), told={step: at(FIRST_VISIT) for step in told})


WELCOMED = ("welcome", "health_check")
LISTS = (*WELCOMED, "seven_day_list", "five_day_list")


def test_moved_by_a_few_days_no_list_is_repeated():
    planned = moved("2026-12-13T14:00", "2026-12-08T11:00", (*LISTS, "skin_check"))
    codes = [line.split()[-1] for line in calendar(planned)]
    assert "Tue 08 11:00 M0r" in calendar(planned)
    assert not {"M2", "M3", "MC1", "MC2", "MC3"} & set(codes)
    assert "it still holds" in why_not(planned)["seven_day_list"]


def test_moved_by_a_week_both_windows_restart_with_the_new_date():
    planned = moved("2026-12-18T14:00", "2026-12-08T11:00", LISTS)
    assert {"Thu 10 10:00 M2", "Sat 12 10:00 M3"} <= set(calendar(planned))


def test_moved_so_that_only_the_five_days_restart_only_that_list_is_repeated():
    planned = moved("2026-12-15T14:00", "2026-12-08T11:00", LISTS)
    codes = {line.split()[-1] for line in calendar(planned)}
    assert "Wed 09 10:00 M3" in calendar(planned)
    assert not {"M2", "MC1"} & codes


def test_moved_earlier_is_a_new_booking():
    planned = moved("2026-12-04T14:00", "2026-12-01T11:00", WELCOMED)
    fresh = course_plan("2026-12-01T11:00", "2026-12-04T14:00")
    since = [m for m in planned.messages if m.due_at > at("2026-12-01T11:00")]
    assert calendar(Plan(tuple(since))) == calendar(fresh)[2:]


def test_moved_earlier_asks_again_what_was_told_for_the_later_date():
    planned = moved("2026-12-08T14:00", "2026-12-05T11:00", LISTS)
    assert {"Sat 05 13:00 MC1", "Sat 05 16:00 MC2"} <= set(calendar(planned))


@pytest.mark.parametrize("status", [VisitStatus.CANCELLED, VisitStatus.NOSHOW])
def test_a_visit_that_is_off_has_no_texts_and_no_calls(status):
    assert course_plan(BOOKED, VISIT, status=status) == Plan()


# -- the visit is done


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param({"kit_given": "yes"}, ["M8", "M9"], id="kit"),
        pytest.param({"kit_given": "no"}, ["M8n", "M9n"], id="no kit"),
        pytest.param({}, ["M8u", "M9u"], id="nobody said"),
    ],
)
def test_the_first_aftercare_texts_fit_the_kit_she_was_given(facts, codes):
    first_two = calendar(done_plan(BOOKED, VISIT, ENDED, facts))[:2]
    assert [line.split()[-1] for line in first_two] == codes


def test_once_done_nothing_about_the_visit_is_planned_any_more():
    planned = done_plan(BOOKED, VISIT, ENDED)
    assert {m.step for m in planned.messages} == {"rest_of_day", "next_day", "day_three", "one_week"}


@pytest.mark.parametrize(
    ("ended", "first"),
    [
        pytest.param("2026-12-11T15:20", "Fri 11 16:20 M8u", id="early"),
        pytest.param("2026-12-11T19:30", "Fri 11 20:30 M8u", id="evening"),
        pytest.param("2026-12-11T20:15", "Sat 12 09:00 M9u", id="too late for a text that evening"),
    ],
)
def test_aftercare_hangs_on_the_real_end(ended, first):
    assert calendar(done_plan(BOOKED, VISIT, ended))[0] == first


def test_marked_done_the_next_morning_the_past_text_expires_and_the_rest_is_planned():
    wanted = done_plan(BOOKED, VISIT, ENDED).messages
    changes = list(reconcile([], wanted, lambda _: None, "", at("2026-12-12T09:30")))
    states = {change.message.step: change.status for change in changes}
    assert states == {
        "rest_of_day": Status.EXPIRED,
        "next_day": Status.PLANNED,
        "day_three": Status.PLANNED,
        "one_week": Status.PLANNED,
    }


# -- the outbox follows the plan


class Outbox:
    """What reconciling leaves behind, kept in memory."""

    def __init__(self):
        self.held = {}

    def follow(self, wanted: Plan, now: datetime) -> int:
        changes = list(reconcile(self.held.values(), wanted.messages, lambda _: None, "moved", now))
        for change in changes:
            match change:
                case PlanText(message, status):
                    self._hold(message, status)
                case MoveText(_, message):
                    self._hold(message, Status.PLANNED)
                case DropText(key, status):
                    text = self.held[key]
                    self.held[key] = replace(text, status=status)
        return len(changes)

    def _hold(self, message, status):
        key = key_of(message)
        self.held[key] = Known(key, status, message.due_at, message.rung, message.expires_at, message.wording)

    def waiting(self):
        return {key[0] for key, text in self.held.items() if text.status is Status.PLANNED}


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(course_plan(BOOKED, VISIT), id="booked"),
        pytest.param(moved("2026-12-18T14:00", "2026-12-08T11:00", LISTS), id="moved"),
        pytest.param(done_plan(BOOKED, VISIT, ENDED), id="done"),
        pytest.param(Plan(), id="cancelled"),
    ],
)
def test_reconciling_twice_changes_nothing_the_second_time(wanted):
    outbox = Outbox()
    outbox.follow(course_plan(BOOKED, VISIT), at(BOOKED))
    outbox.follow(wanted, at("2026-12-08T11:05"))
    before = dict(outbox.held)
    assert outbox.follow(wanted, at("2026-12-08T11:05")) == 0
    assert outbox.held == before


def test_a_cancelled_visit_leaves_nothing_waiting():
    outbox = Outbox()
    outbox.follow(course_plan(BOOKED, VISIT), at(BOOKED))
    outbox.follow(Plan(), at("2026-12-08T11:05"))
    assert outbox.waiting() == set()


def test_a_moved_visit_plans_the_same_steps_anew_for_the_new_date():
    outbox = Outbox()
    outbox.follow(course_plan(BOOKED, VISIT), at(BOOKED))
    outbox.follow(
        course_plan(BOOKED, "2026-12-14T14:00", moved_at=at("2026-12-08T11:05")), at("2026-12-08T11:05")
    )
    for step in ("day_before", "visit_day"):
        states = {key[1]: text.status for key, text in outbox.held.items() if key[0] == step}
        assert states == {
            at(VISIT): Status.CANCELLED,
            datetime(2026, 12, 14, 19, tzinfo=UTC): Status.PLANNED,
        }
