"""Away for an hour, a night, a week; clocks that jump; hours that come twice or never."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from messages.segments import count
from tests.cast import local
from tests.faults.installation import both, wall_clock
from tests.faults.matrix import fault

MOBILE, OTHER = "+17815551000", "+17815551001"


def _by_step(installation, mobile: str) -> dict[str, tuple[str, str]]:
    """step -> (state, reason)."""
    return {row.step: (row.status, row.reason) for row in installation.texts(mobile=mobile) if row.step}


@fault(19)
def test_after_an_hour_away_what_was_due_leaves_at_once(installation):
    installation.book(MOBILE, wall_clock() - timedelta(minutes=70), installation.day(14))
    installation.drain()
    assert {row.wording for row in installation.due()} == {"welcome", "health_check"}
    installation.assert_each_due_text_left_once()


@fault(19)
@both
def test_after_a_night_away_what_still_helps_leaves_and_what_does_not_has_its_reason(installation):
    installation.book(MOBILE, installation.day(-1, "15:00"), installation.day(8))
    installation.book(OTHER, installation.day(-9, "15:00"), installation.day(0, "18:00"))
    installation.drain()
    hers, others = _by_step(installation, MOBILE), _by_step(installation, OTHER)
    assert {step for step, (state, _) in hers.items() if state == "sent"} == {
        "welcome",
        "health_check",
        "seven_day_list",
    }
    assert others["day_before"][0] == "expired"
    assert "useful time" in others["day_before"][1]
    assert others["visit_day"] == ("planned", "Held: at most two texts a day, two hours apart")
    installation.assert_none_left_twice()
    installation.assert_nothing_lost()


@fault(19)
def test_after_a_week_away_nobody_gets_a_burst_and_nothing_is_missing_without_a_word(installation):
    installation.book(MOBILE, installation.day(-10, "15:00"), installation.day(1))
    installation.book(OTHER, installation.day(-9, "15:00"), installation.day(-1))
    installation.drain()
    counted = [row for row in installation.due() if row.mobile == MOBILE and row.purpose == "care"]
    assert sum(row.status == "sent" for row in counted) <= 1, "the next one comes two hours later"
    for step, (state, reason) in _by_step(installation, OTHER).items():
        assert state in ("expired", "cancelled", "suppressed"), f"{step} is {state}"
        assert reason
    assert installation.twilio.texts_for(OTHER) == []
    installation.assert_none_left_twice()
    installation.assert_nothing_lost()


@fault(19)
def test_what_piled_up_leaves_at_the_pace_that_the_number_may_send(installation):
    installation.patients(12)
    installation.drain(SEGMENTS_PER_SECOND="8")
    installation.assert_each_due_text_left_once()
    taken = installation.twilio.texts
    weight = sum(count(text.body).parts for text in taken)
    took = (taken[-1].at - taken[0].at).total_seconds()
    assert took >= (weight - 2 * 8) / 8, f"{weight} segments left in {took:.1f} s"


@fault(22)
@pytest.mark.parametrize(
    "step",
    [
        pytest.param(-timedelta(hours=1), id="back an hour"),
        pytest.param(timedelta(days=1), id="forward a day"),
    ],
)
def test_a_clock_that_jumps_sends_nothing_twice_and_no_burst(house, step):
    for n in range(3):
        house.book("2026-12-18 14:00", mobile=f"+1781555{1000 + n}", external_id=f"visit-{n}")
    house.tick(minutes=1)
    before = [text.id for _, text in house.carrier.handed]
    house.clock.at += step
    for _ in range(90):
        house.tick(minutes=1)
    handed = [text.id for _, text in house.carrier.handed]
    assert len(set(handed)) == len(handed)
    assert len(before) == 3
    expected = 6 if step < timedelta(0) else 9  # her health check; a day later also her list
    assert len(handed) <= expected


@fault(22)
def test_a_clock_that_jumped_back_leaves_nothing_in_a_hand_for_ever(house):
    house.book("2026-12-18 14:00")
    house.tick(minutes=1)
    house.clock.at -= timedelta(hours=1)
    for _ in range(90):
        house.tick(minutes=1)
    assert {row.status for row in house.outbox() if row.planned_for <= house.clock()} <= {"sent", "delivered"}


@pytest.fixture
def host_in_utc(monkeypatch) -> Iterator[None]:
    """The machine's own zone is UTC, as a server's is."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@fault(23)
@pytest.mark.usefixtures("host_in_utc")
@pytest.mark.parametrize(
    ("booked", "visit", "texts"),
    [
        pytest.param(
            "2027-03-09 11:00",
            "2027-03-22 14:00",
            [
                ("Tue 03-09 11:00", "welcome"),
                ("Tue 03-09 11:10", "health_check"),
                ("Sun 03-14 12:00", "seven_day_list"),
                ("Tue 03-16 12:00", "five_day_list"),
                ("Fri 03-19 12:00", "skin_check"),
                ("Sun 03-21 16:00", "day_before"),
                ("Mon 03-22 11:00", "visit_day"),
            ],
            id="on the day of the hour that never comes",
        ),
        pytest.param(
            "2027-11-02 11:00",
            "2027-11-15 14:00",
            [
                ("Tue 11-02 12:00", "welcome"),
                ("Tue 11-02 12:10", "health_check"),
                ("Sun 11-07 11:00", "seven_day_list"),
                ("Tue 11-09 11:00", "five_day_list"),
                ("Fri 11-12 11:00", "skin_check"),
                ("Sun 11-14 16:00", "day_before"),
                ("Mon 11-15 10:00", "visit_day"),
            ],
            id="on the day of the hour that comes twice",
        ),
    ],
)
def test_when_clocks_change_each_text_leaves_at_the_right_minute_once(house, booked, visit, texts):
    """She lives in Arizona, whose clocks never change: two hours behind in winter, three in summer.

    A step says ten on the clinic's clock; nothing leaves before nine (on the visit's day, eight) on hers.
    """
    house.clock.move_to(local(booked))
    house.book(visit, timezone="America/Phoenix")
    house.until(f"{visit[:10]} 23:00")
    assert house.sent() == texts
