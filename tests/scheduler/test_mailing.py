"""Mails to the clinic's own people: a row before a call, at most once, never in a text's way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from care.delivery import ErrorClass
from carriers.base import Refused, Taken, Unclear
from carriers.mail import SmtpMailer
from scheduler.chores import do_chores
from scheduler.mailing import send_mails
from store.tables import Location, MailRow
from tests.cast import ON_CALL, House
from tests.standin.mailbox import mail_server

NURSE, DOCTOR, DESK = "nurse@example.com", "doctor@example.com", "desk@example.com"


class Told:
    """A mail server that answers as it is told, and otherwise takes everything."""

    def __init__(self) -> None:
        self.mails, self.answers = [], []

    def send(self, mail):
        self.mails.append(mail)
        answer = self.answers.pop(0) if self.answers else Taken(mail.id)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def post(house) -> Told:
    """A mail server, and people with addresses."""
    told = Told()
    house.works = replace(house.works, mailer=told)
    house.time_machine._works = house.works
    with house.works.database.writing() as session:
        location = session.scalars(select(Location)).one()
        location.on_call_email, location.office_email = [NURSE, DOCTOR], [DESK]
    return told


def _states(house: House) -> list[str]:
    with house.look() as session:
        return [row.status for row in session.scalars(select(MailRow).order_by(MailRow.created_at))]


def _alarm(house: House) -> None:
    house.book(name="Zelda Quux")
    house.text_in("i cant breathe, xyzzy")


def test_an_emergency_is_mailed_to_everybody_on_call_in_the_words_of_the_page(house, post):
    _alarm(house)
    assert send_mails(house.works) == 2
    assert sorted(mail.to for mail in post.mails) == [DOCTOR, NURSE]
    [page] = house.words(ON_CALL)
    [ticket] = house.tickets()
    for mail in post.mails:
        assert mail.body == page
        assert f"https://texts.example.com/tickets/{ticket.id}" in mail.body
        for secret in ("Zelda", "Quux", "5550121", "xyzzy", "breathe"):
            assert secret not in mail.body + mail.subject
    assert _states(house) == ["sent", "sent"]


def test_it_is_mailed_again_with_every_page_until_somebody_takes_it(house, post):
    _alarm(house)
    for _ in range(2):
        send_mails(house.works)
        house.tick(minutes=5)
    send_mails(house.works)
    assert len(post.mails) == 6
    house.text_in("1", mobile=ON_CALL)
    house.tick(minutes=6)
    assert send_mails(house.works) == 0


def test_a_mail_server_that_is_down_keeps_no_text_waiting_and_gets_the_mail_later(house, post):
    down = [Refused(ErrorClass.RETRY, "", "the mail server cannot be reached")] * 2
    post.answers.extend(down)
    _alarm(house)
    assert len(house.words(ON_CALL)) == 1, "the page left as a text"
    assert send_mails(house.works) == 0
    house.clock.move_to(house.clock() + timedelta(seconds=16))
    assert send_mails(house.works) == 2


def test_a_mail_that_may_have_left_is_never_sent_again(house, post):
    post.answers.extend([Unclear("broke off"), ValueError("a bug")])
    _alarm(house)
    send_mails(house.works)
    house.clock.move_to(house.clock() + timedelta(minutes=4))
    send_mails(house.works)
    assert len(post.mails) == 2
    assert _states(house) == ["unknown", "unknown"]


def test_a_mail_in_the_hand_of_a_process_that_died_is_never_sent_again(house, post):
    _alarm(house)
    with house.works.database.writing() as session:
        from store.mails import take_mail

        take_mail(session, house.clock())
    house.clock.move_to(house.clock() + timedelta(minutes=3))
    send_mails(house.works)
    assert len(post.mails) == 1
    assert sorted(_states(house)) == ["sent", "unknown"]


def test_mail_that_is_refused_for_good_is_a_persons_task_once_a_day(house, post):
    post.answers.extend(
        [Refused(ErrorClass.PERMANENT, "550", "the mail server refuses the address (550)")] * 2
    )
    _alarm(house)
    send_mails(house.works)
    assert [ticket.reason for ticket in house.tickets(kind="mail")] == [
        "Mail to staff does not arrive: the mail server refuses the address (550)"
    ]


def test_a_mail_that_could_not_leave_in_time_expires_and_is_told(house, post):
    post.answers.extend([Refused(ErrorClass.RETRY, "", "down")] * 50)
    _alarm(house)
    house.text_in("1", mobile=ON_CALL)
    for _ in range(8):
        send_mails(house.works)
        house.clock.move_to(house.clock() + timedelta(minutes=10))
    send_mails(house.works)
    assert _states(house) == ["expired", "expired"]
    assert len(house.tickets(kind="mail")) == 1


def test_without_a_mail_server_no_mail_is_written(house):
    _alarm(house)
    assert (send_mails(house.works), _states(house)) == (0, [])


def test_each_office_morning_the_desk_is_mailed_what_is_left_open_once(house, post):
    house.book("2026-12-18 14:00", name="Zelda Quux")
    house.text_in("how much is it")
    house.until("2026-12-09 08:59")
    do_chores(house.works)
    assert send_mails(house.works) == 0, "the office is closed"
    house.until("2026-12-09 09:01")
    for _ in range(3):
        do_chores(house.works)
        send_mails(house.works)
    [mail] = [mail for mail in post.mails if mail.to == DESK]
    assert "1 tickets are open, 1 of them overdue" in mail.body
    assert "https://texts.example.com/" in mail.body
    assert "Zelda" not in mail.body
    house.until("2026-12-10 09:30")
    do_chores(house.works)
    send_mails(house.works)
    assert len([mail for mail in post.mails if mail.to == DESK]) == 2


def test_nothing_left_open_is_no_mail(house, post):
    house.book("2026-12-18 14:00")
    house.until("2026-12-09 09:30")
    do_chores(house.works)
    assert send_mails(house.works) == 0


def test_over_a_real_mail_server(house, post):
    with mail_server() as mailbox:
        mailer = SmtpMailer("127.0.0.1", mailbox.port, "clinic@example.com")
        house.works = replace(house.works, mailer=mailer)
        _alarm(house)
        assert send_mails(house.works) == 2
    assert len(mailbox.mails) == 2
