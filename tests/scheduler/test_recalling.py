"""A text called back from the hand that has it stays called back, whoever writes at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest

from care.delivery import Status
from scheduler.booking import parse_change
from scheduler.changing import change_visit
from scheduler.chasing import chase
from scheduler.dispatch import EVERY_LANE, claim
from store.claims import Hand, lost, put_back, renew, still_in_hand, take_due, write_fates
from store.outbox import LEASE, Lane, recall, suppress_planned
from store.tables import OutboxText
from tests.cast import ANNA

#: A moment in which the other side reaches the lock it must wait for, seconds.
MEANWHILE = 0.3
HERS = OutboxText.mobile == ANNA


def _in_hand(house) -> Hand:
    """Her welcome is claimed, and waits for a line."""
    at, _, [text] = claim(house.works, EVERY_LANE)
    return {text.id: at}


def _writes(house, change: Callable[..., object], *arguments: object) -> Callable[[], None]:
    def write() -> None:
        with house.works.database.writing() as session:
            change(session, *arguments)

    return write


def _welcome(house) -> OutboxText:
    return house.outbox(step="welcome")[0]


def test_a_renewal_that_waited_while_the_text_was_recalled_does_not_undo_that(house):
    house.book()
    hand, asked_at = _in_hand(house), house.clock() + LEASE / 5
    with ThreadPoolExecutor(1) as sender, house.works.database.writing() as session:
        recall(session, HERS, asked_at + timedelta(seconds=1))
        renewed = sender.submit(_writes(house, renew, hand, asked_at))
        sleep(MEANWHILE)
        assert not renewed.done()
    renewed.result()
    with house.look() as session:
        assert still_in_hand(session, hand, asked_at) == set()


def test_a_recalled_text_on_the_wire_is_not_taken_for_lost_while_its_hand_lives(house):
    house.book()
    hand = _in_hand(house)
    for _ in range(3):
        house.clock.move_to(house.clock() + LEASE / 2)
        _writes(house, renew, hand, house.clock())()
        _writes(house, recall, HERS, house.clock())()
        assert chase(house.works) == 0
    house.clock.move_to(house.clock() + 2 * LEASE)
    with house.look() as session:
        assert [row.id for row in lost(session, house.clock())] == list(hand)


def test_what_another_hand_has_taken_since_is_neither_renewed_nor_put_back(house):
    house.book()
    old = _in_hand(house)
    house.clock.move_to(house.clock() + 3 * LEASE)
    chase(house.works)
    new = _in_hand(house)
    assert list(old) == list(new)
    until = _welcome(house).claimed_until
    _writes(house, recall, HERS, house.clock())()
    _writes(house, renew, old, house.clock() + LEASE)()
    _writes(house, put_back, old, house.clock())()
    assert (_welcome(house).status, _welcome(house).claimed_until) == (Status.CLAIMED, until)
    _writes(house, put_back, new, house.clock())()
    assert (_welcome(house).status, _welcome(house).attempts) == (Status.PLANNED, 1)


def _is_claimed(session, now) -> str:
    """A sender takes what is due in hand, and has not committed yet."""
    [due] = take_due(session, "main", Lane.TIMED, now, 1)
    claimed = {"status": Status.CLAIMED.value, "handed_at": now, "claimed_until": now + LEASE}
    write_fates(session, [{"id": due.id, **claimed}])
    return due.id


def _stop(house) -> None:
    _writes(house, suppress_planned, ANNA, "She texted STOP", house.clock() + timedelta(seconds=1))()


def _cancel(house) -> None:
    change_visit(house.works, "visit-1", parse_change({"status": "cancelled"}), "desk")


@pytest.mark.parametrize("change", [_stop, _cancel])
def test_a_change_in_the_middle_of_a_claim_calls_the_text_back_and_writes_nothing_over(house, change):
    house.book()
    now = house.clock()
    with ThreadPoolExecutor(1) as desk, house.works.database.writing() as session:
        text_id = _is_claimed(session, now)
        changed = desk.submit(change, house)
        sleep(MEANWHILE)
        assert not changed.done()
    changed.result()
    assert _welcome(house).status == Status.CLAIMED
    assert _welcome(house).recalled_at is not None
    with house.look() as session:
        assert still_in_hand(session, {text_id: now}, now) == set()
