"""The last look at a text that something holds back: a table, and its last moment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from care.consent import Consent
from care.course import Course
from care.delivery import Status
from care.gate import Drop, Holding, Send, Situation, Wait, look_again
from care.reading import Urgency
from tests.care.course_kit import AT_HOME, at, protocol

VISIT = at("2026-12-11T14:00")
COURSE = Course(booked_at=at("2026-12-01T11:00"), starts_at=VISIT)
NOW = at("2026-12-10T16:00")
DAY_BEFORE = protocol().step("day_before")
PAUSED = "paused by Kim on Dec 3, 4:12 PM: she is abroad"
HOUR = timedelta(hours=1)


def _look(holding: Holding, step=DAY_BEFORE, now=NOW, **more):
    situation = Situation(COURSE, {}, AT_HOME, Consent(care=True), holding)
    return look_again(step, VISIT, 0, replace(situation, **more), now)


@pytest.mark.parametrize(
    ("holding", "reason"),
    [
        pytest.param(Holding(), None, id="nothing"),
        pytest.param(Holding(paused=PAUSED), f"Held: {PAUSED}", id="paused"),
        pytest.param(
            Holding(Urgency.EMERGENCY, paused=PAUSED), f"Held: {PAUSED}", id="a pause outlives the ticket"
        ),
        pytest.param(Holding(Urgency.CRISIS), "Held: an emergency ticket is open", id="a crisis"),
        pytest.param(
            Holding(visit_on_hold="pregnant"), "Held: the visit is on hold (pregnant)", id="on hold"
        ),
        pytest.param(Holding(Urgency.ROUTINE), None, id="a question about the price"),
    ],
)
def test_what_holds_a_text_and_what_staff_read(holding, reason):
    verdict = _look(holding)
    assert verdict == (Wait(NOW + HOUR, reason) if reason else Send("day_before", 0))


def test_a_held_text_is_looked_at_once_more_at_its_last_moment_and_not_dropped_before():
    verdict = _look(Holding(paused=PAUSED), now=at("2026-12-10T19:50"))
    assert verdict == Wait(at("2026-12-10T20:00"), f"Held: {PAUSED}")


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=5)])
def test_what_was_held_past_its_time_says_by_what_and_becomes_a_call_where_the_step_says_so(late):
    step = protocol().step("antiviral_start")
    yes = {"antiviral_rx": _fact("yes")}
    until = at("2026-12-09T20:00")
    verdict = _look(Holding(paused=PAUSED), step, until + late, facts=yes)
    assert verdict == Drop(
        Status.EXPIRED, f"Held: {PAUSED}, until its useful time had passed", step.if_missed
    )
    assert step.if_missed


def _fact(value):
    from care.protocol import Fact

    return Fact(value, COURSE.booked_at)


def test_what_nobody_held_says_only_that_its_time_passed():
    step = protocol().step("antiviral_start")
    verdict = _look(Holding(), step, at("2026-12-09T20:05"), facts={"antiviral_rx": _fact("yes")})
    assert verdict.reason == "Its useful time passed before it could leave"


def test_an_opt_out_and_a_visit_that_is_off_beat_a_pause():
    holding = Holding(paused=PAUSED)
    assert _look(holding, consent=Consent(care=True, opted_out="no")).status is Status.SUPPRESSED
    off = replace(COURSE, status="cancelled")
    assert _look(holding, course=off).status is Status.CANCELLED


@pytest.mark.parametrize(
    ("own_words", "verdict"),
    [
        pytest.param(
            False, Drop(Status.CANCELLED, "Carried by another text that already left"), id="approved"
        ),
        pytest.param(True, Send("day_before", 0), id="a person's own words are said nowhere else"),
    ],
)
def test_words_that_already_went_stand_for_the_approved_ones_only(own_words, verdict):
    assert _look(Holding(), wordings={"day_before"}, own_words=own_words) == verdict
