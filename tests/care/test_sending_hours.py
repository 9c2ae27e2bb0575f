"""A clinic's own sending hours narrow those of a step, never widen them: a table."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from care.instants import Zones
from care.protocol import Window
from care.spacing import next_slot, not_tonight
from care.why import say_time

BOSTON, SEATTLE = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
TEN_TO_SIX = Window(time(10), time(18))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-12-{text}").replace(tzinfo=BOSTON).astimezone(UTC)


@pytest.mark.parametrize(
    ("step", "clinic", "both"),
    [
        pytest.param(Window(), None, Window(), id="the clinic has none: the step's own"),
        pytest.param(Window(), TEN_TO_SIX, TEN_TO_SIX, id="narrower on both sides"),
        pytest.param(Window(), Window(time(8), time(21)), Window(), id="wider: the step's own"),
        pytest.param(Window(time(8, 30)), TEN_TO_SIX, TEN_TO_SIX, id="an early step waits for the clinic"),
        pytest.param(
            Window(closes=time(21)), Window(time(8), time(20, 30)), Window(time(9), time(20, 30)), id="mixed"
        ),
    ],
)
def test_a_text_may_leave_when_both_allow_it(step, clinic, both):
    assert Zones(BOSTON, BOSTON, clinic).within(step) == both


@pytest.mark.parametrize(
    ("wanted", "zones", "slot"),
    [
        pytest.param("08T08:30", Zones(BOSTON, BOSTON, TEN_TO_SIX), "08T10:00", id="waits for the opening"),
        pytest.param("08T19:00", Zones(BOSTON, BOSTON, TEN_TO_SIX), "09T10:00", id="the next morning"),
        pytest.param("08T11:00", Zones(BOSTON, SEATTLE, TEN_TO_SIX), "08T13:00", id="on the patient's clock"),
        pytest.param("08T19:00", Zones(BOSTON, BOSTON), "08T19:00", id="no hours of its own"),
    ],
)
def test_the_next_slot_keeps_the_clinics_hours(wanted, zones, slot):
    assert next_slot(_at(wanted), (), Window(), zones) == _at(slot)


def test_what_no_longer_fits_tonight_begins_the_next_day_at_ten():
    assert not_tonight(_at("08T18:30"), Window(), Zones(BOSTON, BOSTON, TEN_TO_SIX)) == _at("09T10:00")


@pytest.mark.parametrize(("at", "said"), [(time(9), "9 AM"), (time(19, 30), "7:30 PM"), (time(12), "12 PM")])
def test_an_hour_is_said_as_people_say_it(at, said):
    assert say_time(at) == said
