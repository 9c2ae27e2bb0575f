"""Mails, handed to a real SMTP server: taken, refused, left open, and never a password in the clear."""

import socket
from urllib.parse import quote

import pytest

from care.delivery import ErrorClass
from carriers.base import Refused, Taken, Unclear
from carriers.mail import Mail, SmtpMailer, mailer_from
from tests.standin.mailbox import PASSWORD, USER, mail_server

MAIL = Mail(
    "0f8b", "nurse@example.com", "Urgent ticket", "Sample Skin: ticket 1 waits. https://x.example/t/1"
)


def _mailer(mailbox) -> SmtpMailer:
    user = f"{quote(USER)}:{quote(PASSWORD, safe='')}"
    return mailer_from(f"smtp://{user}@127.0.0.1:{mailbox.port}")


def test_a_mail_arrives_with_our_own_id_and_asks_no_machine_to_answer():
    with mail_server() as mailbox:
        assert _mailer(mailbox).send(MAIL) == Taken("0f8b")
    [mail] = mailbox.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == ("nurse@example.com", USER, "Urgent ticket")
    assert mail["Message-ID"] == "<0f8b@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_payload().strip() == MAIL.body
    assert mailbox.signed_in == [USER]


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 try later", ErrorClass.RETRY), ("554 not from you", ErrorClass.PERMANENT)],
)
def test_a_refusal_is_tried_again_or_not_as_the_server_says(answer, error):
    with mail_server() as mailbox:
        mailbox.refusals.append(answer)
        outcome = _mailer(mailbox).send(MAIL)
    assert isinstance(outcome, Refused)
    assert outcome.error is error
    assert mailbox.mails == []


def test_an_address_that_is_none_is_refused_for_good():
    with mail_server() as mailbox:
        outcome = _mailer(mailbox).send(Mail("1", "nobody@example.com", "s", "b"))
    assert isinstance(outcome, Refused)
    assert outcome.error is ErrorClass.PERMANENT


def test_a_wrong_password_is_refused_and_not_repeated_in_what_we_say():
    with mail_server() as mailbox:
        outcome = mailer_from(f"smtp://{quote(USER)}:wrong-one@127.0.0.1:{mailbox.port}").send(MAIL)
    assert isinstance(outcome, Refused)
    assert "wrong-one" not in outcome.detail


def test_a_break_after_the_mail_was_given_leaves_it_open():
    with mail_server() as mailbox:
        mailbox.breaks = 1
        assert isinstance(_mailer(mailbox).send(MAIL), Unclear)
    assert len(mailbox.mails) == 1


def test_a_server_that_is_not_there_is_tried_again_later():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = mailer_from(f"smtp://127.0.0.1:{port}", "clinic@example.com").send(MAIL)
    assert isinstance(outcome, Refused)
    assert outcome.error is ErrorClass.RETRY


def test_a_server_that_accepts_and_says_nothing_costs_no_more_than_the_time_out():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mailer = SmtpMailer("127.0.0.1", mute.getsockname()[1], "clinic@example.com", timeout=0.2)
        assert isinstance(mailer.send(MAIL), Refused)


def test_a_password_never_goes_to_another_machine_in_the_clear(monkeypatch):
    with mail_server() as mailbox:
        elsewhere = SmtpMailer("mail.example.com", mailbox.port, USER, user=USER, password=PASSWORD)
        monkeypatch.setattr(
            socket, "create_connection", lambda _where, *more, **_: _connect(("127.0.0.1", mailbox.port))
        )
        outcome = elsewhere.send(MAIL)
    assert isinstance(outcome, Refused)
    assert outcome.error is ErrorClass.CONFIG
    assert (mailbox.signed_in, mailbox.mails) == ([], [])


def _connect(where):
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.connect(where)
    return connection


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        pytest.param("mail.example.com", "", id="no scheme"),
        pytest.param("http://mail.example.com", "a@b.c", id="another scheme"),
        pytest.param("smtp://user:pass@mail.example.com", "", id="no address to come from"),
    ],
)
def test_what_is_no_mail_server_is_said(url, sender):
    with pytest.raises(ValueError, match=r"smtp://|MAIL_FROM"):
        mailer_from(url, sender)


def test_the_default_ports_are_those_of_submission():
    assert mailer_from("smtp://a%40b.c:p@mail.example.com").port == 587
    tls = mailer_from("smtps://a%40b.c:p@mail.example.com")
    assert (tls.port, tls.implicit_tls, tls.sender) == (465, True, "a@b.c")


def test_the_password_is_not_shown_where_a_mailer_is_printed():
    assert PASSWORD not in repr(SmtpMailer("h", 25, USER, user=USER, password=PASSWORD))
