"""Our own account or number is refused: that number stops, a person is paged once, nothing is burnt."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, text

from store.tables.base import Instant
from tests.faults.installation import ON_CALL, Installation, wall_clock
from tests.faults.matrix import fault
from tests.faults.processes import until
from tests.standin import faults

IN_AN_ANSWER = [
    pytest.param(faults.refusal(20003, status=401), id="our password is wrong"),
    pytest.param(faults.refusal(21606), id="our number cannot send"),
]


def _probe_is_due(installation: Installation) -> None:
    """A stopped sender tries one text each quarter of an hour: no test can wait for that."""
    stopped = text("UPDATE senders SET stopped_until = :then WHERE stopped_until IS NOT NULL")
    a_moment_ago = bindparam("then", wall_clock() - timedelta(seconds=1), Instant())
    with installation.database.writing() as session:
        session.execute(stopped.bindparams(a_moment_ago))


def _config_tickets(installation: Installation) -> Counter[str]:
    return Counter(ticket.status for ticket in installation.tickets(kind="config"))


@fault(10)
@pytest.mark.parametrize("refused", IN_AN_ANSWER)
def test_a_refused_number_stops_unburnt_and_the_other_number_goes_on(installation, refused):
    mine = installation.patients(5)
    others = installation.patients(3, first=2000, location="harbor")
    for mobile in (*mine, ON_CALL):
        installation.twilio.for_number(mobile, refused)
    installation.drain()
    posts = installation.twilio.posts
    installation.drain()
    assert installation.twilio.posts == posts, "it was tried again before the quarter of an hour was over"

    waiting = [row for row in installation.due() if row.mobile in mine]
    assert {(row.status, row.attempts) for row in waiting} == {("planned", 0)}
    assert {row.status for row in installation.due() if row.mobile in others} == {"sent"}
    [ticket] = installation.tickets(kind="config")
    assert ticket.urgency >= 2
    installation.assert_nothing_lost()


@fault(10)
def test_a_mended_number_is_found_out_by_one_text_and_everything_leaves_by_itself(installation):
    mobiles = installation.patients(5)
    for mobile in (*mobiles, ON_CALL):
        installation.twilio.for_number(mobile, faults.refusal(21606))
    installation.drain()
    stopped_at = installation.twilio.posts
    _probe_is_due(installation)
    installation.drain()
    assert installation.twilio.posts == stopped_at + 1, "one text probes, the others wait"

    for mobile in (*mobiles, ON_CALL):
        installation.twilio.for_number(mobile, None)
    _probe_is_due(installation)
    installation.worker()
    until(lambda: not {"planned", "claimed"} & set(installation.states()))
    assert [len(installation.twilio.texts_for(mobile)) for mobile in mobiles] == [1] * len(mobiles)
    assert {row.status for row in installation.due() if row.purpose == "page"} == {"cancelled"}
    installation.assert_nothing_lost()
    assert _config_tickets(installation) == {"resolved": 1}


@fault(10)
def test_a_receipt_that_says_our_number_is_not_registered_stops_the_sender_too(installation):
    installation.patients(1)
    installation.serve("run")
    until(lambda: len(installation.twilio.texts) == 1)
    until(lambda: installation.states() == {"sent": 1})
    installation.twilio.send_receipt(installation.twilio.texts[0], "undelivered", 30034)
    until(lambda: installation.tickets(kind="config"))
    waiting = installation.patients(3, first=2000)
    installation.drain()
    assert not [sent for mobile in waiting for sent in installation.twilio.texts_for(mobile)]
    states = {(row.status, row.attempts) for row in installation.due() if row.mobile in waiting}
    assert states == {("planned", 0)}
    assert _config_tickets(installation).total() == 1


@fault(10)
def test_an_answer_to_danger_tries_even_while_the_sender_is_stopped(installation):
    ill, *others = installation.patients(3)
    for mobile in (*others, ON_CALL):
        installation.twilio.for_number(mobile, faults.refusal(21606))
    installation.drain()
    installation.serve("run")
    installation.text_in(ill, "my throat is closing")
    until(lambda: any("911" in sent.body for sent in installation.twilio.texts_for(ill)))
