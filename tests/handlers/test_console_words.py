"""How the pages say times, states and lengths."""

from datetime import timedelta
from decimal import Decimal

import pytest

from care.course import VisitStatus
from care.delivery import Status
from care.reading import Intent, Urgency
from handlers.console import looks, timeline, words
from store.tables import Ticket
from tests.cast import ZONE, local

NOW = local("2026-12-08 11:00")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        pytest.param("2026-12-08 11:00", "now", id="this moment"),
        pytest.param("2026-12-08 11:12", "in 12 min", id="minutes ahead"),
        pytest.param("2026-12-08 12:00", "in 1 hour", id="one hour ahead"),
        pytest.param("2026-12-08 13:05", "in 2 hours", id="hours ahead"),
        pytest.param("2026-12-08 10:48", "12 min ago", id="minutes past"),
        pytest.param("2026-12-08 20:00", "today, 8:00 PM", id="later today"),
        pytest.param("2026-12-09 16:00", "tomorrow, 4:00 PM", id="tomorrow"),
        pytest.param("2026-12-07 09:30", "yesterday, 9:30 AM", id="yesterday"),
        pytest.param("2026-12-11 14:00", "Fri Dec 11, 2:00 PM", id="this week"),
        pytest.param("2027-01-11 00:05", "Mon Jan 11, 2027, 12:05 AM", id="next year, after midnight"),
    ],
)
def test_a_time_is_said_as_people_say_it(at, said):
    assert words.relative(local(at), NOW, ZONE) == said


def test_a_moment_ago_is_not_in_the_future():
    assert words.relative(NOW - timedelta(seconds=20), NOW, ZONE) == "just now"


def test_every_state_has_a_word_an_icon_and_a_look():
    assert set(looks.STATES) == set(Status)
    assert set(looks.URGENCIES) == set(Urgency)
    assert set(looks.VISITS) == set(VisitStatus)
    assert set(looks.INTENTS) == set(Intent)


def test_a_tickets_reason_is_told_without_the_tables_row_numbers():
    ticket = Ticket(reason="R1 trouble breathing; R18 severe pain", kind="R1", urgency=4)
    assert words.reason(ticket) == "Trouble breathing; severe pain"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("See you at 2", "12 of 160 characters: 1 text", id="short"),
        pytest.param("a" * 161, "161 of 306 characters: 2 texts", id="one too many"),
        pytest.param("ok 👍", "5 of 70 characters: 1 text", id="an emoji"),
        pytest.param(
            "👍" * 36, "72 of 134 characters: 2 texts; an accent or emoji makes it cost more", id="emojis"
        ),
    ],
)
def test_what_a_text_costs_is_said_while_it_is_written(body, said):
    assert words.parts(body) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        pytest.param("0", "about 0 cents", id="nothing"),
        pytest.param("0.012", "about 1.2 cents", id="one part"),
        pytest.param("0.01", "about 1 cent", id="one cent"),
        pytest.param("0.9996", "about $1.00", id="nearly a dollar"),
        pytest.param("4.236", "about $4.24", id="a few dollars"),
        pytest.param("13200.4", "about $13,200", id="a year's"),
    ],
)
def test_money_is_said_as_the_estimate_it_is(amount, said):
    assert words.money(Decimal(amount)) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param(-1, "1 day before the visit", id="the day before"),
        pytest.param(-8, "8 days before the visit", id="days before"),
        pytest.param(21, "3 weeks after the visit", id="whole weeks"),
        pytest.param(22, "22 days after the visit", id="not whole weeks"),
    ],
)
def test_a_day_of_the_timeline_says_how_far_the_visit_is(days, said):
    own_day = NOW.date()
    assert timeline.away(own_day + timedelta(days=days), own_day) == said
