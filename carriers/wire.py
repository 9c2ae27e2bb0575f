"""HTTP for a carrier's client: one request is one request, with time-outs, and never a second try.

It lives on an asyncio loop, where hundreds of requests wait side by side on one thread;
the client above it is synchronous and runs in a fibre (:mod:`carriers.fibres`).
"""

import os
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
from greenlet import getcurrent

from carriers.connections import Answer, Connections, Door, NoWayThrough, Patience, greeting
from carriers.fibres import wait_for

#: The longest that a carrier is taken at its word when it asks us to wait, seconds.
LONGEST_WAIT = 24 * 3600.0
_ESCAPED = {code: quote_plus(chr(code)) for code in range(128)}


class Wire:
    """The HTTP below a carrier's client: time-outs, no retries, no redirects, kept connections.

    ``timeouts``: seconds to connect, and for each part of the answer; both together bound the
    whole request, so that an answer that dribbles in cannot hold a line for ever.
    """

    def __init__(self, timeouts: tuple[float, float]) -> None:
        connect, read = timeouts
        self._patience = Patience(connect, read, connect + 2 * read)
        self._connections: Connections | None = None
        self._opening = lru_cache(64)(_opening)  # the same for every text

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        **rest: Any,
    ) -> Answer:
        """One request, as Twilio's client asks for it, from within a fibre.

        Raises OSError, TimeoutError among them.
        """
        asked = f"{url}?{urlencode(params)}" if params else url
        door, head = self._opening(method, asked, tuple(rest["headers"].items()), rest["auth"])
        body = form(data).encode() if data else b""
        length = b"Content-Length: %d\r\n\r\n" % len(body) if data else b"\r\n"
        answer = wait_for(self._open().ask(door, head + length + body))
        getcurrent().heard = answer.headers  # the fibre's own memory
        return answer

    def retry_after(self) -> float | None:
        """Seconds that the last answer to this fibre asked us to wait, if it did so in seconds."""
        try:
            return min(max(0.0, float(getcurrent().heard["Retry-After"])), LONGEST_WAIT)
        except (AttributeError, KeyError, ValueError):
            return None

    def answered_at(self) -> datetime | None:
        """The time on the other side's clock when it sent the last answer to this fibre, to the second."""
        try:
            return parsedate_to_datetime(getcurrent().heard["Date"])
        except (AttributeError, KeyError, ValueError):
            return None

    async def close(self) -> None:
        """Let go of the connections; on the loop that made them."""
        if self._connections is not None:
            self._connections.close()

    def _open(self) -> Connections:
        """The connections, when they are first needed."""
        if self._connections is None:
            trusted = os.environ.get("SSL_CERT_FILE", certifi.where())
            self._connections = Connections(self._patience, trusted)
        return self._connections


def _opening(
    method: str, url: str, headers: tuple[tuple[str, str], ...], auth: tuple[str, str]
) -> tuple[Door, bytes]:
    """Where this request goes, and its first lines, all but its length."""
    parts = urlsplit(url)
    tls, host = parts.scheme == "https", parts.hostname or ""
    proxy = _proxy(parts.scheme, host)
    door = Door(tls, host, parts.port or (443 if tls else 80), proxy)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    straight = tls or proxy is None  # a proxy is told the whole address; through its tunnel it is not
    lines = [
        f"{method} {path if straight else url} HTTP/1.1",
        f"Host: {parts.netloc.rpartition('@')[2]}",
        *(f"{name}: {value}" for name, value in headers),
        f"Authorization: {_basic(*auth)}",
        "Accept-Encoding: identity",
    ]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a line break in a header")
    entering = "" if straight else greeting(proxy)
    return door, ("".join(f"{line}\r\n" for line in lines) + entering).encode()


def _proxy(scheme: str, host: str) -> str | None:
    """The proxy that the environment names for this host, if any."""
    return None if proxy_bypass(host) else getproxies().get(scheme)


def form(fields: Mapping[str, Any]) -> str:
    """The fields as a form."""
    return "&".join(f"{name}={_quoted(str(value))}" for name, value in fields.items())


def _quoted(value: str) -> str:
    """As quote_plus does it; ASCII in one step of C: it is a tenth of what a text costs."""
    return value.translate(_ESCAPED) if value.isascii() else quote_plus(value)


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def never_left(error: Exception) -> bool:
    """Whether the request cannot have arrived: no way through, no such name, refused at the door."""
    return isinstance(error, NoWayThrough)
