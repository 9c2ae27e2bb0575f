"""Each text leaves once, whoever runs beside whom, and the last look is always the present one."""

import threading
from datetime import timedelta

import pytest

from care.delivery import Status
from carriers.base import Taken, Unclear
from scheduler.chasing import GIVE_UP, chase
from scheduler.dispatch import claim, dispatch
from scheduler.receipts import receive_receipt
from scheduler.settling import settle
from store.outbox import Lane, NowText, add_now
from tests.cast import ANNA


def test_two_senders_at_once_send_each_text_once(house):
    for number in range(8):
        house.book(mobile=f"+1781555{200 + number:04d}", external_id=f"visit-{number}", name=f"P{number}")
    senders = [threading.Thread(target=dispatch, args=(house.works,)) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    handed = [text.id for _, text in house.carrier.handed]
    assert len(handed) == len(set(handed)) == 8


def test_an_opt_out_between_planning_and_sending_keeps_the_text_back(house):
    house.book()
    house.text_in("please stop texting me")
    house.tick(seconds=1)
    assert [row.status for row in house.outbox(step="welcome")] == [Status.SUPPRESSED]


def test_a_fact_learnt_after_planning_decides_the_words(house):
    house.book("2026-12-11 14:00")
    house.until("2026-12-11 15:30")
    house.change(status="fulfilled", ended_at="2026-12-11 15:30")
    patient = house.outbox(step="rest_of_day")[0].patient_id
    from scheduler.changing import learn_facts

    learn_facts(house.works, patient, {"kit_given": "no"}, "desk")
    house.until("2026-12-11 17:00")
    assert house.sent()[-1] == ("Fri 12-11 16:30", "rest_of_day_plain")


def test_every_text_that_left_records_its_wording_and_version(house):
    house.book()
    house.until("2026-12-10 17:00")
    left = [row for row in house.outbox() if row.sent_at]
    assert left
    for row in left:
        assert row.wording_version == house.works.catalog.wordings[row.wording].version


def test_a_sender_that_dies_with_a_text_in_hand_neither_loses_nor_repeats_it(house):
    house.book()
    _, _, batch = claim(
        house.works, tuple(Lane)
    )  # handed over, then the process dies before the carrier hears of it
    assert len(batch) == 1
    for _ in range(6):
        house.tick(minutes=1)
    assert [name for _, name in house.sent()].count("welcome") == 1


def test_what_is_said_in_danger_waits_for_nothing_but_what_was_said_in_danger_before(house):
    """Two such texts to one phone: neither overtakes the other, and a welcome on its way stops neither."""
    house.book()
    claim(house.works, [Lane.TIMED])
    here = house.outbox(step="welcome")[0].location_id
    with house.works.database.writing() as session:
        for number in (1, 2):
            add_now(session, _in_danger(here, number, house.clock()), house.clock())
    _, _, [first] = claim(house.works, [Lane.SAFETY])
    assert claim(house.works, [Lane.SAFETY])[2] == []
    settle(house.works, [(first, Taken("SM1"))])
    _, _, [second] = claim(house.works, [Lane.SAFETY])
    assert (first.body, second.body) == ("Call 911 (1)", "Call 911 (2)")


def _in_danger(location_id, number, now):
    return NowText(
        dedupe_key=f"danger:{number}",
        lane=Lane.SAFETY,
        purpose="reply",
        location_id=location_id,
        mobile=ANNA,
        language="en",
        body=f"Call 911 ({number})",
        reason="Answer to her text",
        expires_at=now + timedelta(days=2),
    )


def test_a_sender_that_dies_after_the_carrier_took_it_does_not_send_it_again(house):
    house.book()
    _, _, batch = claim(house.works, tuple(Lane))
    house.carrier.send(batch[0])
    for _ in range(6):
        house.tick(minutes=1)
    assert [name for _, name in house.sent()].count("welcome") == 1
    assert house.outbox(step="welcome")[0].status in (Status.SENT, Status.DELIVERED)


def test_a_carrier_that_never_says_is_a_persons_after_an_hour(house, monkeypatch):
    house.book()
    monkeypatch.setattr(house.carrier, "send", lambda text: Unclear("nothing came back"))

    def cannot_say(mobile, since):
        raise OSError

    monkeypatch.setattr(house.carrier, "texts_to", cannot_say)
    house.tick(seconds=1)
    assert house.outbox(step="welcome")[0].status == Status.UNKNOWN
    house.clock.move_to(house.clock() + GIVE_UP)
    chase(house.works)
    assert house.outbox(step="welcome")[0].status == Status.FAILED
    assert "not_reached" in [ticket.kind for ticket in house.tickets()]


def test_a_held_text_says_why_and_leaves_when_the_hold_is_released(house):
    house.book("2026-12-18 14:00", facts={"pregnant": "yes"})
    house.until("2026-12-10 11:00")
    held = house.outbox(step="seven_day_list")[0]
    assert held.status == Status.PLANNED
    assert held.reason.startswith("Held: the visit is on hold")
    from scheduler.changing import release_visit

    release_visit(house.works, held.patient_id, "kim")
    house.tick(minutes=1)
    assert house.outbox(step="seven_day_list")[0].status in (Status.SENT, Status.DELIVERED)


@pytest.mark.parametrize("status", ["delivered", "undelivered"])
def test_a_receipt_for_a_text_we_do_not_know_is_kept_and_harms_nothing(house, status):
    from uuid import uuid4

    from carriers.base import Receipt

    receive_receipt(house.works, Receipt(str(uuid4()), status, None, "SM1"))
    assert house.outbox() == []


def test_a_number_out_of_reach_is_tried_once_more_and_then_is_a_persons(house):
    off = "+17815550193"
    house.book(mobile=off)
    house.until("2026-12-09 11:00")
    welcome = house.outbox(step="welcome")[0]
    assert welcome.attempts == 2
    assert welcome.status == Status.UNDELIVERED
    assert house.tickets(kind="not_reached")


def test_a_missed_antiviral_text_is_a_phone_call_and_never_a_late_text(house):
    house.book("2026-12-16 14:00", facts={"antiviral_rx": "yes"})
    house.until("2026-12-13 12:00")
    house.clock.move_to(house.clock() + timedelta(days=1, hours=9))  # down over the whole of its day
    house.tick(seconds=1)
    assert house.outbox(step="antiviral_start")[0].status == Status.EXPIRED
    assert [ticket.urgency for ticket in house.tickets(kind="missed:call_patient")] == [2]
    assert "antiviral_start" not in [name for _, name in house.sent(ANNA)]
