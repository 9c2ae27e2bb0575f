"""What our Twilio carrier makes of Twilio's own list: what it holds, and when it cannot say."""

from datetime import UTC, datetime, timedelta

import pytest

from carriers.twilio import CLOCK_SLACK, LOOK, TwilioCarrier
from tests.carriers.conftest import ANA, CLINIC, account_at, text
from tests.standin import faults
from tests.standin.carrier import StandInCarrier

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    def __init__(self, now: datetime):
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def listed():
    """A carrier, its stand-in, and the clock that the stand-in stamps texts by."""
    clock = Clock(datetime(2026, 11, 22, 14, 0, 0, 700_000, tzinfo=UTC))
    with StandInCarrier(clock=clock) as standin:
        carrier = TwilioCarrier(account_at(standin))
        yield carrier, standin, clock
        carrier.close()


def test_the_list_tells_what_is_held_for_one_mobile_in_utc(listed):
    carrier, standin, clock = listed
    carrier.send(text())
    carrier.send(text(to="+17815550111"))
    [seen] = carrier.texts_to(ANA, clock.now)
    assert (seen.sid, seen.to, seen.status) == (standin.texts[0].sid, ANA, "queued")
    assert seen.created_at == clock.now.replace(microsecond=0)


def test_the_list_leaves_out_what_is_older_but_forgives_a_clock_that_is_off(listed):
    carrier, _, clock = listed
    began = clock.now
    carrier.send(text(body="a day before"))
    clock.now = began + timedelta(days=1) - CLOCK_SLACK / 2
    carrier.send(text(body="stamped by a slow clock"))
    found = carrier.texts_to(ANA, began + timedelta(days=1))
    assert [seen.body for seen in found] == ["stamped by a slow clock"]


def test_a_list_too_long_to_tell_absence_says_so(listed):
    carrier, standin, clock = listed
    for n in range(LOOK):
        standin.receive(standin.account_sid, {"To": ANA, "From": CLINIC, "Body": str(n)})
    with pytest.raises(OSError, match="more than"):
        carrier.texts_to(ANA, clock.now)
    assert carrier.texts_to(ANA, clock.now + timedelta(hours=1)) == []


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.broken(500), id="500"),
        pytest.param(faults.too_many(1), id="429"),
        pytest.param(faults.refusal(20003, status=401), id="401"),
        pytest.param(faults.Fault(takes=False, status=200, shape=lambda page: page[:50]), id="half a JSON"),
        pytest.param(faults.Fault(takes=False, status=200, shape=lambda _: b"{}"), id="no list in it"),
        pytest.param(faults.RESET_BEFORE_TAKING, id="a reset"),
        pytest.param(faults.SILENT_BEFORE_TAKING, id="no answer ever"),
    ],
)
def test_a_list_that_cannot_be_read_is_never_an_empty_one(standin, twilio, fault):
    twilio.send(text())
    standin.next_list(fault, fault)  # a look changes nothing: HTTP itself may look twice on a kept connection
    with pytest.raises(OSError, match="could not be read"):
        twilio.texts_to(ANA, LONG_AGO)
