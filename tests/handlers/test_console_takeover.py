"""A person takes over from the bot: it keeps silent but for danger and STOP, and hands back by itself."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from scheduler import tending
from scheduler.replying import Reply, reply
from scheduler.tending import Press
from store.tables import Conversation
from tests.cast import ANNA
from tests.handlers.conftest import add_staff


def _talk(house) -> Conversation:
    with house.look() as session:
        return session.scalars(select(Conversation).where(Conversation.mobile == ANNA)).one()


def _press(desk, talk, action, **fields):
    here = f"/inbox/{talk.id}"
    return desk.press(f"{here}/{action}", **{"back": here, "seen": str(talk.turns)} | fields)


@pytest.fixture
def anna(desk, house) -> Conversation:
    """Ana answers Anna herself."""
    house.book()
    house.text_in("how much is it")
    talk = _talk(house)
    assert (
        "You answer her; the bot stays silent, but for danger and STOP"
        in _press(desk, talk, "take-over").text
    )
    house.tick(minutes=1)
    return talk


def _replies(house) -> list[str]:
    return [text.wording for text in house.outbox(purpose="reply")]


def test_a_question_that_the_bot_could_answer_is_the_persons_and_the_page_says_so(desk, anna, house):
    before = _replies(house)
    house.text_in("does it hurt?")
    assert _replies(house) == before
    [ticket] = house.tickets(kind="taken_over")
    assert ticket.status == "open"
    page = desk.page(f"/inbox/{anna.id}")
    assert "The bot stayed silent: it would have answered pain" in page
    assert "Answer her: the bot stays silent" in page


def test_what_she_writes_on_is_one_task_and_a_persons_answer_ends_it(desk, anna, house):
    for words in ("does it hurt?", "when do i stop retinol", "does it hurt?"):
        house.text_in(words)
        house.tick(minutes=1)
    [ticket] = house.tickets(kind="taken_over")
    reply(house.works, Reply(anna.id, "It does not.", str(uuid4()), in_conversation=True), "ana")
    assert house.tickets(kind="taken_over")[0].status == "resolved"
    assert ticket.reason == house.tickets(kind="taken_over")[0].reason


def test_danger_is_answered_and_pages_and_stop_stops(anna, house):
    house.text_in("my throat is closing")
    assert "emergency_allergy" in _replies(house)
    assert house.tickets(kind="emergency")
    house.text_in("STOP")
    assert "opted_out" in _replies(house)
    assert not house.outbox(status="planned", lane=3)


def test_planned_texts_go_on(anna, house):
    house.until("2026-12-10 17:00")
    assert [text.status for text in house.outbox(step="day_before")] == ["delivered"]


def test_twelve_hours_without_a_persons_word_it_hands_back_by_itself(desk, anna, house):
    house.tick(hours=11)
    reply(house.works, Reply(anna.id, "Still here.", str(uuid4()), in_conversation=True), "ana")
    house.tick(hours=11)
    house.text_in("does it hurt?")
    assert "pain" not in str(_replies(house))
    house.tick(hours=2)
    house.text_in("does it hurt?")
    assert house.inbox()[-1].state == "answered"
    assert "Take over from the bot" in desk.page(f"/inbox/{anna.id}")


def test_handed_back_the_bot_answers_again(desk, anna, house):
    assert "The bot answers her again" in _press(desk, anna, "hand-back").text
    house.text_in("does it hurt?")
    assert house.inbox()[-1].state == "answered"


def test_the_second_is_told_who_answers_her(desk, anna, house):
    add_staff(house, "kim", "Kim Reyes")
    _press(desk, anna, "hand-back")
    tending.take_over(house.works, Press(anna.id, anna.turns, "kim"))
    assert "Kim Reyes has taken over already" in _press(desk, anna, "take-over").text
    assert "Kim Reyes answers her; the bot stays silent" in desk.page(f"/inbox/{anna.id}")
    assert _talk(house).bot_off_until - house.clock() == timedelta(hours=12)
