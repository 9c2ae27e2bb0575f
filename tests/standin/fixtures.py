"""Import into a room's conftest: ``from tests.standin.fixtures import standin  # noqa: F401``."""

from collections.abc import Iterator

import pytest

from tests.standin.carrier import StandInCarrier


@pytest.fixture
def standin() -> Iterator[StandInCarrier]:
    """A fresh stand-in Twilio for one test."""
    with StandInCarrier() as carrier:
        yield carrier
