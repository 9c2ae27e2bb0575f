"""STOP, a move, a cancellation, at the worst moments: the wrong text does not leave, the right one does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

from carriers.base import IncomingText
from scheduler.booking import parse_change
from scheduler.changing import change_visit
from scheduler.inbox import answer, receive
from tests.faults.installation import NUMBER, Installation, both, on_postgresql, wall_clock
from tests.faults.matrix import fault
from tests.faults.processes import until
from tests.standin.faults import held_until

MOBILE = "+17815551000"


def _a_list_is_due(installation: Installation) -> str:
    """Somebody booked the day before yesterday for a day week: today at ten her list fell due."""
    booked_at = installation.day(-2, "12:00")
    return installation.book(MOBILE, booked_at, installation.day(8))


def _change(installation: Installation, visit: str, **change: object) -> None:
    """The desk moves or cancels it, while no worker looks."""
    change_visit(installation.works(wall_clock()), visit, parse_change(change), "desk")


def _wordings(installation: Installation) -> list[str]:
    """What the carrier took for her, by name."""
    names = {row.id: row.wording or "" for row in installation.texts()}
    return [names[sent.our_id] for sent in installation.twilio.texts_for(MOBILE)]


@contextmanager
def _her_welcome_is_on_the_wire(installation: Installation) -> Iterator[None]:
    """Her first text is with the carrier, which does not answer until the block ends.

    A sender waits ten seconds for that: whoever takes part stands ready before.
    """
    told = Event()
    installation.twilio.next(held_until(told))
    installation.serve("web")
    installation.worker()
    until(lambda: len(installation.twilio.texts) == 1)
    yield
    told.set()


@fault(17)
def test_a_stop_before_her_text_is_claimed_lets_nothing_leave(installation):
    installation.patients(1)
    now = installation.works(wall_clock())
    stop = IncomingText(provider_sid="SM1", sender=MOBILE, to=NUMBER, body="STOP")
    answer(now, receive(now, stop) or "")
    installation.drain()
    assert installation.twilio.texts == []
    assert {row.status for row in installation.texts(mobile=MOBILE)} == {"suppressed"}
    installation.assert_nothing_lost()


@fault(17)
def test_a_stop_while_one_text_is_on_the_wire_lets_only_that_one_leave(installation):
    installation.book(MOBILE, wall_clock() - timedelta(minutes=15), installation.day(14))
    with _her_welcome_is_on_the_wire(installation):
        assert installation.text_in(MOBILE, "STOP").status_code == 200
    until(lambda: installation.states() == {"sent": 1, "suppressed": 1})
    assert _wordings(installation) == ["welcome"]
    assert {row.status for row in installation.texts(mobile=MOBILE)} == {"sent", "suppressed"}


@fault(17, 18)
def test_what_was_claimed_but_waits_for_a_free_line_does_not_leave_after_all(installation):
    installation.patients(2, first=3000)  # both lines are busy with them
    stops, cancels, stays = installation.patients(3)
    told = Event()
    installation.twilio.next(held_until(told), held_until(told))
    installation.serve("web")
    installation.worker(IN_FLIGHT="2")
    until(lambda: len(installation.twilio.texts) == 2)
    assert installation.states() == {"claimed": 5}
    assert installation.text_in(stops, "STOP").status_code == 200
    assert installation.change(f"visit-{cancels}", status="cancelled").status_code == 200
    told.set()
    until(lambda: not installation.states().get("claimed"))
    assert [len(installation.twilio.texts_for(mobile)) for mobile in (stops, cancels, stays)] == [0, 0, 1]


@fault(18)
@both
def test_a_visit_moved_before_the_claim_takes_its_texts_along(installation):
    visit = _a_list_is_due(installation)
    _change(installation, visit, starts_at=installation.day(30))
    installation.drain()
    assert "seven_day_list" not in _wordings(installation)
    assert _wordings(installation)[-1] == "booked_again"
    lists = installation.texts(step="seven_day_list")
    assert {row.status for row in lists} == {"cancelled", "planned"}
    installation.assert_nothing_lost()


@fault(18)
def test_a_visit_cancelled_before_the_claim_is_texted_about_no_more(installation):
    visit = _a_list_is_due(installation)
    _change(installation, visit, status="cancelled")
    installation.drain()
    assert installation.twilio.texts == []
    assert {row.status for row in installation.texts(mobile=MOBILE)} == {"cancelled"}


@fault(18)
@on_postgresql
def test_a_visit_moved_while_a_text_is_on_the_wire_is_followed_by_the_right_one_alone(installation):
    visit = _a_list_is_due(installation)
    with _her_welcome_is_on_the_wire(installation):
        moved = installation.change(visit, starts_at=installation.day(30).isoformat())
        assert moved.status_code == 200
    until(lambda: "planned" not in installation.states() and "claimed" not in installation.states())
    assert _wordings(installation)[0] == "welcome"
    assert "booked_again" in _wordings(installation)
    assert "seven_day_list" not in _wordings(installation)
    installation.assert_none_left_twice()
    installation.assert_nothing_lost()
