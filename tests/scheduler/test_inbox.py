"""Nothing a patient wrote is ever lost, answered twice, or left without somebody's name on it."""

from datetime import timedelta

from scheduler.chores import do_chores
from scheduler.inbox import receive
from tests.cast import ANNA, CLINIC_NUMBER, ON_CALL


def _incoming(body, sid="SM1"):
    from carriers.base import IncomingText

    return IncomingText(provider_sid=sid, sender=ANNA, to=CLINIC_NUMBER, body=body)


def test_a_text_that_cannot_be_read_becomes_a_ticket_that_pages(house, monkeypatch):
    house.book()
    monkeypatch.setattr(type(house.works.reader), "read", lambda *_: 1 / 0)
    house.text_in("anything")
    assert [ticket.kind for ticket in house.tickets()] == ["unread"]
    assert house.inbox()[0].state == "crashed"
    assert len(house.words(ON_CALL)) == 1


def test_a_text_left_over_by_a_process_that_died_is_answered_by_the_next_one(house):
    house.book()
    receive(house.works, _incoming("my throat is closing"))
    house.clock.move_to(house.clock() + timedelta(minutes=1))
    do_chores(house.works)
    house.tick(seconds=1)
    assert any("911" in body for body in house.words())


def test_the_same_text_brought_twice_is_kept_once(house):
    assert receive(house.works, _incoming("hello")) is not None
    assert receive(house.works, _incoming("hello")) is None
    assert len(house.inbox()) == 1


def test_what_was_understood_is_kept_beside_the_text(house):
    house.book()
    house.text_in("does it hurt?")
    kept = house.inbox()[0].reading
    assert kept["topic"] == "pain"
    assert kept["matched"]


def test_nobody_is_paged_for_a_question_about_the_price(house):
    house.book()
    house.text_in("how much is it")
    assert house.words(ON_CALL) == []
    assert len(house.tickets()) == 1


def test_pages_go_to_the_second_person_when_the_first_is_silent(house):
    house.book()
    house.text_in("i cant breathe")
    for _ in range(4):
        house.tick(minutes=5)
    assert len(house.words(ON_CALL)) == 3
    assert len(house.words("+17815550144")) == 2


def test_an_emergency_from_a_number_that_opted_out_pages_and_texts_her_nothing(house):
    house.book()
    house.text_in("stop")
    before = house.words()
    house.text_in("i cant breathe")
    assert house.words() == before
    assert house.words(ON_CALL)
    assert "opted out" in house.tickets()[-1].reason


def test_logs_carry_ids_and_never_a_name_a_number_or_a_word(house, caplog):
    caplog.set_level("DEBUG")
    house.book(name="Zelda Quux")
    house.text_in("my throat is closing, xyzzy")
    house.until("2026-12-08 13:30")
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name.split(".")[0] != "sqlalchemy"
    )
    for secret in ("Zelda", "Quux", ANNA, "5550121", "xyzzy", "throat"):
        assert secret not in said


def test_two_machines_talking_to_each_other_end_in_one_ticket(house):
    for _ in range(30):
        house.text_in("Thank you for your order, it is on its way", mobile="+16175550177")
        house.tick(seconds=20)
    assert len(house.words("+16175550177")) <= 12
    assert [ticket.kind for ticket in house.tickets()].count("flood") == 1


def test_what_calls_itself_an_automatic_reply_is_met_with_silence(house):
    house.text_in("AUTO-REPLY: I am out of the office", mobile="+16175550177")
    house.tick(minutes=1)
    assert (house.words("+16175550177"), house.tickets()) == ([], [])
    assert "another machine" in house.inbox()[0].reading["silence"]


def test_an_automatic_reply_that_tells_of_danger_is_no_machines(house):
    house.text_in("Automatic reply: I can't breathe")
    assert any("911" in body for body in house.words())


def test_a_short_code_is_never_answered(house):
    house.text_in("Your code is 1234", mobile="72975")
    house.tick(seconds=6)
    assert house.words("72975") == []
    assert len(house.tickets()) == 1


def test_a_text_to_a_number_that_no_location_has_is_kept_and_answered_all_the_same(house):
    from carriers.base import IncomingText
    from scheduler.inbox import answer

    incoming = IncomingText(provider_sid="SM9", sender=ANNA, to="+16175550001", body="i cant breathe")
    answer(house.works, receive(house.works, incoming))
    house.tick(seconds=1)
    assert any("911" in body for body in house.words())
