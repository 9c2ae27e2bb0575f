"""The last look: what cannot leave any more is not forgotten."""

from datetime import timedelta

from care.delivery import Status
from messages.segments import count
from scheduler.inbox import answer, receive
from tests.cast import ANNA, CLINIC_NUMBER


def test_an_answer_that_could_not_leave_in_time_is_a_persons_to_make_up_for(house):
    from carriers.base import IncomingText

    house.book()
    house.tick(seconds=1)
    answer(house.works, receive(house.works, IncomingText("SM1", ANNA, CLINIC_NUMBER, "HELP")))
    house.tick(hours=13)
    assert [row.status for row in house.outbox(purpose="reply")] == [Status.EXPIRED]
    [ticket] = house.tickets(kind="not_reached")
    assert ticket.mobile == ANNA
    assert ticket.due_at > house.clock() - timedelta(seconds=1)


def test_a_text_records_the_parts_it_was_billed_as_when_it_leaves(house):
    house.book("2026-12-18 14:00", language="es")
    house.until("2026-12-16 12:00")
    texts = house.outbox()
    left = [text for text in texts if text.handed_at]
    assert min(text.parts for text in left) >= 1
    assert max(text.parts for text in left) > 1
    assert all(text.parts == count(text.body).parts for text in left)
    assert {text.parts for text in texts if not text.handed_at} == {0}
