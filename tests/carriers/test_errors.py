"""The error table, and what is made of codes it does not know."""

import pytest

from care.delivery import ErrorClass
from carriers.errors import classify, explain, known_errors

RETRY, PERMANENT = ErrorClass.RETRY, ErrorClass.PERMANENT
OPTED_OUT, CONFIG, UNKNOWN = ErrorClass.OPTED_OUT, ErrorClass.CONFIG, ErrorClass.UNKNOWN


@pytest.mark.parametrize(
    ("code", "http_status", "expected"),
    [
        pytest.param(20003, 401, CONFIG, id="wrong password"),
        pytest.param(20429, 429, RETRY, id="too many at once was never processed"),
        pytest.param(20500, 500, UNKNOWN, id="Twilio's fault leaves it open"),
        pytest.param(20503, 503, UNKNOWN, id="Twilio away leaves it open"),
        pytest.param(21211, 400, PERMANENT, id="no such number"),
        pytest.param(21408, 400, PERMANENT, id="a country we do not text"),
        pytest.param(21606, 400, CONFIG, id="our number cannot text"),
        pytest.param(21608, 400, CONFIG, id="trial account"),
        pytest.param(21610, 400, OPTED_OUT, id="opted out, said at once"),
        pytest.param("21610", None, OPTED_OUT, id="opted out, said in a receipt"),
        pytest.param(21611, 400, RETRY, id="our queue is full"),
        pytest.param(21614, 400, PERMANENT, id="not a mobile"),
        pytest.param(21617, 400, PERMANENT, id="too long"),
        pytest.param("30001", None, RETRY, id="queue overflow"),
        pytest.param("30002", None, CONFIG, id="account suspended"),
        pytest.param("30003", None, RETRY, id="switched off"),
        pytest.param("30004", None, PERMANENT, id="blocked is for a person"),
        pytest.param("30005", None, PERMANENT, id="unknown handset"),
        pytest.param("30006", None, PERMANENT, id="landline"),
        pytest.param("30007", None, PERMANENT, id="filtered"),
        pytest.param("30008", None, RETRY, id="no reason given"),
        pytest.param("30034", None, CONFIG, id="unregistered number"),
        pytest.param("30036", None, PERMANENT, id="out of date is not sent again"),
        pytest.param("30640", None, PERMANENT, id="compliance block"),
        pytest.param(63038, 429, RETRY, id="daily limit of the account"),
        pytest.param("connect", None, RETRY, id="nothing left this machine"),
    ],
)
def test_each_code_asks_for_what_the_table_says(code, http_status, expected):
    assert classify(code, http_status).error_class is expected


@pytest.mark.parametrize(
    ("code", "http_status", "expected"),
    [
        pytest.param(29999, 400, PERMANENT, id="an unknown refusal took nothing, and a person looks"),
        pytest.param("39999", None, PERMANENT, id="an unknown failure in a receipt is not tried again"),
        pytest.param(None, None, PERMANENT, id="a failure without a code"),
        pytest.param(29999, 429, RETRY, id="429 was never processed, whatever its code"),
        pytest.param(21211, 429, RETRY, id="429 beats the code"),
        pytest.param(21211, 500, UNKNOWN, id="5xx beats the code"),
        pytest.param(502, 502, UNKNOWN, id="a page of HTML from a gateway"),
        pytest.param(307, 307, UNKNOWN, id="a redirect is no answer"),
        pytest.param(408, 408, UNKNOWN, id="a request that timed out on the way"),
        pytest.param(20403, 403, CONFIG, id="forbidden, with a code we have no words for"),
        pytest.param(404, 404, CONFIG, id="no Twilio at that address"),
    ],
)
def test_what_the_code_leaves_open_the_status_decides(code, http_status, expected):
    assert classify(code, http_status).error_class is expected


def test_a_code_means_the_same_as_number_and_as_word():
    assert classify(30006) == classify("30006")


def test_a_retry_of_a_receipt_waits_for_hours():
    assert [classify(code).hours for code in ("30003", "30008", "63038")] == [4, 1, 24]
    assert classify("30003").retry
    assert not classify("30006").retry


def test_staff_read_plain_words():
    assert explain("30006") == (
        "This number cannot get texts: it is a landline, or its phone company cannot be reached"
    )
    assert "39999" in explain("39999")
    assert explain(None) == "The text did not arrive, and the carrier gives no reason"


@pytest.mark.parametrize("error", known_errors().values(), ids=lambda error: error.code)
def test_every_entry_speaks_to_staff(error):
    assert error.meaning[0].isupper()
    assert not error.meaning.endswith(".")
    assert error.advice
    assert error.hours == 0 or error.retry
