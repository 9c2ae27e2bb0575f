"""Danger is found in three languages and with typos; what only sounds like it is left alone."""

import pytest

from care.reading import Phase, Urgency
from care.triage import assess


def _levels(reader, texts):
    return {text: assess(reader.read(text), Phase.UNKNOWN) for text in texts}


def test_no_emergency_is_missed(reader, texts):
    levels = _levels(reader, texts["emergency"])
    assert [text for text, level in levels.items() if level < Urgency.CRISIS] == []


def test_nothing_that_needs_someone_today_is_left_for_tomorrow(reader, texts):
    levels = _levels(reader, texts["same_day"])
    assert [text for text, level in levels.items() if level < Urgency.URGENT] == []


def test_nobody_is_paged_for_what_only_sounds_like_danger(reader, texts):
    levels = _levels(reader, texts["neither"])
    assert [text for text, level in levels.items() if level >= Urgency.URGENT] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("no fever", "negated", id="negation"),
        pytest.param("sin fiebre", "negated", id="negation in Spanish"),
        pytest.param("não tenho febre", "negated", id="negation in Portuguese"),
        pytest.param("what if I have a reaction?", "hypothesis", id="hypothesis"),
        pytest.param("my friend got an infection from this", "someone else", id="somebody else's"),
        pytest.param("had an allergic reaction to latex years ago", "history", id="history"),
    ],
)
def test_a_lowered_sign_is_kept_and_says_why(reader, text, why):
    flags = reader.read(text).flags
    assert [flag.lowered for flag in flags] == [why]
    assert all(flag.urgency is Urgency.ROUTINE for flag in flags), "never to silence"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("what if i cant breathe", id="no what-if lowers breathing"),
        pytest.param("i dont want to live", id="the not is the sign"),
        pytest.param("no quiero vivir", id="the not is the sign, in Spanish"),
        pytest.param("thank you so much you are great, my throat is closing", id="nor does a kind word"),
        pytest.param("sometimes i want to die", id="nor a habit"),
    ],
)
def test_nothing_lowers_breathing_or_not_wanting_to_live(reader, text):
    assert assess(reader.read(text), Phase.UNKNOWN) >= Urgency.CRISIS


@pytest.mark.parametrize(
    ("text", "phase", "urgent"),
    [
        pytest.param("i have a cold sore", Phase.BEFORE, False, id="a cold sore before the visit moves it"),
        pytest.param("i have a cold sore", Phase.AFTER, True, id="a cold sore after it is looked at today"),
        pytest.param("i have an open sore", Phase.BEFORE, False, id="an open sore before"),
        pytest.param("i have an open sore", Phase.AFTER, True, id="an open sore after"),
        pytest.param(
            "got a cold sore since my treatment", Phase.BEFORE, True, id="her word beats our records"
        ),
        pytest.param("throwing up, can we reschedule", Phase.BEFORE, False, id="illness as a reason to move"),
        pytest.param("throwing up, can we reschedule", Phase.AFTER, True, id="the same after the treatment"),
    ],
)
def test_the_phase_decides_what_a_sign_means(reader, text, phase, urgent):
    assert (assess(reader.read(text, phase=phase), phase) >= Urgency.URGENT) is urgent


def test_matched_shows_the_row_and_the_words(reader):
    assert "danger R1: throat is closing" in reader.read("help my throat is closing!!").matched
