"""Tickets that do not sleep: paged for every text, until somebody answers the page."""

import pytest
from sqlalchemy import select

from store.tables import AuditEntry
from tests.cast import ANNA, ON_CALL, STRANGER

SECOND = "+17815550144"


def test_every_text_pages_and_one_level_is_answered_once_in_ten_minutes(house):
    house.book()
    house.text_in("i cant breathe")
    house.tick(minutes=1)
    house.text_in("help i cant breathe")
    assert [name for _, name in house.sent()].count("emergency_allergy") == 1
    assert len(house.words(ON_CALL)) == 2
    [ticket] = house.tickets()
    assert [text.reading["held_by"] for text in house.inbox()] == [[ticket.id]] * 2


def test_another_level_is_answered_beside_it(house):
    house.book()
    house.text_in("my skin is oozing yellow pus and it is spreading")
    house.text_in("i cant breathe")
    names = [name for _, name in house.sent()]
    assert (names.count("urgent"), names.count("emergency_allergy")) == (1, 1)
    assert {ticket.kind for ticket in house.tickets()} == {"urgent", "emergency"}


def test_after_ten_minutes_it_is_answered_again(house):
    house.book()
    for _ in range(2):
        house.text_in("i cant breathe")
        house.tick(minutes=10.5)
    assert [name for _, name in house.sent()].count("emergency_allergy") == 2


def test_a_safety_reply_that_never_left_does_not_count(house):
    house.book()
    house.text_in("i cant breathe")
    with house.works.database.writing() as session:
        from store.tables import OutboxText

        session.scalars(select(OutboxText).where(OutboxText.lane == 0)).one().status = "failed"
    house.text_in("i still cant breathe")
    assert [name for _, name in house.sent()].count("emergency_allergy") == 2


def test_who_was_taken_care_of_and_writes_again_pages_again(house):
    house.book()
    house.text_in("i cant breathe")
    house.text_in("1", mobile=ON_CALL)
    house.tick(minutes=12)
    house.text_in("i cant breathe")
    assert [ticket.status for ticket in house.tickets()] == ["taken", "open"]


@pytest.mark.parametrize("word", ["1", "ok", "OK!", "Taken.", "yes", "got it", "sí", "👍"])
def test_a_page_is_taken_by_answering_it(house, word):
    house.book()
    house.text_in("i cant breathe")
    house.text_in(word, mobile=ON_CALL)
    [ticket] = house.tickets()
    assert (ticket.status, ticket.owner, ticket.next_page_at) == ("taken", "on call 1", None)
    told = house.words(ON_CALL)[-1]
    assert "is yours" in told
    assert f"/tickets/{ticket.id}" in told
    count = len(house.words(ON_CALL))
    house.tick(minutes=30)
    assert (len(house.words(ON_CALL)), house.words(SECOND)) == (count, [])
    with house.look() as session:
        assert session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "ticket taken")).all() == [
            "on call 1"
        ]


def test_the_second_to_answer_is_told_that_somebody_has_it(house):
    house.book()
    house.text_in("i cant breathe")
    for _ in range(3):
        house.tick(minutes=5)
    assert house.words(SECOND), "the first was silent: the second person is paged"
    house.text_in("1", mobile=ON_CALL)
    house.text_in("ok", mobile=SECOND)
    assert "Somebody else has" in house.words(SECOND)[-1]
    assert house.tickets()[0].owner == "on call 1"


def test_the_answer_takes_the_ticket_of_the_last_page_and_the_next_answer_the_one_before(house):
    house.book()
    house.text_in("i cant breathe")
    house.tick(seconds=30)
    house.text_in("there is pus and it is spreading", mobile=STRANGER)
    first, second = house.tickets()
    house.text_in("1", mobile=ON_CALL)
    assert [(ticket.id, ticket.status) for ticket in house.tickets()] == [
        (first.id, "open"),
        (second.id, "taken"),
    ]
    house.text_in("1", mobile=ON_CALL)
    assert {ticket.status for ticket in house.tickets()} == {"taken"}


def test_ok_from_a_phone_that_was_not_paged_is_anybodys_text(house):
    house.text_in("ok", mobile=ON_CALL)
    house.tick(seconds=6)
    assert house.inbox()[0].reading["actions"] == []


def test_somebody_on_call_who_is_a_patient_too_confirms_her_visit_when_that_was_asked_last(house):
    house.book("2026-12-11 14:00", mobile=ON_CALL)
    house.book("2026-12-18 14:00", external_id="visit-2")
    house.text_in("i cant breathe")
    house.until("2026-12-10 15:59")
    for ticket in house.tickets():
        from scheduler.ticketing import take

        take(house.works, ticket.id, "kim")
    house.until("2026-12-10 16:05")
    house.text_in("yes", mobile=ON_CALL)
    assert house.sent(ON_CALL)[-1][1] == "confirmed"


def test_danger_from_a_phone_on_call_is_danger(house):
    house.book()
    house.text_in("i cant breathe", mobile=ON_CALL)
    assert "911" in house.words(ON_CALL)[0]


def test_wishes_about_one_visit_are_one_task(house):
    house.book("2026-12-18 14:00")
    house.text_in("i need to reschedule")
    house.text_in("tuesday or thursday after 3")
    house.tick(seconds=6)
    [ticket] = house.tickets()
    assert ticket.kind == "appointment"
    assert "when she could come" in ticket.reason
    assert house.sent()[-1][1] == "noted"
    assert ticket.inbox_id == house.inbox()[-1].id


def test_a_yes_after_asking_for_another_time_confirms_nothing(house):
    house.book("2026-12-18 14:00")
    house.text_in("i need to reschedule")
    house.text_in("yes")
    house.tick(seconds=6)
    with house.look() as session:
        from store.visits import find_appointment

        assert find_appointment(session, "visit-1").confirmed_at is None


def test_running_late_is_due_now_and_asks_for_no_other_day(house):
    house.book("2026-12-08 14:00")
    house.text_in("running 10 min late")
    [ticket] = house.tickets(kind="appointment")
    assert ticket.due_at == house.clock()
    house.text_in("tuesday")
    house.tick(seconds=6)
    assert house.sent()[-1][1] == "received"


def test_wishes_are_no_longer_wishes_a_day_later(house):
    house.book("2026-12-18 14:00")
    house.text_in("i need to reschedule")
    house.until("2026-12-09 13:00")
    house.text_in("tuesday or thursday after 3")
    house.tick(seconds=6)
    assert house.sent()[-1][1] == "received"
    assert ANNA in {ticket.mobile for ticket in house.tickets()}
