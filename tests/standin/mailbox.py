"""A real SMTP server on a real port, that keeps what it is given or refuses as it is told."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "clinic@example.com", "p@ss:word/1"


@dataclass
class Mailbox:
    """What the server was given. ``refusals``: its next answers; ``breaks``: it hangs up instead."""

    mails: list[Message] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    breaks: int = 0
    port: int = 0
    signed_in: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.refusals:
            return self.refusals.pop(0)
        self.mails.append(message_from_bytes(envelope.content))
        if self.breaks:
            self.breaks -= 1
            server.transport.abort()  # taken, and nobody is told
            await asyncio.sleep(0)
        return "250 OK"

    def signs_in(self, server, session, envelope, mechanism, data):
        known = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        if known:
            self.signed_in.append(data.login.decode())
        return AuthResult(success=known)


@contextmanager
def mail_server(**options) -> Iterator[Mailbox]:
    """The server, listening until the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:  # aiosmtpd knocks at the port it was told
        mailbox = Mailbox(port=free.getsockname()[1])
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        authenticator=mailbox.signs_in,
        auth_require_tls=False,
        **options,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
