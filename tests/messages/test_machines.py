"""Texts that another machine wrote, and texts of people that sound a little like one."""

import pytest

from care.reading import Intent, Reading
from messages.keywords import in_its_language
from messages.machines import by_a_machine


def _machine(text: str, reader) -> bool:
    return by_a_machine(reader.read(text)).intents == (Intent.SILENT,)


@pytest.fixture(scope="module")
def reader(catalog):
    from messages.read import Reader

    return Reader(catalog.answers)


@pytest.mark.parametrize(
    "text",
    [
        "AUTO-REPLY: I am out of the office until Monday",
        "Automatic reply: thank you for your message",
        "This is an automated message. Do not reply.",
        "Autoreply - in a meeting",
        "I'm driving right now, I'll get back to you later. (Sent automatically)",
        "I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get there.",
        "(I’m not receiving notifications. If this is urgent, reply “urgent” to send it through.)",
        "Thanks for contacting us. This number is not monitored.",
        "Respuesta automática: estoy fuera de la oficina",
        "Esta é uma mensagem automática",
    ],
)
def test_what_calls_itself_automatic_is_silent(text, reader):
    assert _machine(text, reader)


@pytest.mark.parametrize(
    "text",
    [
        "is this an automated message?",
        "I'm out of the office on Monday, can I move my visit?",
        "am I talking to a machine",
        "do you text automatically",
        "Automatic reply: I can't breathe",
        "please stop this automated message",
    ],
)
def test_people_are_answered(text, reader):
    assert not _machine(text, reader)


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("alto", "es"),
        ("baja", "es"),
        ("fin", "es"),
        ("salir", "es"),
        ("sair", "pt"),
        ("chega", "pt"),
        ("stop", "en"),
    ],
)
def test_a_bare_control_word_is_in_its_own_language(word, language):
    reading = Reading(word, (Intent.OPT_OUT,), "en", opt_out=True, keyword=word)
    assert in_its_language(reading).language == language
