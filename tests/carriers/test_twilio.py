"""Our Twilio carrier over a real wire: what leaves, and what becomes of it under every fault."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from care.delivery import ErrorClass
from carriers.base import NotBegun, Refused, Taken, Unclear
from carriers.twilio import TwilioAccount, TwilioCarrier, is_public
from tests.carriers.conftest import ANA, CLINIC, account_at, text
from tests.standin import faults

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SERVICE = "MG" + "0" * 32


def test_a_text_taken_arrives_once_with_its_words_and_our_id(standin, twilio):
    outcome = twilio.send(text(body="Día 1: no maquillaje… 😊 & +"))
    [taken] = standin.texts
    assert outcome == Taken(taken.sid)
    assert taken.params == {
        "To": ANA,
        "From": CLINIC,
        "Body": "Día 1: no maquillaje… 😊 & +",
        "StatusCallback": "https://clinic.example/sms/status/m-1",
    }
    assert standin.posts == 1


def test_with_a_messaging_service_the_sender_is_still_the_locations_own(standin):
    carrier = TwilioCarrier(account_at(standin, messaging_service_sid=SERVICE))
    carrier.send(text())
    carrier.close()
    [taken] = standin.texts
    assert (taken.service, taken.sender) == (SERVICE, CLINIC)


def test_an_api_key_opens_the_door_as_well_as_the_token(standin):
    key, secret = standin.api_key
    carrier = TwilioCarrier(account_at(standin, auth_token=None, api_key_sid=key, api_key_secret=secret))
    assert isinstance(carrier.send(text()), Taken)
    carrier.close()


def test_an_account_without_any_secret_is_refused_at_the_start(standin):
    with pytest.raises(ValueError, match="auth token"):
        TwilioCarrier(account_at(standin, auth_token=None))


def test_secrets_do_not_show_when_an_account_is_printed(standin):
    account = account_at(standin, api_key_sid="SK1", api_key_secret="hush")
    assert standin.auth_token not in repr(account)
    assert "hush" not in repr(account)


TAKEN_BUT = [
    pytest.param(faults.broken(500), id="500"),
    pytest.param(faults.broken(503, 20503), id="503"),
    pytest.param(faults.page(502), id="a page of HTML with 502"),
    pytest.param(faults.page(201), id="a page of HTML with 201"),
    pytest.param(faults.broken(408), id="408 from something on the way"),
    pytest.param(faults.page(307), id="a redirect"),
    pytest.param(faults.HALF_JSON, id="half a JSON"),
    pytest.param(faults.CUT_SHORT, id="an answer cut short"),
    pytest.param(faults.EMPTY, id="an empty answer"),
    pytest.param(faults.NOT_AN_OBJECT, id="a JSON that is no text"),
    pytest.param(faults.NO_SID, id="no sid"),
    pytest.param(faults.RESET_AFTER_TAKING, id="a reset"),
    pytest.param(faults.SILENT_AFTER_TAKING, id="no answer ever"),
]


@pytest.mark.parametrize("fault", TAKEN_BUT)
def test_taken_but_not_said_is_unclear_sent_once_and_found_in_the_list(standin, twilio, fault):
    standin.next(fault)
    assert isinstance(twilio.send(text()), Unclear)
    assert standin.posts == 1
    [seen] = twilio.texts_to(ANA, LONG_AGO)
    assert (seen.sid, seen.body) == (standin.texts[0].sid, "Your visit is tomorrow")


NOT_TAKEN_BUT = [
    pytest.param(faults.RESET_BEFORE_TAKING, id="a reset"),
    pytest.param(faults.SILENT_BEFORE_TAKING, id="no answer ever"),
    pytest.param(faults.broken(500, takes=False), id="500"),
    pytest.param(faults.page(502, takes=False), id="a page of HTML with 502"),
]


@pytest.mark.parametrize("fault", NOT_TAKEN_BUT)
def test_not_taken_and_not_said_is_unclear_and_proven_absent_by_the_list(standin, twilio, fault):
    standin.next(fault)
    assert isinstance(twilio.send(text()), Unclear)
    assert standin.posts == 1
    assert twilio.texts_to(ANA, LONG_AGO) == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(faults.too_many(2), (ErrorClass.RETRY, "20429", 2.0), id="429 with a wait"),
        pytest.param(faults.too_many(), (ErrorClass.RETRY, "20429", None), id="429 without a wait"),
        pytest.param(faults.too_many("inf"), (ErrorClass.RETRY, "20429", 86400.0), id="429 for ever"),
        pytest.param(
            faults.too_many("Wed, 21 Oct 2026 07:28:00 GMT"),
            (ErrorClass.RETRY, "20429", None),
            id="429 until a date",
        ),
        pytest.param(
            faults.too_many(1, code=12345), (ErrorClass.RETRY, "429", 1.0), id="429 of an unknown code"
        ),
        pytest.param(faults.refusal(21610), (ErrorClass.OPTED_OUT, "21610", None), id="opted out"),
        pytest.param(faults.refusal(21614), (ErrorClass.PERMANENT, "21614", None), id="not a mobile"),
        pytest.param(faults.refusal(21606), (ErrorClass.CONFIG, "21606", None), id="our number is wrong"),
        pytest.param(faults.refusal(30034), (ErrorClass.CONFIG, "30034", None), id="unregistered"),
        pytest.param(faults.refusal(29999), (ErrorClass.PERMANENT, "29999", None), id="unknown code"),
        pytest.param(
            faults.problem(21610), (ErrorClass.OPTED_OUT, "21610", None), id="the newer form of an error"
        ),
        pytest.param(
            faults.page(403, takes=False), (ErrorClass.CONFIG, "403", None), id="a page of HTML with 403"
        ),
    ],
)
def test_a_refusal_is_classed_and_took_nothing(standin, twilio, fault, expected):
    standin.next(fault)
    outcome = twilio.send(text())
    assert isinstance(outcome, Refused)
    assert (outcome.error, outcome.code, outcome.retry_after) == expected
    assert outcome.detail
    assert (standin.posts, standin.texts) == (1, [])


def test_a_wait_is_not_remembered_for_the_next_refusal(standin, twilio):
    standin.next(faults.too_many(30), faults.refusal(21611))
    assert twilio.send(text()).retry_after == 30
    assert twilio.send(text()).retry_after is None


@pytest.mark.parametrize(
    ("outgoing", "code"),
    [
        pytest.param(text(to="781-555-0110"), "21211", id="not a number"),
        pytest.param(text(to=CLINIC), "21266", id="our own number"),
        pytest.param(text(body=""), "21602", id="no words"),
        pytest.param(text(body="a" * 1601), "21617", id="too long"),
    ],
)
def test_the_stand_in_refuses_what_twilio_refuses(twilio, outgoing, code):
    assert twilio.send(outgoing).code == code


def test_a_wrong_password_is_our_configuration(standin):
    carrier = TwilioCarrier(account_at(standin, auth_token="wrong"))
    outcome = carrier.send(text())
    carrier.close()
    assert (outcome.error, outcome.code) == (ErrorClass.CONFIG, "20003")


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("http://127.0.0.1:1", id="refused at the door"),
        pytest.param("http://twilio.invalid", id="a name nobody knows"),
    ],
)
def test_a_carrier_that_cannot_be_reached_has_nothing_and_is_tried_again(standin, address):
    carrier = TwilioCarrier(account_at(standin, api_url=address))
    outcome = carrier.send(text())
    carrier.close()
    assert isinstance(outcome, Refused)
    assert (outcome.error, outcome.code) == (ErrorClass.RETRY, "connect")


def test_nothing_leaves_through_a_door_that_does_not_speak_tls(standin):
    carrier = TwilioCarrier(account_at(standin, api_url=standin.url.replace("http:", "https:")))
    outcome = carrier.send(text())
    assert isinstance(outcome, Refused)
    assert outcome.error is ErrorClass.RETRY
    carrier.close()
    assert standin.texts == []


def test_one_silence_holds_up_nobody_else(standin, twilio):
    standin.for_number("+17815550166", faults.SILENT_AFTER_TAKING)
    began = time.monotonic()
    with ThreadPoolExecutor(17) as pool:
        silent = pool.submit(twilio.send, text("m-silent", to="+17815550166"))
        others = list(pool.map(twilio.send, [text(f"m-{n}") for n in range(16)]))
        assert isinstance(silent.result(), Unclear)
    assert all(isinstance(outcome, Taken) for outcome in others)
    assert time.monotonic() - began < 5


def test_sixty_four_senders_at_once_send_each_text_once(standin):
    carrier = TwilioCarrier(account_at(standin))
    standin.latency = 0.02
    with ThreadPoolExecutor(64) as pool:
        outcomes = list(pool.map(carrier.send, [text(f"m-{n}") for n in range(256)]))
    carrier.close()
    assert {outcome.sid for outcome in outcomes} == {taken.sid for taken in standin.texts}
    assert {taken.status_callback.rpartition("/")[2] for taken in standin.texts} == {
        f"m-{n}" for n in range(256)
    }
    assert standin.posts == 256


def test_an_edge_in_the_environment_does_not_move_the_address(standin, monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "ashburn")
    monkeypatch.setenv("TWILIO_REGION", "us1")
    carrier = TwilioCarrier(account_at(standin))
    assert isinstance(carrier.send(text()), Taken)
    carrier.close()


def test_a_proxy_in_the_environment_is_used(standin, monkeypatch):
    monkeypatch.setenv("http_proxy", standin.url)
    monkeypatch.delenv("no_proxy", raising=False)
    carrier = TwilioCarrier(account_at(standin, api_url="http://twilio.example"))
    assert isinstance(carrier.send(text()), Taken)
    carrier.close()


def test_a_proxy_that_is_away_leaves_nothing_sent(standin, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    carrier = TwilioCarrier(account_at(standin, api_url="http://twilio.example"))
    assert carrier.send(text()).code == "connect"
    carrier.close()


def test_no_number_and_no_word_reaches_the_logs_or_the_reasons(standin, twilio, caplog):
    caplog.set_level(logging.DEBUG)
    standin.next(
        faults.refusal(21211, message=f"The 'To' number {ANA} is not valid"),
        faults.broken(500),
        faults.RESET_AFTER_TAKING,
    )
    told = [str(twilio.send(text())) for _ in range(4)]
    twilio.texts_to(ANA, LONG_AGO)
    standin.next_list(faults.page(502))
    with pytest.raises(OSError, match="list") as refused:
        twilio.texts_to(ANA, LONG_AGO)
    assert refused.value.__suppress_context__
    said = caplog.text + "".join(told) + str(refused.value)
    assert "m-1" in caplog.text
    assert ANA[-7:] not in said
    assert "tomorrow" not in said


def test_there_are_no_receipts_to_fetch(twilio):
    assert twilio.due_receipts(LONG_AGO) == ()


@pytest.mark.parametrize(
    ("url", "public"),
    [
        pytest.param("https://clinic.example", True, id="a name"),
        pytest.param("https://clinic.example:8443/afterglow", True, id="a name, a port, a path"),
        pytest.param("https://93.184.215.14", True, id="a public address"),
        pytest.param("http://clinic.example", False, id="not https: a receipt names a number"),
        pytest.param("https://my_clinic.example", False, id="an underscore"),
        pytest.param("https://localhost:8000", False, id="localhost"),
        pytest.param("https://127.0.0.1", False, id="loopback"),
        pytest.param("https://192.168.1.7", False, id="a private address"),
        pytest.param("https://clinic.local", False, id="a name of the house"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_only_an_address_that_twilio_can_reach_is_given_for_receipts(url, public):
    assert is_public(url) is public


def test_an_unreachable_address_costs_the_receipts_not_the_texts(caplog):
    account = TwilioAccount("AC" + "0" * 32, "http://localhost:8000", auth_token="t")
    carrier = TwilioCarrier(account)
    carrier.close()
    assert "status_callback" not in carrier._parameters(text())
    assert "receipts" in caplog.text


def everyone(texts):
    """All of them shall still leave."""
    return {text.id for text in texts}


def test_on_many_lines_each_text_leaves_once(standin, twilio):
    standin.latency = 0.02
    texts = [text(f"m-{n}", to=f"+1781555{n:04d}") for n in range(60)]
    lines = twilio.lines(16, everyone)
    lines.give(texts)
    answered = []
    while lines.in_hand:
        answered += lines.take()
    taken = [sent.id for sent, outcome in answered if isinstance(outcome, Taken)]
    assert sorted(taken) == sorted(one.id for one in texts)
    assert len(standin.texts) == 60


def test_no_text_overtakes_another_to_the_same_mobile(standin, twilio):
    standin.latency = 0.1
    lines = twilio.lines(2, everyone)
    lines.give([text("m-1")])
    with pytest.raises(ValueError, match="m-2 overtakes"):
        lines.give([text("m-2")])
    lines.take()
    assert lines.in_hand == 0


def test_a_carrier_that_never_answers_one_text_holds_no_line_for_the_others(standin, twilio):
    standin.for_number("+17815550166", faults.SILENT_AFTER_TAKING)
    lines = twilio.lines(4, everyone)
    lines.give(
        [text("m-silent", to="+17815550166"), *(text(f"m-{n}", to=f"+1781555{n:04d}") for n in range(8))]
    )
    outcomes = {}
    while lines.in_hand:
        outcomes |= {sent.id: outcome for sent, outcome in lines.take()}
    assert isinstance(outcomes.pop("m-silent"), Unclear)
    assert all(isinstance(outcome, Taken) for outcome in outcomes.values())


def test_a_text_that_waits_for_a_line_is_asked_about_and_may_stay_behind(standin, twilio):
    standin.latency = 0.1
    first, recalled, other = (text(f"m-{n}", to=f"+1617555010{n}") for n in range(3))
    lines = twilio.lines(1, lambda texts: {text.id for text in texts} - {recalled.id})
    lines.give([first, recalled, other])
    outcomes = {}
    while lines.in_hand:
        outcomes |= {text.id: type(outcome) for text, outcome in lines.take()}
    assert outcomes == {first.id: Taken, recalled.id: NotBegun, other.id: Taken}
    assert [text.to for text in standin.texts] == [first.to, other.to]


def test_when_nobody_can_say_whether_it_shall_leave_it_stays(standin, twilio):
    def cannot_say(texts):
        raise OSError

    standin.latency = 0.1
    lines = twilio.lines(1, cannot_say)
    lines.give([text("m-1"), text("m-2", to="+16175550101")])
    answered = []
    while lines.in_hand:
        answered += lines.take()
    assert [type(outcome) for _, outcome in answered] == [Taken, NotBegun]
