"""understand: one JSON line in, one out, whatever the line holds."""

import json

import pytest

from handlers.commands.understand import understand


def ask(terminal, *lines: object) -> list[dict]:
    typed = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    return [json.loads(line) for line in terminal.run(understand, typed=typed).splitlines()]


FIELDS = {"intents", "topic", "urgency", "opt_out", "language", "reply", "handoff", "matched"}


def test_each_line_has_the_promised_fields_and_the_words_she_would_get(terminal):
    [said] = ask(terminal, {"text": "can i wear makeup tonite", "phase": "after", "days": 0})
    assert set(said) == FIELDS
    assert (said["intents"], said["topic"], said["handoff"]) == (["faq"], "makeup", False)
    assert said["reply"].startswith("Sample Skin Clinic: ")
    assert "24 hours" in said["reply"]


def test_an_emergency_gets_the_safety_reply_and_a_person(terminal):
    [said] = ask(terminal, {"text": "i can't breathe and my lips are swelling"})
    assert (said["urgency"], said["handoff"]) == ("emergency", True)
    assert "911" in said["reply"]


def test_silence_is_null(terminal):
    [said] = ask(terminal, {"text": ""})
    assert said["reply"] is None


def test_a_question_in_spanish_is_answered_in_spanish(terminal):
    [said] = ask(terminal, {"text": "¿puedo usar maquillaje mañana?"})
    assert (said["language"], said["handoff"]) == ("es", False)
    assert "24 horas" in said["reply"]


def test_an_answer_that_may_not_leave_yet_is_handed_to_a_person_in_her_language(terminal):
    [said] = ask(terminal, {"text": "¿puedo ir al gimnasio mañana?"})
    assert (said["language"], said["handoff"]) == ("es", True)
    assert "{" not in said["reply"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"", id="empty"),
        pytest.param(b"[" * 50_000, id="nested without end"),
        pytest.param(b"\xff\xfe", id="no text at all"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"text": 7}', id="a number for a text"),
        pytest.param(b'{"text": "hi", "phase": "during"}', id="no such phase"),
        pytest.param(b'{"text": "hi", "days": "two"}', id="no number of days"),
    ],
)
def test_a_broken_line_says_so_and_the_next_is_read(terminal, line):
    broken, whole = ask(terminal, line, {"text": "thank you"})
    assert set(broken) == {"error"}
    assert set(whole) == FIELDS


@pytest.mark.parametrize("text", ["\ud800", "\x00", "{clinic}", "🙂" * 2000, "a" * 20_000])
def test_no_text_breaks_it(terminal, text):
    [said] = ask(terminal, {"text": text})
    assert set(said) == FIELDS


def test_each_of_many_texts_gets_its_line(terminal):
    texts = ("is it ok to run tomorrow", "my face is very red", "gracias", "what time is my appt")
    assert len(ask(terminal, *({"text": f"{texts[n % 4]} {n}"} for n in range(200)))) == 200
