"""The last look: what cannot leave any more is not forgotten."""

from datetime import timedelta

from care.delivery import Status
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
