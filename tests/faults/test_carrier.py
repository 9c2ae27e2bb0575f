"""A carrier that lies, breaks off, refuses, is silent: each text is taken once, or a person knows why not."""

import threading
from datetime import timedelta

from carriers.twilio import TwilioCarrier
from scheduler.chores import do_chores
from scheduler.dispatch import dispatch
from scheduler.works import Works
from tests.carriers.conftest import account_at
from tests.faults.installation import PUBLIC_URL, both, free_port, wall_clock
from tests.faults.matrix import fault
from tests.faults.processes import until
from tests.standin import faults

LOST_ANSWERS = {
    "a connection that is reset": faults.RESET_AFTER_TAKING,
    "half an answer": faults.CUT_SHORT,
    "500": faults.broken(500),
    "503": faults.broken(503, 20503),
    "half a JSON": faults.HALF_JSON,
    "a page of HTML instead of an answer": faults.page(200),
    "a gateway's page of HTML": faults.page(502),
    "an empty answer": faults.EMPTY,
    "JSON that is no text": faults.NOT_AN_OBJECT,
    "an answer without an id": faults.NO_SID,
}


@fault(6, 8, 31, 32)
@both
def test_whatever_a_carrier_answers_that_took_a_text_it_is_asked_and_never_sent_twice(installation):
    mobiles = installation.patients(len(LOST_ANSWERS))
    for mobile, lost in zip(mobiles, LOST_ANSWERS.values(), strict=True):
        installation.twilio.for_number(mobile, lost)
    installation.drain()
    installation.assert_each_due_text_left_once()
    assert installation.twilio.posts == len(mobiles)


@fault(8, 31)
def test_a_fault_before_the_text_was_taken_is_no_reason_to_lose_it(installation):
    mobiles = installation.patients(3)
    before = (faults.page(502, takes=False), faults.broken(500, takes=False), faults.RESET_BEFORE_TAKING)
    installation.twilio.next(*before)
    installation.drain()
    assert installation.states() == {"unknown": 3}

    installation.later(minutes=3)
    installation.drain()
    installation.assert_each_due_text_left_once()
    assert installation.twilio.posts == 2 * len(mobiles)


@fault(8)
def test_a_carrier_that_cannot_say_for_an_hour_leaves_a_ticket_not_a_guess(installation):
    installation.patients(1)
    installation.twilio.next(faults.broken(500))
    installation.twilio.next_list(*[faults.broken(503, takes=False)] * 4)
    installation.drain()
    assert installation.states() == {"unknown": 1}

    installation.later(minutes=61)
    installation.drain()
    assert installation.states() == {"failed": 1}
    assert [ticket.kind for ticket in installation.tickets()] == ["not_reached"]
    assert installation.twilio.posts == 1
    installation.assert_nothing_lost()


@fault(7)
def test_a_carrier_that_never_answers_about_one_text_holds_up_no_other(installation):
    """In one process, with time-outs of four seconds: in a live one they are ten."""
    silent, *others = installation.patients(8)
    installation.twilio.for_number(silent, faults.SILENT_AFTER_TAKING)
    carrier = TwilioCarrier(account_at(installation.twilio, public_url=PUBLIC_URL), timeouts=(4.0, 4.0))
    works = Works(installation.database, installation.catalog, carrier, wall_clock, PUBLIC_URL)
    sending = threading.Thread(target=dispatch, args=(works,))
    sending.start()
    until(lambda: installation.states() == {"sent": len(others), "claimed": 1}, within=3.8)
    sending.join()
    assert installation.states() == {"sent": len(others), "unknown": 1}

    do_chores(works)
    carrier.close()
    installation.assert_each_due_text_left_once()


@fault(9)
def test_a_carrier_that_is_busy_is_left_alone_as_long_as_it_said(installation):
    told, not_told = installation.patients(2)
    installation.twilio.for_number(told, faults.too_many(retry_after=40))
    installation.twilio.for_number(not_told, faults.too_many())
    installation.drain()
    waits = {row.mobile: row.due_at - row.updated_at for row in installation.due()}
    assert installation.states() == {"planned": 2}
    assert waits == {told: timedelta(seconds=40), not_told: timedelta(seconds=1)}

    installation.drain()
    assert installation.twilio.posts == 2, "it was asked again too soon"
    for mobile in (told, not_told):
        installation.twilio.for_number(mobile, None)
    installation.later(minutes=2)
    installation.drain()
    installation.assert_each_due_text_left_once()


@fault(9)
def test_a_carrier_that_cannot_be_reached_gets_each_text_once_when_it_is_back(installation):
    installation.patients(2)
    installation.drain(TWILIO_API_URL=f"http://127.0.0.1:{free_port()}")
    assert installation.states() == {"planned": 2}

    installation.later(minutes=1)
    installation.drain()
    installation.assert_each_due_text_left_once()


@fault(11)
def test_a_number_that_cannot_be_texted_is_a_ticket_and_never_tried_again(installation):
    mobiles = installation.patients(2)
    for mobile, code in zip(mobiles, (21211, 21614), strict=True):
        installation.twilio.for_number(mobile, faults.refusal(code))
    installation.drain()
    installation.later(minutes=600)
    installation.drain()
    assert installation.states() == {"failed": 2}
    assert {(ticket.kind, ticket.mobile) for ticket in installation.tickets()} == {
        ("not_reached", mobile) for mobile in mobiles
    }
    assert installation.twilio.posts == 2
    installation.assert_nothing_lost()


@fault(12)
def test_an_opt_out_that_the_carrier_knows_of_stops_all_her_texts_at_once(installation):
    [mobile] = installation.patients(1)
    installation.twilio.for_number(mobile, faults.refusal(21610))
    installation.drain()
    states = {row.status for row in installation.texts(mobile=mobile)}
    assert states == {"failed", "suppressed"}
    assert installation.tickets() == []
    assert installation.twilio.posts == 1
    installation.assert_nothing_lost()


@fault(33)
def test_a_status_that_nobody_knows_in_the_answer_still_means_taken(installation):
    installation.patients(1)
    installation.twilio.next(faults.says_status("teleported"))
    installation.drain()
    installation.assert_each_due_text_left_once()


@fault(34)
def test_an_error_code_that_nobody_knows_is_a_refusal_that_a_person_reads(installation):
    [mobile] = installation.patients(1)
    installation.twilio.for_number(mobile, faults.refusal(99123))
    installation.drain()
    assert installation.states() == {"failed": 1}
    [ticket] = installation.tickets()
    assert "99123" in ticket.reason
    assert installation.twilio.posts == 1
    installation.assert_nothing_lost()
