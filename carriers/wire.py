"""HTTP for a carrier's client: one request is one request, with time-outs, and never a second try."""

import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
from urllib3 import PoolManager, ProxyManager, Timeout, make_headers
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError
from urllib3.util import parse_url

#: As many connections are kept as there are senders at most.
POOL = 64
#: The longest that a carrier is taken at its word when it asks us to wait, seconds.
LONGEST_WAIT = 24 * 3600.0

#: This would write numbers, as parts of addresses, into our logs.
_TALKATIVE = "urllib3.connectionpool"


@dataclass(frozen=True)
class Answer:
    """An answer, in the names that Twilio's client reads."""

    status_code: int
    text: str
    headers: Mapping[str, str]


class Wire:
    """The HTTP below a carrier's client: time-outs, no retries, no redirects, a connection for every sender.

    The package's own has no time-out unless told, and fewer connections than we have
    senders; urllib3 by itself also moves nearly twice the texts for the same processor time.
    """

    def __init__(self, timeouts: tuple[float, float], url: str):
        logging.getLogger(_TALKATIVE).setLevel(logging.WARNING)
        self._pool = _pool(timeouts, url)
        self._heard = threading.local()

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        **rest: Any,
    ) -> Answer:
        """One request, as Twilio's client asks for it. Raises urllib3's errors."""
        answer = self._pool.request(
            method,
            f"{url}?{urlencode(params)}" if params else url,
            body=urlencode(data) if data else None,
            headers={**rest["headers"], **make_headers(basic_auth=":".join(rest["auth"]))},
            redirect=False,
        )
        self._heard.headers = answer.headers
        return Answer(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)

    def retry_after(self) -> float | None:
        """Seconds that the last answer to this thread asked us to wait, if it did so in seconds."""
        try:
            return min(max(0.0, float(self._heard.headers["Retry-After"])), LONGEST_WAIT)
        except (KeyError, ValueError):
            return None

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()


def never_left(error: Exception) -> bool:
    """Whether the request cannot have arrived: no way through, no such name, refused at the door."""
    return isinstance(error, ConnectTimeoutError | NewConnectionError | ProxyError)


def _pool(timeouts: tuple[float, float], url: str) -> PoolManager:
    """Connections to ``url``, by the proxy that the environment names, if it names one."""
    connect, read = timeouts
    settings: dict[str, Any] = {
        "maxsize": POOL,
        "retries": False,
        "timeout": Timeout(connect=connect, read=read),
        "ca_certs": os.environ.get("SSL_CERT_FILE", certifi.where()),
    }
    parts = urlsplit(url)
    proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    if not proxy:
        return PoolManager(**settings)
    login = parse_url(proxy).auth
    return ProxyManager(proxy, proxy_headers=make_headers(proxy_basic_auth=login), **settings)
