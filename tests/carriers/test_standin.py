"""The stand-in is honest: to Twilio's document of its API, and in the calls it makes."""

from datetime import UTC, datetime

import pytest
from twilio.rest import Client

from tests.carriers.conftest import ANA, CLINIC, text
from tests.standin.text import StandInText
from tests.standin.webhooks import sign

#: The properties of ``api.v2010.account.message`` in github.com/twilio/twilio-oai (MIT),
#: spec/json/twilio_api_v2010.json at d50069b, April 2026.
MESSAGE = {
    *("account_sid", "api_version", "body", "date_created", "date_sent", "date_updated", "direction"),
    *("error_code", "error_message", "from", "messaging_service_sid", "num_media", "num_segments"),
    *("price", "price_unit", "sid", "status", "subresource_uris", "to", "uri"),
}


def test_a_message_has_every_field_of_twilios_document_and_no_other(standin, twilio):
    twilio.send(text())
    assert set(standin.texts[0].resource()) == MESSAGE


def _package(standin) -> Client:
    """The twilio package as it comes, pointed at the stand-in."""
    client = Client(standin.account_sid, standin.auth_token)
    client.api.base_url = standin.url
    return client


def test_the_twilio_package_reads_what_it_is_told(standin, twilio):
    twilio.send(text())
    message = _package(standin).messages.list(to=ANA, limit=1)[0]
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "1")
    assert message.date_created == standin.texts[0].at.replace(microsecond=0)
    assert (message.date_sent, message.error_code) == (None, None)


def test_the_list_comes_in_pages_newest_first(standin, twilio):
    for n in range(7):
        twilio.send(text(f"m-{n}", body=str(n)))
    held = _package(standin).messages.list(to=ANA, page_size=3)
    assert [message.body for message in held] == list("6543210")


def test_a_text_that_asked_for_no_receipts_gets_none(standin):
    quiet = StandInText(standin.account_sid, {"To": ANA, "From": CLINIC}, at=datetime.now(UTC))
    with pytest.raises(ValueError, match="no receipts"):
        standin.send_receipt(quiet, "delivered")


def test_a_signature_is_the_one_in_twilios_documentation():
    pairs = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+12349013030"),
        ("Digits", "1234"),
        ("From", "+12349013030"),
        ("To", "+18005551212"),
    ]
    assert sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2#rc=2", pairs) == (
        "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    )
