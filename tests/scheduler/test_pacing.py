"""Pace, fairness and the breakers, within one process; with real ones in tests/faults."""

from dataclasses import replace
from datetime import timedelta

import pytest

from care.sending import Limits
from scheduler.dispatch import EVERY_LANE, claim, dispatch
from scheduler.enrolling import enrol
from scheduler.ticketing import resolve
from store.senders import ensure_senders
from store.tables import Location
from tests.cast import NOW

OTHER = "harbor"


@pytest.fixture
def two_places(house):
    """A second location with a number of its own."""
    with house.works.database.writing() as session:
        main = session.get_one(Location, "main")
        columns = {column.name: getattr(main, column.name) for column in Location.__table__.columns}
        session.add(Location(**{**columns, "id": OTHER, "number": "+17815550999"}))
        session.flush()
        ensure_senders(session)
    return house


def patients(house, location: str, count: int) -> None:
    """So many people booked there, each with her welcome due."""
    from scheduler.booking import parse_enrolment

    first = 1000 if location == "main" else 5000
    for number in range(first, first + count):
        body = {
            "patient": {"name": f"Patient {number}", "mobile": f"+1781555{number}"},
            "appointment": {"external_id": f"v{number}", "starts_at": (NOW + timedelta(days=3)).isoformat()},
            "protocol": "microneedling",
            "location": location,
            "consent": {"care": True, "method": "test"},
        }
        enrol(house.works, parse_enrolment(body), "test")


def test_one_locations_burst_does_not_delay_another(two_places):
    patients(two_places, "main", 9)
    patients(two_places, OTHER, 2)
    _, _, texts = claim(two_places.works, EVERY_LANE, limit=6)
    assert sorted(text.sender for text in texts).count("+17815550999") == 2


def test_a_number_keeps_its_pace(house):
    patients(house, "main", 9)
    slow = replace(house.works, limits=Limits(per_second=2))
    at_once = dispatch(slow)
    assert 1 <= at_once <= 2
    assert dispatch(slow) == 0
    left = at_once
    for _ in range(30):
        house.clock.move_to(house.clock() + timedelta(seconds=1))
        left += dispatch(slow)
    assert left == 9


def test_the_hourly_limit_holds_the_rest_until_somebody_releases_it(house):
    patients(house, "main", 7)
    careful = replace(house.works, limits=Limits(per_hour=4))
    assert dispatch(careful) == 5  # as many as may, and the page that says so
    assert len(house.outbox(status="planned", step="welcome")) == 3
    [ticket] = house.tickets(kind="breaker")
    assert "resolve this ticket to let it go" in ticket.reason
    house.clock.move_to(house.clock() + timedelta(hours=2))
    dispatch(careful)  # pages go on
    assert len(house.outbox(status="planned", step="welcome")) == 3
    assert resolve(careful, ticket.id, "kim")
    dispatch(careful)
    assert not house.outbox(status="planned", step="welcome")


def test_a_persons_own_words_and_danger_pass_a_held_location(house):
    patients(house, "main", 3)
    careful = replace(house.works, limits=Limits(per_hour=1))
    dispatch(careful)
    house.text_in("I can't breathe")
    dispatch(careful)
    assert any("911" in text.body for _, text in house.carrier.handed)
