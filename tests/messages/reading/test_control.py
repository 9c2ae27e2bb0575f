"""An opt-out in any words is one; a verb that acts on anything but the texts is none."""

import pytest

from care.reading import Intent


def test_every_way_of_saying_stop_is_an_opt_out(reader, texts):
    assert [text for text in texts["opt_out"] if not reader.read(text).opt_out] == []


def test_no_verb_that_acts_on_something_else_is_an_opt_out(reader, texts):
    assert [text for text in texts["not_opt_out"] if reader.read(text).opt_out] == []


def test_danger_texts_are_no_opt_outs(reader, texts):
    assert [text for text in texts["emergency"] if reader.read(text).opt_out] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ＳＴＯＰ", id="full width"),
        pytest.param("S\u200bT\u200bO\u200bP", id="zero-width characters"),
        pytest.param("\u202eSTOP\u202c", id="right-to-left marks"),
        pytest.param("  stop  ", id="blanks around"),
        pytest.param("STOP 🙏", id="an emoji behind"),
        pytest.param("Stop. Thank you", id="thanks behind"),
        pytest.param("stooooop", id="stretched"),
        pytest.param("Please don’t text me anymore", id="curly apostrophe"),
        pytest.param("Please dont text me anymore", id="no apostrophe"),
    ],
)
def test_an_opt_out_is_seen_through_its_typing(reader, text):
    assert reader.read(text).opt_out


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('Liked "See you tomorrow. Reply STOP to opt out"', id="liked"),
        pytest.param("Emphasized “Reply STOP to opt out.”", id="emphasized"),
        pytest.param("Loved an image", id="an image"),
        pytest.param('Reacted 👍 to "Reply STOP to opt out"', id="reacted"),
        pytest.param("Le gustó “Responda STOP”", id="Spanish"),
        pytest.param("Gostou de “Responda STOP”", id="Portuguese"),
    ],
)
def test_a_tapback_is_silent_and_no_opt_out(reader, text):
    reading = reader.read(text)
    assert reading.intents == (Intent.SILENT,)
    assert not reading.opt_out


def test_danger_outside_the_quotation_of_a_tapback_still_counts(reader):
    reading = reader.read('Liked "See you tomorrow" but my throat is closing')
    assert reading.wants(Intent.EMERGENCY)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        pytest.param("START", Intent.OPT_IN, id="start"),
        pytest.param("unstop", Intent.OPT_IN, id="unstop"),
        pytest.param("quiero volver a recibir los mensajes", Intent.OPT_IN, id="in Spanish"),
        pytest.param("HELP", Intent.HELP, id="help"),
        pytest.param("Info.", Intent.HELP, id="info"),
        pytest.param("ayuda", Intent.HELP, id="ayuda"),
        pytest.param("ajuda", Intent.HELP, id="ajuda"),
    ],
)
def test_the_other_control_words(reader, text, intent):
    assert reader.read(text).intents == (intent,)


def test_stop_at_the_head_of_an_emergency_is_both(reader):
    reading = reader.read("STOP I can't breathe")
    assert reading.intents == (Intent.EMERGENCY, Intent.OPT_OUT)


def test_no_more_of_something_unnamed_is_asked_not_guessed(reader):
    reading = reader.read("I don't want any more")
    assert not reading.opt_out
    assert "unclear" in reading.acts
