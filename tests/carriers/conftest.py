"""What the carriers' tests share: a stand-in Twilio, and our carrier pointed at it."""

from collections.abc import Iterator

import pytest

from carriers.base import OutgoingText
from carriers.twilio import TwilioAccount, TwilioCarrier
from tests.standin.carrier import StandInCarrier
from tests.standin.fixtures import standin

__all__ = ["standin"]

CLINIC = "+17815550100"
ANA = "+17815550110"


def account_at(standin: StandInCarrier, **changes: str | None) -> TwilioAccount:
    known = {
        "account_sid": standin.account_sid,
        "public_url": "https://clinic.example",
        "auth_token": standin.auth_token,
        "api_url": standin.url,
    }
    return TwilioAccount(**(known | changes))


def text(id: str = "m-1", to: str = ANA, body: str = "Your visit is tomorrow") -> OutgoingText:
    return OutgoingText(id=id, to=to, sender=CLINIC, body=body)


@pytest.fixture
def twilio(standin: StandInCarrier) -> Iterator[TwilioCarrier]:
    carrier = TwilioCarrier(account_at(standin), timeouts=(0.3, 0.3))
    yield carrier
    carrier.close()
