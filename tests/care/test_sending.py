"""How much one of the clinic's numbers may send: a table, and what must hold at any moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.sending import AHEAD, BURST, HOUR, TRY_EVERY, Limits, Sender

NOW = datetime(2026, 12, 8, 16, tzinfo=UTC)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
FREE = Sender(free_at=EVER, counted_from=EVER)
SLOW, HOURLY = Limits(per_second=3.75), Limits(per_hour=100)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("sender", "limits", "room"),
    [
        pytest.param(FREE, Limits(), 50, id="no limit"),
        pytest.param(FREE, SLOW, 3, id="a second's worth at once"),
        pytest.param(FREE, Limits(per_second=0.2), 1, id="one, however slow the number"),
        pytest.param(replace(FREE, free_at=NOW + SECOND), SLOW, 0, id="a number that is busy"),
        pytest.param(
            replace(FREE, free_at=NOW + 30 * SECOND), Limits(), 0, id="asked to wait by the carrier"
        ),
        pytest.param(replace(FREE, free_at=NOW + AHEAD + SECOND), SLOW, 3, id="the clock was put back"),
        pytest.param(
            replace(FREE, counted=99, counted_from=NOW), HOURLY, 1, id="one before the hourly limit"
        ),
        pytest.param(replace(FREE, counted=100, counted_from=NOW), HOURLY, 0, id="at the hourly limit"),
        pytest.param(replace(FREE, counted=100, counted_from=NOW - HOUR), HOURLY, 50, id="the next hour"),
        pytest.param(
            replace(FREE, held_since=NOW - 2 * HOUR), HOURLY, 0, id="held until somebody releases it"
        ),
        pytest.param(replace(FREE, stopped_until=NOW + SECOND), Limits(), 0, id="stopped"),
        pytest.param(replace(FREE, stopped_until=NOW), Limits(), 1, id="stopped, and its try is due"),
    ],
)
def test_as_many_may_leave_as_there_is_room_for(sender, limits, room):
    assert sender.room(limits, NOW, wanted=50) == room


def test_a_stopped_number_that_tried_waits_for_its_next_try():
    tried = replace(FREE, stopped_until=NOW).after(Limits(), NOW, texts=1, segments=1)
    assert tried.room(Limits(), NOW, 9) == 0
    assert tried.room(Limits(), NOW + TRY_EVERY, 9) == 1


@given(
    rate=st.floats(0.5, 200),
    steps=st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 300), st.integers(1, 4)), max_size=40),
)
def test_a_number_never_runs_ahead_of_its_pace(rate, steps):
    """Whenever it sends, what it was given before leaves within a burst."""
    limits, sender, now = Limits(per_second=rate), FREE, NOW
    for milliseconds, wanted, parts in steps:
        now += timedelta(milliseconds=milliseconds)
        texts = sender.room(limits, now, wanted)
        if texts:
            assert max(sender.free_at - now, timedelta(0)) < max(BURST, timedelta(seconds=1 / rate))
            sender = sender.after(limits, now, texts, texts * parts)
