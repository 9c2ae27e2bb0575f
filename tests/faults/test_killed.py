"""SIGKILL at every moment of a text's way: nothing is lost, nothing leaves twice."""

import time
from threading import Event

from sqlalchemy import select

from store.tables import OutboxText
from tests.faults.installation import both, on_postgresql
from tests.faults.matrix import fault
from tests.faults.processes import ON_THE_WIRE, until
from tests.standin.faults import SILENT_AFTER_TAKING, SILENT_BEFORE_TAKING, held_until


def _is_asked_after(installation, posts):
    """Once the lease is over the carrier is asked: what it has is not sent again."""
    installation.later(minutes=3)
    installation.drain()
    installation.assert_each_due_text_left_once()
    assert installation.twilio.posts == posts


@fault(1)
def test_killed_before_the_carrier_took_it_a_text_is_proven_absent_and_then_sent_once(installation):
    installation.patients(3)
    installation.twilio.next(*[SILENT_BEFORE_TAKING] * 3)
    worker = installation.worker()
    until(lambda: installation.twilio.posts == 3)
    worker.kill()
    installation.drain()
    assert installation.states() == {"claimed": 3}, "its lease is not over: the dead one might still live"
    assert installation.twilio.posts == 3

    installation.later(minutes=3)
    installation.drain()
    installation.assert_each_due_text_left_once()


@fault(2)
@on_postgresql
def test_killed_before_the_answer_came_a_text_is_found_in_the_carriers_list(installation):
    installation.patients(3)
    installation.twilio.next(*[SILENT_AFTER_TAKING] * 3)
    worker = installation.worker()
    until(lambda: len(installation.twilio.texts) == 3)
    worker.kill()
    assert installation.states() == {"claimed": 3}

    _is_asked_after(installation, posts=3)


@fault(3)
@both
def test_killed_between_the_answer_and_our_own_note_of_it_a_text_is_found_in_the_carriers_list(installation):
    installation.patients(3)
    answer = Event()
    installation.twilio.next(*[held_until(answer)] * 3)
    worker = installation.worker()
    until(lambda: len(installation.twilio.texts) == 3)
    with installation.nothing_can_be_written():
        answer.set()
        time.sleep(ON_THE_WIRE)
        worker.kill()
    assert installation.states() == {"claimed": 3}

    _is_asked_after(installation, posts=3)


@fault(4)
@both
def test_killed_half_way_through_its_notes_only_the_other_half_is_asked_after(installation):
    installation.patients(6)
    early, late = Event(), Event()
    installation.twilio.next(*[held_until(early)] * 3, *[held_until(late)] * 3)
    worker = installation.worker()
    until(lambda: len(installation.twilio.texts) == 6)
    early.set()
    until(lambda: installation.states() == {"sent": 3, "claimed": 3})
    with installation.nothing_can_be_written():
        late.set()
        time.sleep(ON_THE_WIRE)
        worker.kill()

    assert installation.states() == {"sent": 3, "claimed": 3}
    _is_asked_after(installation, posts=6)


@fault(4)
@on_postgresql
def test_notes_that_stuck_at_one_text_of_a_batch_are_as_if_never_begun(installation):
    installation.patients(4)
    answer = Event()
    installation.twilio.next(*[held_until(answer)] * 4)
    worker = installation.worker()
    until(lambda: len(installation.twilio.texts) == 4)
    with installation.database.writing() as session:
        one = select(OutboxText).where(OutboxText.id == installation.twilio.texts[-1].our_id)
        session.scalars(one.with_for_update()).one()
        answer.set()
        time.sleep(ON_THE_WIRE)
        worker.kill()
    assert installation.states() == {"claimed": 4}

    installation.later(minutes=3)
    installation.drain()
    installation.assert_each_due_text_left_once()


@fault(1, 2, 3, 4)
@both
def test_killed_under_load_at_whatever_moment_every_text_leaves_once(installation):
    installation.patients(30)
    installation.twilio.latency = 0.1
    worker = installation.worker()
    until(lambda: len(installation.twilio.texts) >= 12)
    worker.kill()
    installation.later(minutes=3)
    installation.drain()
    installation.assert_each_due_text_left_once()
