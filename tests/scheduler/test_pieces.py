"""Several texts within seconds are one thing said; danger in any of them is answered at once."""

from datetime import timedelta

import pytest

from carriers.base import IncomingText
from scheduler.inbox import answer, receive
from tests.cast import ANNA, CLINIC_NUMBER, ON_CALL

#: What is said when a person must answer.
FOR_A_PERSON = ("received", "handoff")


def _say(house, *bodies, every=1.5, **more):
    for body in bodies:
        house.text_in(body, **more)
        house.tick(seconds=every)


def _heard(house):
    return [(text.body, text.state) for text in house.inbox()]


def _new(house):
    """What Anna was answered: without what her booking brought."""
    return [name for _, name in house.sent() if name not in ("welcome", "health_check")]


def test_a_question_in_pieces_gets_one_answer(house):
    house.book("2026-12-18 14:00")
    _say(house, "hi", "is it ok", "to wear makeup tomorrow")
    house.tick(minutes=1)
    assert _new(house) == ["about_makeup"]
    assert house.tickets() == []
    assert _heard(house)[1:] == [("is it ok", "joined"), ("to wear makeup tomorrow", "answered")]
    assert house.inbox()[-1].whole == "is it ok to wear makeup tomorrow"


def test_a_question_that_is_clear_by_itself_does_not_wait(house):
    house.book("2026-12-18 14:00")
    house.text_in("can I wear makeup tomorrow?")
    assert _new(house) == ["about_makeup"]


def test_pieces_that_come_to_nothing_are_one_ticket_and_one_reply(house):
    house.book("2026-12-18 14:00")
    _say(house, "so my cousin", "she said", "you know")
    house.tick(seconds=6)
    assert _new(house) == ["received"]
    [ticket] = house.tickets()
    assert house.inbox()[-1].id == ticket.inbox_id
    assert house.inbox()[-1].whole == "so my cousin she said you know"


def test_nobody_who_goes_on_and_on_waits_for_ever(house):
    house.book("2026-12-18 14:00")
    _say(house, *["and then"] * 12, every=2)
    assert _new(house)[:1] == ["received"]


@pytest.mark.parametrize("pause", [1, 10])
def test_a_sign_in_pieces_is_found_at_the_latest_once_they_stand_together(house, pause):
    """Also when the first was answered by itself a moment ago."""
    house.book("2026-12-18 14:00")
    _say(house, "i cant", "breathe", every=pause)
    assert any("911" in body for body in house.words())
    assert [ticket.kind for ticket in house.tickets() if ticket.urgency == 4] == ["emergency"]


def test_danger_in_one_piece_is_answered_at_once_and_the_others_are_not_lost(house):
    house.book("2026-12-18 14:00")
    _say(house, "so my cousin", "my throat is closing")
    assert "911" in house.words()[-1]
    assert len(house.words(ON_CALL)) == 1
    house.tick(seconds=6)
    assert [state for _, state in _heard(house)] == ["with_person", "with_person"]


def test_danger_that_was_answered_is_not_found_again_in_what_follows(house):
    house.book("2026-12-18 14:00")
    _say(house, "i cant breathe", "can I wear makeup?")
    assert house.sent()[-1][1] == "about_makeup"
    assert len(house.tickets(kind="emergency")) == 1


def test_stop_in_a_piece_is_an_opt_out_at_once_and_the_rest_goes_to_a_person(house):
    house.book("2026-12-18 14:00")
    _say(house, "you know what", "stop")
    assert house.sent()[-1][1] == "opted_out"
    house.tick(seconds=6)
    assert _heard(house)[0] == ("you know what", "with_person")
    assert house.sent()[-1][1] == "opted_out", "nothing follows the confirmation"


def test_please_no_more_of_what_waits_to_hear_it(house):
    house.book("2026-12-18 14:00")
    _say(house, "no more", "texts please")
    assert house.sent()[-1][1] == "opted_out"


def test_a_picture_and_its_question_are_one_text(house):
    house.book("2026-12-18 14:00")
    house.text_in("", media=(("https://api.twilio.com/m/1", "image/jpeg"),))
    house.tick(seconds=2)
    house.text_in("can I wear makeup?")
    house.tick(seconds=10)
    assert _new(house) == ["about_makeup"]
    assert [ticket.kind for ticket in house.tickets()] == ["photo"]


def test_an_emergency_that_was_stored_when_the_process_died_is_answered_before_a_later_stop(house):
    house.book("2026-12-18 14:00")
    receive(house.works, IncomingText("SM1", ANNA, CLINIC_NUMBER, "I can't breathe"))  # and nobody reads it
    house.clock.move_to(house.clock() + timedelta(seconds=2))
    house.text_in("STOP")
    assert [name for _, name in house.sent()][-2:] == ["emergency_allergy", "opted_out"]
    assert len(house.words(ON_CALL)) == 1


def test_pieces_survive_the_process_that_heard_them(house):
    house.book("2026-12-18 14:00")
    house.text_in("is it ok")
    house.clock.move_to(house.clock() + timedelta(hours=3))  # it died here, and starts again
    house.tick(seconds=1)
    assert _new(house)[-1] in FOR_A_PERSON
    assert len(house.tickets()) == 1


def test_one_text_that_cannot_be_read_does_not_take_the_others_with_it(house, monkeypatch):
    house.book("2026-12-18 14:00")
    read = house.works.reader.read

    def stumbles(text, *more):
        return 1 / 0 if "qqq" in text else read(text, *more)

    monkeypatch.setattr(house.works.reader, "read", stumbles)
    for number, body in enumerate(("qqq", "my throat is closing")):
        receive(house.works, IncomingText(f"SM{number}", ANNA, CLINIC_NUMBER, body))
        house.clock.move_to(house.clock() + timedelta(seconds=1))
    house.tick(seconds=6)
    assert [state for _, state in _heard(house)] == ["crashed", "with_person"]
    assert "911" in house.words()[-1]


def test_pieces_of_two_phones_are_not_mixed(house):
    house.book("2026-12-18 14:00")
    other = "+17815550199"
    house.book("2026-12-18 16:00", mobile=other, name="Cora Diaz", external_id="visit-2")
    _say(house, "is it ok")
    _say(house, "to wear makeup tomorrow", mobile=other)
    house.tick(seconds=6)
    assert len(_new(house)) == 1
    assert _new(house)[0] in FOR_A_PERSON
    assert house.sent(other)[-1][1] == "about_makeup"


def test_pieces_left_over_together_are_read_in_the_order_they_came(house):
    house.book("2026-12-18 14:00")
    for number, body in enumerate(("is it ok", "to wear makeup tomorrow")):
        receive(house.works, IncomingText(f"SM{number}", ANNA, CLINIC_NUMBER, body))
        house.clock.move_to(house.clock() + timedelta(seconds=1))
    house.tick(seconds=6)
    assert house.inbox()[-1].whole == "is it ok to wear makeup tomorrow"


def test_answering_twice_answers_once(house):
    house.book("2026-12-18 14:00")
    inbox_id = house.text_in("does it hurt?")
    answer(house.works, inbox_id)
    house.tick(seconds=10)
    assert len(_new(house)) == 1
