"""The other direction: signed calls to the bot, as Twilio makes them.

The signature is worked out here from Twilio's description, not by the library the bot
checks it with, so that the two cannot be wrong together.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urldefrag
from uuid import uuid4

import requests

Pairs = Iterable[tuple[str, str]]


def sign(token: str, url: str, pairs: Pairs) -> str:
    """The X-Twilio-Signature of a form posted to that address; the fragment is not signed."""
    fields = "".join(name + value for name, value in sorted(set(pairs)))
    digest = hmac.new(token.encode(), (urldefrag(url).url + fields).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def call(token: str, url: str, params: Mapping[str, str], routes: Mapping[str, str]) -> requests.Response:
    """Post a signed form to the bot: signed for ``url``, sent to where ``routes`` says it listens.

    As Twilio, it waits 15 seconds at most and follows no redirect with the form, and gives each
    attempt a token of its own: a text that is brought again comes with another.
    """
    headers = {
        "X-Twilio-Signature": sign(token, url, params.items()),
        "I-Twilio-Idempotency-Token": str(uuid4()),
    }
    return requests.post(
        _routed(url, routes), data=dict(params), headers=headers, timeout=15, allow_redirects=False
    )


def _routed(url: str, routes: Mapping[str, str]) -> str:
    for public, real in routes.items():
        if url.startswith(public):
            return real + url.removeprefix(public)
    return url
