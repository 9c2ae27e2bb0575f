"""YES, NO, NONE, C and R mean what we last asked."""

import pytest

from care.decision import CONFIRMATION, PREP_DECLARATION
from care.reading import Intent


@pytest.mark.parametrize(
    ("text", "expecting", "intent"),
    [
        pytest.param("C", None, Intent.CONFIRM, id="C always confirms"),
        pytest.param("r", None, Intent.RESCHEDULE, id="R always asks for another time"),
        pytest.param("C", PREP_DECLARATION, Intent.CONFIRM, id="C even after the questions"),
        pytest.param("yes", CONFIRMATION, Intent.CONFIRM, id="yes after the day-before text"),
        pytest.param("Sí", CONFIRMATION, Intent.CONFIRM, id="sí"),
        pytest.param("ok", CONFIRMATION, Intent.CONFIRM, id="ok"),
        pytest.param("👍", CONFIRMATION, Intent.CONFIRM, id="a thumb"),
        pytest.param("no", CONFIRMATION, Intent.CANCEL, id="no after the day-before text"),
        pytest.param("yes", None, Intent.CONFIRM, id="yes to nothing"),
        pytest.param("NONE", PREP_DECLARATION, Intent.DECLARED_NONE, id="none"),
        pytest.param("no", PREP_DECLARATION, Intent.DECLARED_NONE, id="no"),
        pytest.param("no, none of those", PREP_DECLARATION, Intent.DECLARED_NONE, id="none of those"),
        pytest.param("Nada", PREP_DECLARATION, Intent.DECLARED_NONE, id="nada"),
        pytest.param("nenhum", PREP_DECLARATION, Intent.DECLARED_NONE, id="nenhum"),
        pytest.param("yes", PREP_DECLARATION, Intent.DECLARED_SOME, id="yes to the questions"),
    ],
)
def test_a_short_answer_means_what_was_asked(reader, text, expecting, intent):
    assert reader.read(text, expecting).intents == (intent,)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("none of it is healing", id="none, and a sign"),
        pytest.param("no but i used retinol yesterday", id="no, but"),
        pytest.param("no i think its infected", id="no, and danger"),
    ],
)
def test_none_with_more_behind_it_declares_nothing(reader, text):
    assert not reader.read(text, PREP_DECLARATION).wants(Intent.DECLARED_NONE)


@pytest.mark.parametrize(
    "text",
    [
        "advil yesterday",
        "yes, retinol on sunday",
        "no but i used retinol yesterday",
        "yes i did",
        "cera el lunes",
    ],
)
def test_a_list_after_the_questions_declares_something(reader, text):
    assert reader.read(text, PREP_DECLARATION).wants(Intent.DECLARED_SOME)


@pytest.mark.parametrize(
    "text", ["does tylenol count", "is retinol the same as retin a?", "can i use a scrub"]
)
def test_a_question_after_the_questions_stays_a_question(reader, text):
    assert not reader.read(text, PREP_DECLARATION).wants(Intent.DECLARED_SOME)
