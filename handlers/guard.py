"""Who may pass. Every route has a guard; what has none is named here, with its reason, or refused."""

import hmac
from collections.abc import Callable

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from handlers.access import wiring
from handlers.problems import problem
from handlers.signature import is_authentic

#: Routes that anybody may call, and why.
OPEN = {
    "static": "style, script and icons; nothing about a patient",
    "health.healthz": "the machine's own check that the process lives",
    "health.readyz": "the load balancer's check; says ready or not, nothing else",
    "sign_in.form": "nobody is signed in yet",
    "sign_in.submit": "nobody is signed in yet; counted against guessing",
    "sign_in.by_link": "nobody is signed in yet; only in the demo, one secret link, once",
    "api.openapi": "the description of the API holds no data",
}


def guard(app: Flask) -> None:
    """Put the one gate in front of every route of the app."""
    app.before_request(_gate)


def _gate() -> ResponseReturnValue | None:
    """Flask lets the request pass on None; anything else is the answer."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN:
        return None  # unknown paths answer 404 by themselves
    check = GUARDS.get(endpoint.split(".")[0])
    return check() if check else abort(403)


def _signed_by_carrier() -> ResponseReturnValue | None:
    token = wiring().secrets.auth_token
    if is_authentic(token, wiring().works.public_url, request):
        return None
    return abort(403)


def _bearer() -> ResponseReturnValue | None:
    token = wiring().secrets.api_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return None
    return problem(401, "Send the API token: `Authorization: Bearer ...`")


def _signed_in() -> ResponseReturnValue | None:
    from handlers.sign_in import ask_to_sign_in

    return None if current_user.is_authenticated else ask_to_sign_in()


def _in_demo() -> ResponseReturnValue | None:
    return _signed_in() if wiring().demo else abort(404)


#: The guard of each blueprint.
GUARDS: dict[str, Callable[[], ResponseReturnValue | None]] = {
    "sms": _signed_by_carrier,
    "voice": _signed_by_carrier,
    "api": _bearer,
    "console": _signed_in,
    "sign_in": _signed_in,
    "health": _bearer,
    "phone": _in_demo,
}
