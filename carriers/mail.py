"""E-mail to the clinic's own people, by SMTP: the standard library's client, never longer than a time-out.

A server's answer decides what became of a mail. Before the last dot nothing was taken; a break after it
leaves it open, and such a mail is never sent again blindly.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from care.delivery import ErrorClass
from carriers.base import Outcome, Refused, Taken, Unclear

_PORTS = {"smtp": 587, "smtps": 465}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Mail:
    """One mail to one address. ``id`` is our own and becomes the Message-ID: no reader shows it twice."""

    id: str
    to: str
    subject: str
    body: str


class Mailer(Protocol):
    """Who moves mails. It may take as long as its time-out and never raises for the wire."""

    def send(self, mail: Mail) -> Outcome:
        """Hand one mail over."""
        ...


@dataclass(frozen=True)
class SmtpMailer:
    """One mail server. A connection for each mail: they are few, and none is left hanging."""

    host: str
    port: int
    sender: str
    implicit_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 10.0  #: seconds, for each step

    def send(self, mail: Mail) -> Outcome:
        """Hand one mail over."""
        handed = False
        try:
            with self._connection() as server:
                server.ehlo_or_helo_if_needed()
                _accept(server.mail(self.sender), "the sender's address")
                _accept(server.rcpt(mail.to), "the address")
                handed = True
                _accept(server.data(self._written(mail)), "the mail")
        except _Answered as answer:
            return answer.refusal()
        except smtplib.SMTPResponseException as answer:
            return _Answered(answer.smtp_code, "signing in").refusal()
        except smtplib.SMTPNotSupportedError as error:
            return Refused(ErrorClass.CONFIG, "", str(error))
        except (OSError, smtplib.SMTPException) as error:
            if handed:
                return Unclear("the mail server broke off while it was given the mail")
            return Refused(
                ErrorClass.RETRY, "", f"the mail server cannot be reached ({type(error).__name__})"
            )
        return Taken(mail.id)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.implicit_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if not self.implicit_tls and server.has_extn("starttls"):
                server.starttls(context=context)
            self._sign_in(server)
            yield server
        finally:
            server.close()  # a polite QUIT could fail after the mail was taken

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if not self.user:
            return
        private = isinstance(server.sock, ssl.SSLSocket) or self.host in _HERE
        if not private:
            raise smtplib.SMTPNotSupportedError(
                "the mail server offers no encryption: the password stays here"
            )
        server.login(self.user, self.password)

    def _written(self, mail: Mail) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, mail.to, mail.subject
        message["Message-ID"] = f"<{mail.id}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine shall answer it
        message.set_content(mail.body)
        return message.as_bytes()


class _Answered(Exception):
    """The server said no. ``code`` is its own: 4xx means later, 5xx means never."""

    def __init__(self, code: int, what: str) -> None:
        self.code, self.what = code, what

    def refusal(self) -> Refused:
        later = 400 <= self.code < 500
        return Refused(
            ErrorClass.RETRY if later else ErrorClass.PERMANENT,
            str(self.code),
            f"the mail server refuses {self.what} ({self.code})",
        )


def _accept(answer: tuple[int, bytes], what: str) -> None:
    code = answer[0]
    if not 200 <= code < 300:
        raise _Answered(code, what)


def mailer_from(url: str, sender: str = "") -> SmtpMailer:
    """A mailer from ``smtp://user:password@host:587`` or ``smtps://...``.

    Raises ValueError, saying what is wrong.
    ``sender``: the address mails come from; by default the user, when it is an address.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("write smtp://user:password@host:587, or smtps://user:password@host:465")
    user = unquote(parts.username or "")
    address = sender or user
    if "@" not in address:
        raise ValueError("set MAIL_FROM to the address that mails come from")
    return SmtpMailer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        sender=address,
        implicit_tls=parts.scheme == "smtps",
        user=user,
        password=unquote(parts.password or ""),
    )
