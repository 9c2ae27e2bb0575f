"""Is this request really from Twilio? The guard of ``/sms/*`` and ``/voice/*``.

Twilio signs the address it called, exactly as configured there, and every field it
sent (twilio.com/docs/usage/security). So the address is built from PUBLIC_URL, never
from what the request claims about its host, and the fields are taken untouched:
nothing stripped, no blank dropped, no repeated key collapsed. No time is signed: a
captured request stays authentic, and only the inbox's unique sid stops a replay.
"""

from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlsplit

from flask import Request
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator

FORM = "application/x-www-form-urlencoded"


def is_authentic(auth_token: str | None, public_url: str, request: Request) -> bool:
    """Whether Twilio signed this request with our primary auth token; answer 403 when not.

    ``public_url`` may have a path: the proxy that strips it, or the WSGI server that
    mounts us below it (SCRIPT_NAME), leaves ``request.path`` without it.
    """
    content = request.form if request.mimetype == FORM else request.get_data(as_text=True)
    url = called_url(public_url, request.path, request.query_string)
    return signature_matches(auth_token, url, content, request.headers.get(SIGNATURE_HEADER))


def called_url(public_url: str, path: str, query: bytes) -> str:
    """The address Twilio called. The query stays as it came, still percent-encoded."""
    url = public_url.rstrip("/") + quote(path, safe="/:@!$&'()*+,;=~")
    return f"{url}?{query.decode('utf-8', 'replace')}" if query else url


def signature_matches(
    auth_token: str | None, url: str, content: Mapping[str, str] | str, signature: str | None
) -> bool:
    """Whether ``signature`` fits: HMAC-SHA1 over the address and the sorted fields.

    ``content``: the fields of a form (a MultiDict keeps its repeated keys), or the body
    of anything else as text, whose SHA-256 must then stand in the signed query
    (``bodySHA256``). Without a token or a signature nothing is authentic.
    """
    if not auth_token or not signature:
        return False
    if isinstance(content, str) and content and "bodySHA256" not in parse_qs(urlsplit(url).query):
        return False
    return bool(RequestValidator(auth_token).validate(url, content, signature))
