"""Receipts and texts that come in: repeated, reversed, too early, forged, while a process dies or breaks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from store.tables import ConsentEvent, InboxText, ReceiptRow
from tests.faults.installation import NUMBER, PUBLIC_URL, Installation, both, on_postgresql
from tests.faults.matrix import fault
from tests.faults.processes import until
from tests.standin.faults import held_until
from tests.standin.webhooks import call

MANY_TIMES = 8


def _all_sent(installation: Installation, count: int) -> None:
    until(lambda: installation.states() == {"sent": count})


@fault(12)
def test_an_opt_out_that_comes_in_a_receipt_stops_all_her_texts(installation):
    [mobile] = installation.patients(1)
    installation.serve("run")
    _all_sent(installation, 1)
    installation.twilio.send_receipt(installation.twilio.texts[0], "failed", 21610)
    assert {row.status for row in installation.texts(mobile=mobile)} == {"failed", "suppressed"}
    with installation.database.reading() as session:
        event = session.scalars(select(ConsentEvent).where(ConsentEvent.method == "carrier")).one()
    assert (event.mobile, event.granted) == (mobile, False)


@fault(13)
def test_a_text_that_did_not_arrive_is_tried_once_more_where_that_can_help_else_a_person_calls(installation):
    codes = (30003, 30004, 30005, 30006, 30007, 30008)
    by_mobile = dict(zip(installation.patients(len(codes)), codes, strict=True))
    installation.serve("run")
    _all_sent(installation, len(codes))
    for sent in installation.twilio.texts:
        installation.twilio.send_receipt(sent, "undelivered", by_mobile[sent.to])
    until(lambda: len(installation.tickets(kind="not_reached")) == 4)
    waiting = {by_mobile[row.mobile] for row in installation.due() if row.status == "planned"}
    assert waiting == {30003, 30008}
    assert len(installation.twilio.texts) == len(codes)

    installation.later(minutes=5 * 60)
    until(lambda: len(installation.twilio.texts) == len(codes) + 2)
    until(lambda: installation.states() == {"undelivered": 4, "sent": 2})
    for sent in installation.twilio.texts[-2:]:
        installation.twilio.send_receipt(sent, "undelivered", by_mobile[sent.to])
    until(lambda: len(installation.tickets(kind="not_reached")) == len(codes))
    assert installation.states() == {"undelivered": len(codes)}
    installation.assert_nothing_lost()


@fault(14)
@both
def test_receipts_repeated_reversed_and_all_at_once_leave_the_truth(installation):
    installation.patients(3)
    installation.serve("run")
    _all_sent(installation, 3)
    words = [(sent, word) for sent in installation.twilio.texts for word in ("delivered", "sent", "queued")]
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda pair: installation.twilio.send_receipt(*pair), words * 3))
    assert {answer.status_code for answer in answers} == {204}
    assert installation.states() == {"delivered": 3}
    with installation.database.reading() as session:
        assert session.scalar(select(func.count(ReceiptRow.id))) == len(words)
    installation.assert_each_due_text_left_once()


@fault(14, 36)
def test_a_receipt_that_is_quicker_than_the_answer_is_not_written_over(installation):
    installation.patients(1)
    answer = Event()
    installation.twilio.next(held_until(answer))
    installation.serve("run")
    until(lambda: len(installation.twilio.texts) == 1)
    assert installation.twilio.send_receipt(installation.twilio.texts[0], "delivered").status_code == 204
    assert installation.states() == {"delivered": 1}
    answer.set()
    until(lambda: installation.due()[0].provider_sid and installation.due()[0].claimed_until is None)
    installation.assert_each_due_text_left_once()
    assert installation.states() == {"delivered": 1}


@fault(14, 35)
def test_a_receipt_for_a_text_that_never_was_is_kept_and_a_forged_one_refused(installation):
    installation.serve("web")
    told = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+17815551000", "From": NUMBER}
    address = f"{PUBLIC_URL}/sms/status/{uuid4()}"
    routes = installation.twilio.routes
    assert call(installation.twilio.auth_token, address, told, routes).status_code == 204
    assert call("another token", address, told, routes).status_code == 403
    assert call(installation.twilio.auth_token, f"{PUBLIC_URL}/sms/status/1", told, routes).status_code == 404
    with installation.database.reading() as session:
        assert session.scalar(select(func.count(ReceiptRow.id))) == 1


@fault(33, 34)
def test_a_receipt_with_a_status_or_a_code_that_nobody_knows_is_kept_and_moves_nothing_down(installation):
    installation.patients(2)
    installation.serve("run")
    _all_sent(installation, 2)
    odd, failed = installation.twilio.texts
    assert installation.twilio.send_receipt(odd, "teleported").status_code == 204
    assert installation.twilio.send_receipt(failed, "undelivered", 99123).status_code == 204
    assert installation.states() == {"sent": 1, "undelivered": 1}
    [ticket] = installation.tickets()
    assert "99123" in ticket.reason
    with installation.database.reading() as session:
        assert session.scalar(select(func.count(ReceiptRow.id))) == 2


@fault(15)
@both
def test_one_text_brought_many_times_at_once_and_by_the_fallback_is_read_and_answered_once(installation):
    [mobile] = installation.patients(1)
    installation.serve("run")
    sid = f"SM{uuid4().hex}"
    fallback = {"ErrorCode": "11200", "ErrorUrl": f"{PUBLIC_URL}/sms/inbound"}
    asked = [{"MessageSid": sid}, {"MessageSid": sid, **fallback}] * (MANY_TIMES // 2)
    with ThreadPoolExecutor(MANY_TIMES) as crowd:
        answers = crowd.map(lambda more: installation.text_in(mobile, "does it hurt?", **more), asked)
        assert {answer.status_code for answer in answers} == {200}
    assert [one.state for one in installation.inbox()] == ["answered"]
    _all_sent(installation, 2)
    assert len(installation.texts(purpose="reply")) == 1
    installation.assert_each_due_text_left_once()


@contextmanager
def _thinking_breaks(installation: Installation) -> Iterator[None]:
    """A table that every answer needs is away: what a bug in our own code would do to the handler."""
    with installation.database.writing() as session:
        session.execute(text("ALTER TABLE conversations RENAME TO mislaid"))
    yield
    with installation.database.writing() as session:
        session.execute(text("ALTER TABLE mislaid RENAME TO conversations"))


@fault(16)
def test_a_text_that_the_program_cannot_read_is_a_persons_at_once(installation):
    [mobile] = installation.patients(1)
    installation.serve("run")
    _all_sent(installation, 1)
    with _thinking_breaks(installation):
        assert installation.text_in(mobile, "my throat is closing").status_code == 200
    assert [(one.body, one.state) for one in installation.inbox()] == [("my throat is closing", "crashed")]
    [ticket] = installation.tickets(kind="unread")
    assert ticket.urgency >= 2
    until(lambda: len(installation.twilio.texts) == 2)  # the page


@fault(16)
@on_postgresql
def test_a_text_that_a_dying_process_had_in_hand_is_answered_by_the_next(installation):
    [mobile] = installation.patients(1)
    web = installation.serve("web")
    with installation.database.writing() as session, ThreadPoolExecutor(1) as patient:
        session.execute(text("LOCK TABLE conversations"))
        brought = patient.submit(installation.text_in, mobile, "does it hurt?")
        until(lambda: [one.state for one in installation.inbox()] == ["received"])
        web.kill()
        with pytest.raises(Exception, match=r"aborted|reset"):
            brought.result()
    _stored_a_minute_ago(installation)
    installation.drain()
    assert [one.state for one in installation.inbox()] == ["answered"]
    installation.assert_each_due_text_left_once()


def _stored_a_minute_ago(installation: Installation) -> None:
    """A text counts as left over after half a minute: longer than a test should wait."""
    with installation.database.writing() as session:
        for left in session.scalars(select(InboxText)):
            left.received_at -= timedelta(minutes=1)
