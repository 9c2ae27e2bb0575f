"""What a person decided about one text outlives every new plan, until the visit itself moves: tables."""

from dataclasses import replace
from datetime import timedelta

import pytest

from care.consent import Consent
from care.course import Course
from care.delivery import Status
from care.gate import Situation, why_not_at
from care.instants import Zones
from care.planned import PlannedMessage
from care.protocol import Purpose
from care.reconcile import DropText, Known, MoveText, reconcile
from tests.care.course_kit import AT_HOME, CLINIC, at, protocol

NOW = at("2026-12-09T10:00")
VISIT = at("2026-12-11T14:00")
OWN = at("2026-12-10T16:00")
CHOSEN = at("2026-12-10T12:00")
ENDS = at("2026-12-10T20:00")
WISH = PlannedMessage("day_before", "M6", VISIT, OWN, ENDS, "day_before", 0, Purpose.CARE, "1 day before")
HELD = Known((WISH.step, VISIT), Status.PLANNED, OWN, 0, ENDS, "day_before")
DROPPED = replace(HELD, status=Status.CANCELLED, dropped=True)
RETIMED = replace(HELD, planned_for=CHOSEN, retimed=True)
WORDED = replace(HELD, wording=None, worded=True)
SOON = timedelta(minutes=30)


def _changes(known, wanted, refusal=None):
    return list(reconcile([known], wanted, lambda _: refusal, "The visit was moved", NOW))


@pytest.mark.parametrize(
    ("known", "wish", "change"),
    [
        pytest.param(DROPPED, WISH, None, id="dropped: the same plan again does not revive it"),
        pytest.param(DROPPED, replace(WISH, due_at=OWN + SOON), None, id="dropped: nor another moment"),
        pytest.param(DROPPED, replace(WISH, wording="other"), None, id="dropped: nor a fact's other words"),
        pytest.param(
            replace(HELD, status=Status.CANCELLED), WISH, WISH, id="what a plan dropped, a plan revives"
        ),
        pytest.param(RETIMED, WISH, None, id="another time: the same plan again leaves it"),
        pytest.param(
            RETIMED, replace(WISH, due_at=OWN + SOON), None, id="another time: a shifted plan leaves it"
        ),
        pytest.param(
            RETIMED,
            replace(WISH, expires_at=ENDS + SOON),
            replace(WISH, expires_at=ENDS + SOON, due_at=CHOSEN),
            id="another time: its useful end follows, its moment does not",
        ),
        pytest.param(
            RETIMED,
            replace(WISH, due_at=CHOSEN - 2 * SOON, expires_at=CHOSEN - SOON),
            replace(WISH, due_at=CHOSEN - 2 * SOON, expires_at=CHOSEN - SOON),
            id="another time that is of no use any more gives way",
        ),
        pytest.param(WORDED, WISH, None, id="own words: the same plan again leaves them"),
        pytest.param(
            WORDED, replace(WISH, wording="other"), None, id="own words: so do a fact's other words"
        ),
        pytest.param(
            replace(HELD, wording=None), WISH, WISH, id="own words taken back: the approved ones come again"
        ),
        pytest.param(
            HELD,
            replace(WISH, wording="other"),
            replace(WISH, wording="other"),
            id="approved words follow facts",
        ),
    ],
)
def test_a_new_plan_and_what_a_person_decided(known, wish, change):
    expected = [] if change is None else [MoveText(known.key, change)]
    assert _changes(known, [wish]) == expected


@pytest.mark.parametrize("known", [RETIMED, WORDED], ids=["another time", "own words"])
def test_what_is_no_longer_wanted_or_allowed_is_dropped_whoever_changed_it(known):
    assert _changes(known, []) == [DropText(known.key, Status.CANCELLED, "The visit was moved")]
    assert _changes(known, [WISH], "she texted STOP") == [
        DropText(known.key, Status.SUPPRESSED, "she texted STOP")
    ]


def test_a_dropped_text_needs_no_dropping():
    assert _changes(DROPPED, []) == []
    assert _changes(DROPPED, [WISH], "she texted STOP") == []


@pytest.mark.parametrize("known", [DROPPED, RETIMED, WORDED], ids=["dropped", "another time", "own words"])
def test_a_moved_visit_makes_the_step_new_again(known):
    moved = replace(WISH, anchor_at=VISIT + timedelta(days=3))
    new = [change for change in _changes(known, [moved]) if not isinstance(change, DropText)]
    assert [(one.message, one.status) for one in new] == [(moved, Status.PLANNED)]


# -- which other moments can be chosen

WEST = Zones(CLINIC, AT_HOME.patient.__class__("America/Los_Angeles"))


@pytest.mark.parametrize(
    ("chosen", "zones", "why"),
    [
        pytest.param("2026-12-10T12:00", AT_HOME, None, id="fits"),
        pytest.param("2026-12-10T19:59", AT_HOME, None, id="just before the window closes"),
        pytest.param("2026-12-09T10:00", AT_HOME, "is in the past", id="now"),
        pytest.param("2026-12-10T20:01", AT_HOME, "is after its useful time", id="too late to be of use"),
        pytest.param("2026-12-10T08:59", AT_HOME, "is outside 9 AM to 8 PM her time", id="too early"),
        pytest.param(
            "2026-12-10T11:00", WEST, "is outside 9 AM to 8 PM her time", id="too early where she is"
        ),
        pytest.param("2026-12-10T12:00", WEST, None, id="nine where she is"),
    ],
)
def test_a_text_may_be_moved_within_its_useful_time_and_her_daytime(chosen, zones, why):
    course = Course(booked_at=at("2026-12-01T11:00"), starts_at=VISIT)
    situation = Situation(course, {}, zones, Consent(care=True))
    said = why_not_at(protocol().step("day_before"), 0, situation, at(chosen), NOW)
    assert (said or "").startswith(why or "")
    assert (said is None) == (why is None)
