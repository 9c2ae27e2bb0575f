"""How a conversation stands in the inbox: every text of hers shows, whatever becomes of it."""

from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import select

from scheduler import ticketing
from store.conversations import conversation_with
from store.database import Database
from store.standing import read, resolve, snooze
from store.tables import Conversation, Standing
from tests.cast import ANNA, ON_CALL, STRANGER


def _talk(house, mobile: str = ANNA) -> Conversation | None:
    with house.look() as session:
        return session.scalar(select(Conversation).where(Conversation.mobile == mobile))


def _do(house, act, *arguments, mobile: str = ANNA) -> None:
    with house.works.database.writing() as session:
        act(conversation_with(session, "main", mobile, house.clock()), *arguments)


def test_a_text_that_the_program_answers_stands_unread_and_waits_for_nobody(house):
    house.book()
    house.text_in("does it hurt?")
    talk = _talk(house)
    assert (talk.standing, talk.turns) == (Standing.UNREAD, 1)
    assert talk.unread_since == talk.last_came_at == talk.talked_at == house.inbox()[0].received_at
    assert talk.waiting_since is None


def test_a_text_for_a_person_waits_from_the_moment_it_came(house):
    house.book()
    house.text_in("how much is it")
    first = house.inbox()[0].received_at
    house.tick(minutes=10)
    house.text_in("hello?? how much")
    assert _talk(house).waiting_since == first


def test_a_text_from_a_number_that_nobody_knows_stands_there_too(house):
    house.text_in("hello", mobile=STRANGER)
    house.tick(seconds=30)
    assert _talk(house, STRANGER).standing == Standing.UNREAD


def test_a_text_that_breaks_the_reading_stands_there_and_waits(house, monkeypatch):
    monkeypatch.setattr(type(house.works.reader), "read", lambda *_: 1 / 0)
    house.text_in("anything")
    assert _talk(house).waiting_since is not None


def test_the_answer_to_a_page_is_no_conversation(house):
    house.text_in("i cant breathe")
    house.text_in("1", mobile=ON_CALL)
    assert _talk(house, ON_CALL) is None


def test_a_piece_that_is_looked_at_again_does_not_make_it_unread_again(house):
    house.book()
    house.text_in("is it ok")
    _do(house, read)
    house.tick(seconds=30)
    assert house.inbox()[0].state != "received"
    assert _talk(house).unread_since is None


def test_only_the_program_has_written_yet_then_it_is_not_in_the_list(house):
    house.book()
    house.until("2026-12-10 17:00")  # the text of the day before asks for a confirmation
    assert _talk(house).standing == Standing.SILENT


def test_a_text_of_hers_ends_a_snooze_and_opens_what_was_resolved(house):
    house.book()
    house.text_in("thanks")
    _do(house, resolve, "ana", house.clock())
    _come_again(house)
    _do(house, snooze, house.clock() + timedelta(days=9), "ana")
    _come_again(house)


def _come_again(house) -> None:
    house.tick(minutes=1)
    house.text_in("thanks again")
    talk = _talk(house)
    assert talk.standing == Standing.UNREAD
    assert (talk.snoozed_until, talk.snoozed_by, talk.resolved_at, talk.resolved_by) == (None,) * 4


def test_once_its_last_ticket_is_resolved_she_waits_no_longer_and_reopened_she_does(house):
    house.book()
    house.text_in("how much is it")
    [ticket] = house.tickets()
    assert ticketing.resolve(house.works, ticket.id, "ana")
    assert _talk(house).waiting_since is None
    assert ticketing.reopen(house.works, ticket.id, "ana")
    assert _talk(house).waiting_since == ticket.created_at


def test_two_texts_that_begin_a_conversation_at_once_are_both_kept_in_one(house):
    at_once, broke = Barrier(2), []

    def begin() -> None:
        own = Database(house.works.database.url)
        try:
            at_once.wait()
            with own.writing() as session:
                conversation_with(session, "main", STRANGER, house.clock())
        except Exception as error:
            broke.append(error)
        finally:
            own.close()

    threads = [Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broke == []
    assert _talk(house, STRANGER) is not None


def test_two_who_resolve_one_ticket_at_once_one_is_told(house):
    house.book()
    house.text_in("how much is it")
    [ticket] = house.tickets()
    at_once, did = Barrier(2), []

    def press(who: str) -> None:
        at_once.wait()
        did.append(ticketing.resolve(house.works, ticket.id, who))

    threads = [Thread(target=press, args=(who,)) for who in ("ana", "kim")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(did) == [False, True]
