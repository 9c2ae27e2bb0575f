"""HTTP for a carrier's client: one request is one request, with time-outs, and never a second try.

It lives on an asyncio loop, where hundreds of requests wait side by side on one thread;
the client above it is synchronous and runs in a fibre (:mod:`carriers.fibres`).
"""

import os
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import certifi
from aiohttp import (
    ClientConnectorError,
    ClientHttpProxyError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
)
from greenlet import getcurrent

from carriers.fibres import wait_for

#: The longest that a carrier is taken at its word when it asks us to wait, seconds.
LONGEST_WAIT = 24 * 3600.0


@dataclass(frozen=True)
class Answer:
    """An answer, in the names that Twilio's client reads."""

    status_code: int
    text: str
    headers: Mapping[str, str]


class Wire:
    """The HTTP below a carrier's client: time-outs, no retries, no redirects, kept connections.

    ``timeouts``: seconds to connect, and for each part of the answer; both together bound the
    whole request, so that an answer that dribbles in cannot hold a line for ever.
    """

    def __init__(self, timeouts: tuple[float, float]) -> None:
        connect, read = timeouts
        self._timeout = ClientTimeout(total=connect + 2 * read, sock_connect=connect, sock_read=read)
        self._session: ClientSession | None = None

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        **rest: Any,
    ) -> Answer:
        """One request, as Twilio's client asks for it, from within a fibre.

        Raises aiohttp's errors and TimeoutError.
        """
        answer = wait_for(self._request(method, f"{url}?{urlencode(params)}" if params else url, data, rest))
        getcurrent().heard = answer.headers  # the fibre's own memory
        return answer

    def retry_after(self) -> float | None:
        """Seconds that the last answer to this fibre asked us to wait, if it did so in seconds."""
        try:
            return min(max(0.0, float(getcurrent().heard["Retry-After"])), LONGEST_WAIT)
        except (AttributeError, KeyError, ValueError):
            return None

    async def close(self) -> None:
        """Let go of the connections; on the loop that made them."""
        if self._session is not None:
            await self._session.close()

    async def _request(
        self, method: str, url: str, data: Mapping[str, Any] | None, rest: Mapping[str, Any]
    ) -> Answer:
        async with self._open().request(
            method,
            url,
            data=urlencode(data) if data else None,
            headers={**rest["headers"], "Authorization": _basic(*rest["auth"])},
            allow_redirects=False,
        ) as answer:
            return Answer(answer.status, await answer.text("utf-8", "replace"), answer.headers)

    def _open(self) -> ClientSession:
        """The session, made on the loop when it is first needed; the environment may name a proxy."""
        if self._session is None:
            trusted = os.environ.get("SSL_CERT_FILE", certifi.where())
            connector = TCPConnector(limit=0, ssl=ssl.create_default_context(cafile=trusted))
            self._session = ClientSession(connector=connector, timeout=self._timeout, trust_env=True)
        return self._session


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def never_left(error: Exception) -> bool:
    """Whether the request cannot have arrived: no way through, no such name, refused at the door."""
    return isinstance(error, ClientConnectorError | ConnectionTimeoutError | ClientHttpProxyError)
