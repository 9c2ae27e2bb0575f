"""Which texts wait for what follows, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from care.conversation import Situation, decide
from care.pieces import has_said_it_all, looks_whole, says_nothing, stands_alone
from care.reading import Flag, Intent, Reading, Urgency

NOW = datetime(2026, 12, 8, 16, 0, tzinfo=UTC)


def _read(*intents, **more):
    return Reading(more.pop("text", "a text"), intents or (Intent.OTHER,), "en", **more)


@pytest.mark.parametrize(
    ("reading", "photos"),
    [
        pytest.param(_read(), 0, id="nothing understood"),
        pytest.param(_read(Intent.UNANSWERABLE), 0, id="a question that no topic fits"),
        pytest.param(_read(acts=frozenset({"unclear"})), 0, id="no more - of what?"),
        pytest.param(_read(Intent.SILENT, text=""), 1, id="a picture without a word"),
    ],
)
def test_only_what_nothing_could_be_made_of_waits(reading, photos):
    assert says_nothing(reading, photos)


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(_read(Intent.FAQ, topics=("makeup",)), id="a question"),
        pytest.param(_read(Intent.UNANSWERABLE, topics=("swimming",)), id="a question for a person"),
        pytest.param(_read(flags=(Flag("R26", Urgency.ROUTINE, "received", "still pink"),)), id="a sign"),
        pytest.param(_read(Intent.CONFIRM), id="yes"),
        pytest.param(_read(Intent.HUMAN, acts=frozenset({"human_request"})), id="wants a person"),
        pytest.param(_read(Intent.OTHER, acts=frozenset({"booking_new"})), id="wants a visit"),
        pytest.param(_read(Intent.THANKS), id="thanks"),
        pytest.param(_read(Intent.SILENT), id="a tapback"),
        pytest.param(_read(Intent.HELP, keyword="help"), id="help"),
    ],
)
def test_what_is_understood_never_waits(reading):
    assert not says_nothing(reading)


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(
            _read(Intent.SAME_DAY, flags=(Flag("R12", Urgency.URGENT, "urgent", "worse"),)), id="danger"
        ),
        pytest.param(_read(Intent.OPT_OUT, opt_out=True), id="stop"),
        pytest.param(_read(Intent.OPT_IN), id="start"),
        pytest.param(_read(Intent.WRONG_NUMBER), id="wrong number"),
        pytest.param(_read(Intent.HELP, keyword="help"), id="help"),
    ],
)
def test_danger_and_control_words_are_joined_with_nothing(reading):
    assert stands_alone(reading, decide(Situation(opted_out=False), reading, NOW))


@pytest.mark.parametrize(
    ("first", "latest", "said"),
    [(4, 4, False), (5, 5, True), (12, 4, False), (20, 1, True)],
)
def test_she_has_said_it_all_after_a_pause_and_nobody_waits_for_ever(first, latest, said):
    ago = [NOW - timedelta(seconds=seconds) for seconds in (first, latest)]
    assert has_said_it_all(*ago, NOW) is said


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("is it ok", False),
        ("hello?", False),
        ("so my cousin said", False),
        ("what time is anna's appointment?", True),
        ("a friend of mine had this done at some other place", True),
        ("", False),
    ],
)
def test_a_sentence_that_was_brought_to_its_end_does_not_wait(body, whole):
    assert looks_whole(body) is whole
