"""Where the rules and what was learned differ: what each may and may not do."""

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from benchmarks.learning import fingerprint_of
from benchmarks.weighing import packaged
from care.reading import Flag, Intent, Reading, Urgency
from messages.reading import learned, vectors
from messages.reading.learned import BLANK, Learned
from messages.reading.opinion import ALIKE_ROW, UNSURE, Doubt, weighed
from messages.reading.topics import read

LABELS = ("urgent_emergency", "urgent_same_day", "opt_out", "other", "faq:makeup", "faq:pain")
SURE, UNCERTAIN = 6.0, 1.0
MARKED = " some words that no rule knows "
RED_FLAG = Flag("R1", Urgency.EMERGENCY, "emergency", "throat")


def _sure_of(label: str, by: float = SURE) -> Learned:
    """Weights that always say the same."""
    return _biased(LABELS, label, by)


def _biased(labels: tuple[str, ...], label: str, by: float) -> Learned:
    bias = np.array([by * (one == label) for one in labels], np.float32)
    nothing, known = np.zeros((1, len(labels))), dict.fromkeys(learned.pieces(MARKED), 0)
    meaning = np.zeros((vectors.SIZE, len(labels)), np.float32)
    return Learned(labels, bias, known, nothing.astype(np.int8), 1.0, meaning)


def _weigh(reading: Reading, model: Learned, alike: float = 0.0, in_phase=lambda topic: topic) -> Reading:
    return weighed(reading, Doubt(MARKED, alike, in_phase), model, lambda topic: topic)


def _reading(*intents: Intent, **more) -> Reading:
    return Reading("some words", intents, "en", **more)


def test_the_shipped_weights_are_those_of_the_shipped_texts():
    head = files(learned.__package__).joinpath("learned.bin").read_bytes().partition(b"\n")[0]
    found = fingerprint_of((one.text, *one.labels) for one in dict.fromkeys(packaged()))
    assert json.loads(head)["learned_from"] == found, "run: python -m benchmarks.weighing"


def test_what_no_rule_knew_is_what_it_was_learned_to_be():
    told = _weigh(_reading(Intent.OTHER), _sure_of("faq:makeup"))
    assert (told.intents, told.topics, told.to_person) == ((Intent.FAQ,), ("makeup",), "")
    assert "learned faq makeup: " in told.matched[-1]


def test_an_answer_that_only_the_learning_found_takes_more_to_be_given():
    told = _weigh(_reading(Intent.OTHER), _sure_of("faq:makeup", 2.0))
    assert (told.topics, told.to_person) == (("makeup",), UNSURE)


@pytest.mark.parametrize("label", ["faq:pain", "other"])
def test_where_the_two_differ_and_neither_is_sure_a_person_answers(label):
    asks = _reading(
        Intent.FAQ, topic="makeup", topics=("makeup",), matched=("topic makeup by words: foundation",)
    )
    told = _weigh(asks, _sure_of(label, UNCERTAIN))
    assert (told.intents, told.topics, told.to_person) == ((Intent.FAQ,), ("makeup",), UNSURE)


@pytest.mark.parametrize("intent", [Intent.WRONG_NUMBER, Intent.CONFIRM, Intent.OPT_IN])
def test_what_is_done_before_a_person_looks_takes_more_than_a_likelihood(intent):
    labels = (*LABELS, intent.value)
    for by, told in ((SURE, intent), (UNCERTAIN * 2, Intent.OTHER)):
        assert _weigh(_reading(Intent.OTHER), _biased(labels, intent.value, by)).intents == (told,)


@pytest.mark.parametrize(
    ("text", "out"),
    [
        pytest.param("i want to opt out of photos", False, id="opt out, of photographs"),
        pytest.param("please dont cancel on me", False, id="cancel, of the visit"),
        pytest.param("no recibi el mensaje", False, id="a text that never came"),
        pytest.param("leave my phone in peace", True, id="her phone"),
    ],
)
def test_no_opt_out_is_learned_where_the_verb_acts_on_something_else(text, out):
    marked = read(text).marked
    sure = replace(_sure_of("opt_out"), at=dict.fromkeys(learned.pieces(marked), 0))
    told = weighed(_reading(Intent.OTHER), Doubt(marked, 0.0, lambda topic: topic), sure, lambda topic: topic)
    assert told.opt_out is out


