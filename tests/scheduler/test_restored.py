"""After a copy was put back: nothing that was due is sent before the carrier said whether it left."""

from datetime import timedelta

import pytest

from care.delivery import Status
from carriers.base import IncomingText, SeenText
from scheduler.changing import learn_facts
from scheduler.chasing import ASK_EVERY, GIVE_UP, PROOF_TAKES, chase
from scheduler.dispatch import dispatch
from scheduler.inbox import receive
from scheduler.recognising import recognise
from scheduler.words import speak, visit_values
from store.doubt import doubt_what_was_due
from store.inbox import CRASHED
from store.outbox import Lane, NowText, add_now
from store.tables import OutboxText
from store.visits import find_enrolment
from tests.cast import ANNA, CLINIC_NUMBER, NOW, ON_CALL


def restored(house, **ago):
    """As if the copy had just been put back, ``ago`` after it was made."""
    house.clock.move_to(house.clock() + timedelta(**ago))
    with house.works.database.writing() as session:
        return doubt_what_was_due(session, house.clock())


def left_meanwhile(house, monkeypatch, *texts: SeenText):
    """What the carrier's list holds."""
    monkeypatch.setattr(house.carrier, "texts_to", lambda mobile, since: [t for t in texts if t.to == mobile])


def seen(body: str, at, status: str = "delivered", sid: str = "SM1", error_code: str | None = None):
    return SeenText(sid, ANNA, body, status, at, error_code)


def worded(house, step: str, wording: str) -> str:
    """What this wording says in a text of this step."""
    with house.look() as session:
        visit = find_enrolment(session, house.outbox(step=step)[0].enrolment_id).appointment
        return speak(house.works, wording, "en", visit_values(visit, "en", house.clock())).body


@pytest.fixture
def said(house) -> str:
    """Anna is booked and her welcome is due when the copy is made; its words, once it leaves."""
    house.book()
    return worded(house, "welcome", "welcome")


def test_what_left_since_is_found_by_its_words_and_not_sent_again(house, said, monkeypatch):
    at = house.clock() + timedelta(minutes=3)
    left_meanwhile(house, monkeypatch, seen("Some other words", at, sid="SM0"), seen(said, at))
    assert restored(house, minutes=5).texts == 1
    house.tick(seconds=1)
    welcome = house.outbox(step="welcome")[0]
    assert house.carrier.handed == []
    assert welcome.provider_sid == "SM1"
    assert welcome.status == Status.DELIVERED, "the list tells what its receipt told"
    assert (welcome.handed_at, welcome.sent_at) == (at, at)


def test_what_is_found_records_the_words_that_left_and_their_version(house, said, monkeypatch):
    left_meanwhile(house, monkeypatch, seen(said, house.clock()))
    restored(house, hours=1)
    chase(house.works)
    welcome = house.outbox(step="welcome")[0]
    assert (welcome.body, welcome.wording) == (said, "welcome")
    assert welcome.wording_version == house.works.catalog.wordings["welcome"].version


def test_a_text_that_failed_meanwhile_is_a_persons(house, said, monkeypatch):
    left_meanwhile(house, monkeypatch, seen(said, house.clock(), "undelivered", error_code="30006"))
    restored(house, hours=1)
    chase(house.works)
    assert house.outbox(step="welcome")[0].status == Status.UNDELIVERED
    assert house.tickets(kind="not_reached")


def test_what_the_carrier_proves_absent_is_sent_once(house, said, monkeypatch):
    left_meanwhile(house, monkeypatch)
    restored(house, minutes=1)
    for _ in range(5):
        house.tick(seconds=PROOF_TAKES.total_seconds() / 3)
    assert [name for _, name in house.sent()] == ["welcome"]


def test_absence_is_proven_from_the_restoring_on_for_the_list_may_lag_behind_the_last_text(
    house, said, monkeypatch
):
    left_meanwhile(house, monkeypatch)
    restored(house, hours=20)
    house.tick(seconds=1)
    assert house.carrier.handed == []
    assert house.outbox(step="welcome")[0].status == Status.UNKNOWN


def test_what_is_absent_and_of_no_more_use_is_expired(house, said, monkeypatch):
    left_meanwhile(house, monkeypatch)
    restored(house, days=10)
    house.tick(seconds=1)
    house.tick(minutes=3)
    welcome = house.outbox(step="welcome")[0]
    assert welcome.status in (Status.EXPIRED, Status.CANCELLED)
    assert house.carrier.handed == []


def test_a_carrier_that_cannot_say_is_given_an_hour_from_the_restoring_then_a_person_decides(
    house, said, monkeypatch
):
    def cannot_say(mobile, since):
        raise OSError

    monkeypatch.setattr(house.carrier, "texts_to", cannot_say)
    restored(house, hours=20)
    house.tick(seconds=1)
    assert house.outbox(step="welcome")[0].status == Status.UNKNOWN
    assert not house.tickets()
    while house.clock() < NOW + timedelta(hours=20) + GIVE_UP + 2 * ASK_EVERY:
        house.tick(minutes=10)
    assert house.outbox(step="welcome")[0].status == Status.FAILED
    assert house.tickets(kind="not_reached")
    assert house.carrier.handed == []


def test_words_are_recognised_that_facts_chose_which_the_copy_does_not_know(house, monkeypatch):
    """She was given the kit after the copy was made: the copy would say something else today."""
    house.book()
    house.until("2026-12-11 15:30")
    house.change(status="fulfilled", ended_at="2026-12-11 15:30")
    [row] = house.outbox(step="rest_of_day")
    learn_facts(house.works, row.patient_id, {"kit_given": "no"}, "desk")
    said = worded(house, "rest_of_day", "rest_of_day_kit")
    with house.works.database.writing() as session:
        row = session.get_one(OutboxText, row.id)
        assert recognise(session, house.works, row, [seen(said, house.clock())])
        assert (row.wording, row.body) == ("rest_of_day_kit", said)


def test_what_is_due_only_later_is_left_alone(house, said):
    restored(house, hours=1)
    later = [row for row in house.outbox() if row.planned_for > house.clock()]
    assert later
    assert {row.status for row in later} <= {Status.PLANNED, Status.SUPPRESSED}


def test_two_equal_texts_to_one_phone_are_not_taken_for_one(house, monkeypatch):
    """One of the two left: the other is still asked after."""
    same = {"lane": Lane.PEOPLE, "purpose": "staff", "location_id": "main", "mobile": ANNA, "language": "en"}
    with house.works.database.writing() as session:
        for key in ("staff:1", "staff:2"):
            end = house.clock() + timedelta(hours=5)
            add_now(session, NowText(key, **same, body="Hi", reason="", expires_at=end), house.clock())
    left_meanwhile(house, monkeypatch, seen("Hi", house.clock()))
    assert restored(house, minutes=1).texts == 2
    chase(house.works)
    assert sorted(row.status for row in house.outbox()) == [Status.DELIVERED, Status.UNKNOWN]


def test_a_text_of_hers_that_the_copy_has_unread_is_read_by_a_person_not_answered_twice(house):
    house.book()
    dispatch(house.works)
    receive(house.works, IncomingText("SM7", ANNA, CLINIC_NUMBER, "does it hurt?"))
    assert restored(house, minutes=30).unread == 1
    house.carrier.handed.clear()
    house.tick(seconds=1)
    assert house.inbox()[0].state == CRASHED
    assert [ticket.kind for ticket in house.tickets()] == ["unread"]
    assert house.words() == []
    assert len(house.words(ON_CALL)) == 1, "the person on call is paged"
