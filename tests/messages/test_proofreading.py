"""New words are read over before anybody approves them: what is unsafe is refused, the rest is told."""

import pytest

from messages.difference import Change, difference
from messages.proofreading import Before, language_of, read_over, tidy

ONE_WEEK = {
    "en": "{clinic}: How is your skin today? Call {phone}.",
    "es": "{clinic}: ¿Cómo está su piel hoy? Llame al {phone}.",
    "pt": "{clinic}: Como está sua pele hoje? Ligue {phone}.",
}


def proof(catalog, name, **texts):
    return read_over(Before(catalog.wordings[name], catalog), tidy({**ONE_WEEK, **texts}), "Harbor Skin")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        pytest.param("one_week", "Call {phone}.", "does not begin with the clinic", id="from whom?"),
        pytest.param("one_week", "{clinic}: Hi {name}. {phone}", "asks for {name}", id="an unknown name"),
        pytest.param("bleeding", "{clinic}: On {day}, call {phone}.", "asks for {day}", id="a reply"),
        pytest.param("handoff", "{clinic}: See {link} {phone}", "asks for {link}", id="for staff"),
        pytest.param("one_week", "{clinic}: Call {phone", "has a loose brace", id="a loose brace"),
        pytest.param("one_week", "{clinic}: All well?", "leaves out {phone}", id="another language says it"),
        pytest.param("one_week", "{clinic}: Reply CANCEL. {phone}", "the reply CANCEL", id="reserved"),
        pytest.param("one_week", "{clinic}: Painless! {phone}", "promises", id="a promise"),
        pytest.param("one_week", "{clinic}: Take 200 mg. {phone}", "tells a dose", id="a dose"),
        pytest.param("one_week", "{clinic}: It is infected. {phone}", "makes a diagnosis", id="diagnosis"),
        pytest.param(
            "one_week",
            "{clinic}: Skip your medicine. {phone}",
            "leave out a medicine",
            id="a medicine",
        ),
        pytest.param("one_week", "{clinic}: Your Botox? {phone}", "on a lock screen", id="privacy"),
        pytest.param(
            "antiviral_start",
            "{clinic}: Cold sores? {phone}",
            "only patients who have",
            id="who has it",
        ),
        pytest.param("one_week", "{clinic}: Well? 😀 {phone}", "halves the room", id="an emoji"),
        pytest.param("emergency", "{clinic}: Call us at {phone}.", "leaves out 911", id="911 is lost"),
        pytest.param("emergency", "{clinic}: It is normal. 911 {phone}", "comforts", id="comfort in danger"),
        pytest.param("one_week", "", "is missing", id="no English"),
        pytest.param("one_week", "{clinic}: {phone}" + " very" * 400, "longer than", id="too long"),
        pytest.param("one_week", "{clinic}: a\x00b {phone}", "no phone can show", id="a NUL"),
    ],
)
def test_what_is_unsafe_is_refused(catalog, name, text, why):
    errors = proof(catalog, name, en=text).errors
    assert [one for one in errors if why in one.problem], errors


def test_a_timed_text_is_refused_without_a_language(catalog):
    [error] = proof(catalog, "one_week", pt=" ").errors
    assert (language_of(error), error.problem) == ("pt", "is missing")


@pytest.mark.parametrize(
    ("name", "texts", "why"),
    [
        pytest.param("about_retinol", {"pt": ""}, "a person answers", id="an answer loses a language"),
        pytest.param("noted", {"es": ""}, "English is sent", id="a reply loses a language"),
        pytest.param("one_week", {"en": "{clinic}: {phone}" + " Well?" * 99}, "parts", id="many parts"),
        pytest.param(
            "one_week",
            {"en": "{clinic}: Approximately considerable irritability necessitates consultation. {phone}"},
            "reads at grade",
            id="hard to read",
        ),
    ],
)
def test_what_is_merely_unwise_is_told(catalog, name, texts, why):
    found = proof(catalog, name, **texts)
    assert found.errors == ()
    assert [one for one in found.remarks if why in one.problem]


def test_every_wording_as_shipped_passes_its_own_reading(catalog):
    for name, wording in catalog.wordings.items():
        assert read_over(Before(wording, catalog), wording.texts, "Harbor Skin").errors == (), name


def test_what_was_typed_is_kept_on_one_line():
    assert tidy({"pt": " ", "en": " {clinic}:\n  Hi\u00a0there "}) == {"en": "{clinic}: Hi there"}


SHORTER = [("same", "{clinic}: skip it"), ("out", " now"), ("in", " today"), ("same", " please")]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        pytest.param("a b c", "a b c", [("same", "a b c")], id="nothing"),
        pytest.param("{clinic}: skip it now please", "{clinic}: skip it today please", SHORTER, id="a word"),
        pytest.param("see us", "see us soon", [("same", "see us"), ("in", " soon")], id="at the end"),
        pytest.param(
            "a b c d", "x b y d", [("out", "a b c"), ("in", "x b y"), ("same", " d")], id="an island"
        ),
        pytest.param("", "new words", [("in", "new words")], id="from nothing"),
        pytest.param("old words", "", [("out", "old words")], id="to nothing"),
    ],
)
def test_a_difference_is_told_word_by_word(old, new, changes):
    found = difference(old, new)
    assert [(one.change.value, one.words) for one in found] == changes
    assert "".join(one.words for one in found if one.change is not Change.IN) == old
    assert "".join(one.words for one in found if one.change is not Change.OUT) == new