def test_a_clinicians_own_phrasing_is_answered_whatever_was_learned():
    asks = _reading(
        Intent.FAQ, topic="makeup", topics=("makeup",), matched=("topic makeup by phrasing: makeup",)
    )
    assert _weigh(asks, _sure_of("faq:pain")).topics == ("makeup",)


def test_danger_that_a_rule_found_stands():
    danger = _reading(Intent.EMERGENCY, flags=(RED_FLAG,), matched=("danger R1: throat",))
    told = _weigh(danger, _sure_of("other"))
    assert (told.intents, told.flags) == ((Intent.EMERGENCY,), (RED_FLAG,))


def test_danger_may_be_learned_where_the_second_look_finds_it_too():
    told = _weigh(_reading(Intent.OTHER), _sure_of("urgent_same_day"), alike=0.9)
    assert (told.intents, told.flags[0].urgency) == ((Intent.SAME_DAY,), Urgency.URGENT)
    calm = _weigh(_reading(Intent.OTHER), _sure_of("urgent_same_day"), alike=0.1)
    assert calm.flags == ()


@pytest.mark.parametrize("urgency", [Urgency.URGENT, Urgency.EMERGENCY])
def test_what_only_the_second_look_raised_falls_where_it_is_learned_to_be_harmless(urgency):
    alike = Flag(ALIKE_ROW, urgency, "emergency", "80% alike")
    raised = _reading(Intent.EMERGENCY, flags=(alike,))
    told = _weigh(raised, _sure_of("faq:makeup"), alike=0.8)
    assert (told.flags, told.topics) == ((), ("makeup",))
    assert _weigh(raised, _sure_of("urgent_emergency"), alike=0.8).flags == (alike,)


def test_a_sign_that_a_rule_lowered_is_not_raised_again():
    lowered = Flag("R1", Urgency.NONE, "emergency", "breathe", lowered="negated")
    told = _weigh(_reading(Intent.OTHER, flags=(lowered,)), _sure_of("urgent_emergency"), alike=0.9)
    assert told.flags == (lowered,)


def test_an_opt_out_may_be_learned_beside_danger_and_danger_stays_first():
    danger = _reading(Intent.EMERGENCY, flags=(RED_FLAG,))
    told = _weigh(danger, _sure_of("opt_out"))
    assert told.opt_out
    assert told.intents == (Intent.EMERGENCY, Intent.OPT_OUT)


def test_an_opt_out_of_the_rules_falls_only_where_something_else_is_sure():
    out = _reading(Intent.OPT_OUT, opt_out=True)
    assert _weigh(out, _sure_of("other", UNCERTAIN)).opt_out
    assert not _weigh(out, _sure_of("other")).opt_out


@pytest.mark.parametrize(
    "plain",
    [
        pytest.param({"keyword": "stop", "opt_out": True}, id="a bare control word"),
        pytest.param({"matched": ("answer confirm: yes",)}, id="an answer to what we asked"),
    ],
)
def test_what_is_plain_is_not_weighed(plain):
    reading = _reading(Intent.OPT_OUT, **plain)
    assert _weigh(reading, _sure_of("faq:pain")) == reading


def test_a_topic_she_cannot_mean_in_her_phase_is_not_believed():
    told = _weigh(_reading(Intent.OTHER), _sure_of("faq:makeup"), in_phase=lambda topic: None)
    assert told.intents == (Intent.OTHER,)


def test_of_words_that_were_never_seen_nothing_is_said():
    reading = _reading(Intent.OTHER)
    assert weighed(reading, Doubt(" xqzt ", 0.0, str), BLANK, str) == reading
