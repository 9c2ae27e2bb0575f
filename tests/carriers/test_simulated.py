"""The simulated carrier: it takes, remembers, reports, and fails where it says it does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import phonenumbers
import pytest

from care.delivery import REPORTED, ErrorClass
from carriers.base import Receipt, Refused, Taken, Unclear
from carriers.simulated import FATES, SimulatedCarrier
from tests.carriers.conftest import ANA, text

NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def simulated(clock):
    return SimulatedCarrier(clock)


def test_a_text_is_taken_at_once_then_sent_then_delivered(simulated):
    taken = simulated.send(text())
    assert isinstance(taken, Taken)
    assert simulated.due_receipts(NOON) == []
    assert simulated.due_receipts(NOON + SECOND) == [Receipt("m-1", "sent", None, taken.sid)]
    assert simulated.due_receipts(NOON + 5 * SECOND) == [Receipt("m-1", "delivered", None, taken.sid)]


def test_each_receipt_is_given_once_and_in_order(simulated, clock):
    simulated.send(text("m-1"))
    clock.now += SECOND
    simulated.send(text("m-2"))
    told = [(receipt.message_id, receipt.status) for receipt in simulated.due_receipts(NOON + 60 * SECOND)]
    assert told == [("m-1", "sent"), ("m-2", "sent"), ("m-1", "delivered"), ("m-2", "delivered")]
    assert simulated.due_receipts(NOON + 60 * SECOND) == []


def test_the_list_tells_what_was_taken_since_and_how_it_stands(simulated, clock):
    simulated.send(text("m-1", body="first"))
    clock.now += timedelta(hours=1)
    simulated.send(text("m-2", body="second"))
    simulated.send(text("m-3", to="+17815550111"))
    simulated.due_receipts(clock.now)
    assert [(seen.body, seen.status) for seen in simulated.texts_to(ANA, NOON)] == [
        ("first", "delivered"),
        ("second", "queued"),
    ]
    assert [seen.body for seen in simulated.texts_to(ANA, clock.now)] == ["second"]


def _fate(word: str) -> str:
    return next(fate.mobile for fate in FATES if word in fate.what.lower())


@pytest.mark.parametrize(
    ("word", "error", "code"),
    [
        pytest.param("not a valid", ErrorClass.PERMANENT, "21211", id="no such number"),
        pytest.param("opted out", ErrorClass.OPTED_OUT, "21610", id="opted out"),
    ],
)
def test_some_numbers_are_refused_at_once(simulated, word, error, code):
    outcome = simulated.send(text(to=_fate(word)))
    assert isinstance(outcome, Refused)
    assert (outcome.error, outcome.code) == (error, code)
    assert simulated.texts_to(_fate(word), NOON) == []


@pytest.mark.parametrize(
    ("word", "code"),
    [
        pytest.param("landline", "30006", id="a landline"),
        pytest.param("switched off", "30003", id="switched off"),
        pytest.param("spam", "30007", id="filtered"),
    ],
)
def test_some_numbers_fail_later_by_receipt(simulated, word, code):
    assert isinstance(simulated.send(text(to=_fate(word))), Taken)
    *_, last = simulated.due_receipts(NOON + 10 * SECOND)
    assert (last.status, last.error_code) == ("undelivered", code)


def test_one_number_is_taken_without_an_answer_and_found_in_the_list(simulated):
    mobile = _fate("answer is lost")
    assert isinstance(simulated.send(text(to=mobile, body="are you there")), Unclear)
    assert [seen.body for seen in simulated.texts_to(mobile, NOON)] == ["are you there"]


def test_one_number_gets_its_texts_late(simulated):
    simulated.send(text(to=_fate("late")))
    assert [r.status for r in simulated.due_receipts(NOON + timedelta(minutes=9))] == ["sent"]
    assert [r.status for r in simulated.due_receipts(NOON + timedelta(minutes=10))] == ["delivered"]


@pytest.mark.parametrize("fate", FATES, ids=lambda fate: fate.what)
def test_every_fate_is_a_number_that_can_be_enrolled_and_words_we_know(fate):
    assert phonenumbers.is_valid_number(phonenumbers.parse(fate.mobile))
    assert fate.mobile.startswith("+178155501")
    assert all(report.status in REPORTED for report in fate.reports)


def test_memory_is_bounded_and_forgets_the_oldest(clock):
    small = SimulatedCarrier(clock, memory=3)
    for n in range(5):
        small.send(text(f"m-{n}", body=str(n)))
    assert [seen.body for seen in small.texts_to(ANA, NOON)] == ["2", "3", "4"]
    assert len(small.due_receipts(NOON + 10 * SECOND)) == 10


def test_many_senders_at_once_lose_nothing(simulated):
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(simulated.send, [text(f"m-{n}") for n in range(500)]))
    assert len({outcome.sid for outcome in taken}) == 500
    assert len(simulated.texts_to(ANA, NOON)) == 500
    assert len(simulated.due_receipts(NOON + 10 * SECOND)) == 1000
