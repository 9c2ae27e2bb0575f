"""Office time: how much of it lies between two moments."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.hours import Hours

ZONE = ZoneInfo("America/New_York")
#: Monday to Friday, nine to five.
OFFICE = Hours({day: (time(9), time(17)) for day in range(5)}, ZONE)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param("2026-12-08 10:00", "2026-12-08 11:30", 1.5, id="within a day"),
        pytest.param("2026-12-08 16:00", "2026-12-09 10:00", 2, id="over a night"),
        pytest.param("2026-12-11 16:30", "2026-12-14 09:30", 1, id="over a weekend"),
        pytest.param("2026-12-12 10:00", "2026-12-13 20:00", 0, id="all of it on a weekend"),
        pytest.param("2026-12-08 20:00", "2026-12-09 20:00", 8, id="asked at night, answered at night"),
        pytest.param("2027-03-12 16:00", "2027-03-15 10:00", 2, id="over the night that skips an hour"),
        pytest.param("2026-12-08 11:00", "2026-12-08 10:00", 0, id="backwards"),
    ],
)
def test_only_the_time_in_which_somebody_is_there_counts(start, end, hours):
    assert OFFICE.between(_at(start), _at(end)) == timedelta(hours=hours)


def test_where_the_office_never_opens_all_time_counts():
    assert Hours({}, ZONE).between(_at("2026-12-08 10:00"), _at("2026-12-09 10:00")) == timedelta(days=1)
