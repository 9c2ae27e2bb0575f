"""Kept HTTP/1.1 connections on an asyncio loop: one request out, one answer in, nothing ever sent twice.

httptools (llhttp, the parser of Node.js) reads the answers. Written out because it is all that a text
needs: a general client costs a text four times as much, and a worker ten megabytes.
"""

import asyncio
import ssl
from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, cast
from urllib.parse import unquote, urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

#: A connection that was idle for longer than this, seconds, is not used again: the other side may be
#: closing it.
KEPT_FOR = 15.0


class NoWayThrough(OSError):
    """No connection was made, so nothing can have arrived."""


class Door(NamedTuple):
    """Where a request goes: a host, straight or through a proxy (its URL)."""

    tls: bool
    host: str
    port: int
    proxy: str | None = None


class Patience(NamedTuple):
    """Seconds to wait for a connection; for each part of an answer; for all of it."""

    connect: float
    part: float
    whole: float


@dataclass(frozen=True)
class Answer:
    """An answer, in the names that Twilio's client reads. ``headers``: in the usual capitals."""

    status_code: int
    text: str
    headers: Mapping[str, str]


class Connection(asyncio.Protocol):
    """One connection, one exchange at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._heard_at = self._ends_at = 0.0
        self._head_is_all = False

    @property
    def fresh(self) -> bool:
        """Whether another request may leave here."""
        idle = self._loop.time() - self._heard_at
        return self._transport is not None and not self._transport.is_closing() and idle < KEPT_FOR

    async def exchange(self, request: bytes, patience: Patience, *, head_is_all: bool = False) -> Answer:
        """Send this and wait for its answer. Raises OSError, TimeoutError among them, when there is none;
        NoWayThrough when nothing left.

        ``head_is_all``: the answer has no body, whatever it says (to CONNECT).
        """
        if self._transport is None or self._transport.is_closing():
            raise NoWayThrough("it closed before anything left")
        self._headers, self._body, self._head_is_all = {}, [], head_is_all
        self._answer = self._loop.create_future()
        self._heard_at = self._loop.time()
        self._ends_at = self._heard_at + patience.whole
        self._timer = self._loop.call_later(patience.part, self._look, patience.part)
        self._transport.write(request)
        try:
            return await self._answer
        except BaseException:
            self.close()  # what may still come belongs to nobody
            raise
        finally:
            self._timer.cancel()
            self._answer = None

    async def wrap(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from now on, through the proxy's tunnel."""
        if self._transport is None:
            raise ConnectionResetError("the connection is gone")
        inside = await self._loop.start_tls(self._transport, self, context, server_hostname=host)
        self._transport = cast(asyncio.Transport, inside)
        self._parser = HttpResponseParser(self)

    def close(self) -> None:
        """Let go of it."""
        if self._transport is not None:
            self._transport.abort()

    def _look(self, part: float) -> None:
        """Whether an answer has been silent for too long, or takes too long in all."""
        due = min(self._heard_at + part, self._ends_at)
        if self._loop.time() < due:
            self._timer = self._loop.call_at(due, self._look, part)
        else:
            self._fail(TimeoutError("no answer in time"))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport, self._heard_at = cast(asyncio.Transport, transport), self._loop.time()

    def data_received(self, data: bytes) -> None:
        """A part of an answer; what nobody asked for ends the connection."""
        self._heard_at = self._loop.time()
        if self._answer is None or self._answer.done():
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._fail(ConnectionError("an answer in another protocol"))
        except HttpParserError as error:
            self._fail(ConnectionError(f"not HTTP: {type(error).__name__}"))

    def connection_lost(self, error: Exception | None) -> None:
        """It is gone; an answer that was not whole by then is none."""
        self._transport = None
        self._fail(error or ConnectionResetError("closed before the end of the answer"))

    # What the parser calls

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers[name.decode("latin-1").title()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """All headers."""
        if self._head_is_all:
            self._done()

    def on_body(self, body: bytes) -> None:
        """A part of the body, its chunks taken apart."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The whole answer; a word in between (1xx) is none."""
        if self._parser.get_status_code() < 200:
            self._headers, self._body = {}, []
        else:
            self._done()

    def _done(self) -> None:
        if self._answer is None or self._answer.done():
            self.close()  # an answer that nobody asked for
            return
        text = b"".join(self._body).decode("utf-8", "replace")
        self._answer.set_result(Answer(self._parser.get_status_code(), text, self._headers))
        self._headers, self._body = {}, []
        if not self._head_is_all and not self._parser.should_keep_alive() and self._transport is not None:
            self._transport.close()


class Connections:
    """As many connections as there are requests under way; kept for the next ones. All on one loop.

    ``trusted``: the file of the authorities whose papers we trust, read when TLS is first spoken.
    """

    def __init__(self, patience: Patience, trusted: str) -> None:
        self._patience, self._authorities = patience, trusted
        self._kept: defaultdict[Door, list[Connection]] = defaultdict(list)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._authorities)

    async def ask(self, door: Door, request: bytes) -> Answer:
        """One request, one answer. Raises NoWayThrough when nothing left, OSError when nobody knows."""
        connection = self._idle(door) or await self._reach(door)
        answer = await connection.exchange(request, self._patience)
        if connection.fresh:
            self._kept[door].append(connection)
        return answer

    def close(self) -> None:
        """Let go of those that are kept."""
        for kept in self._kept.values():
            while kept:
                kept.pop().close()

    def _idle(self, door: Door) -> Connection | None:
        kept = self._kept[door]
        while kept:
            connection = kept.pop()
            if connection.fresh:
                return connection
            connection.close()
        return None

    async def _reach(self, door: Door) -> Connection:
        try:
            async with asyncio.timeout(self._patience.connect):
                return await self._connect(door)
        except (OSError, ValueError) as error:  # of a name, an address, a certificate, the proxy
            raise NoWayThrough(type(error).__name__) from None

    async def _connect(self, door: Door) -> Connection:
        loop = asyncio.get_running_loop()
        if door.proxy is None:
            tls = self._trusted if door.tls else None
            return (await loop.create_connection(Connection, door.host, door.port, ssl=tls))[1]
        proxy = urlsplit(door.proxy)
        if proxy.scheme != "http" or not proxy.hostname:
            raise ValueError("a proxy that we do not speak to")
        _, connection = await loop.create_connection(Connection, proxy.hostname, proxy.port or 80)
        if door.tls:
            await self._tunnel(connection, door)
        return connection

    async def _tunnel(self, connection: Connection, door: Door) -> None:
        to = f"{door.host}:{door.port}"
        request = f"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n{greeting(door.proxy)}\r\n"
        answer = await connection.exchange(request.encode(), self._patience, head_is_all=True)
        if answer.status_code != 200:
            connection.close()
            raise ConnectionRefusedError("the proxy does not let us through")
        await connection.wrap(self._trusted, door.host)


def greeting(proxy: str | None) -> str:
    """The header with which we enter this proxy; empty where it asks for none."""
    parts = urlsplit(proxy or "")
    if parts.username is None:
        return ""
    secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Proxy-Authorization: Basic {b64encode(secret.encode()).decode()}\r\n"
