"""What a request asks for: its JSON body, its query."""

from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from scheduler.booking import BadField
from store.listing import BadCursor, Page

MOST, USUAL = 200, 50
_LIMITS = {str(number): number for number in range(1, MOST + 1)}


def json_body() -> Any:
    """The JSON that was sent. Raises werkzeug's 415 or 400 when it is none."""
    try:
        return request.get_json()
    except RecursionError:
        raise BadRequest from None


def asked_page() -> Page:
    """``limit`` (1 to 200, usually 50) and ``cursor`` of the query. Raises BadField."""
    limit = request.args.get("limit", str(USUAL))
    if limit not in _LIMITS:
        raise BadField({"limit": f"cannot be {limit[:20]!r}; write a number from 1 to {MOST}"})
    try:
        return Page.read(_LIMITS[limit], request.args.get("cursor"))
    except BadCursor:
        raise BadField({"cursor": "is not one of ours: copy next_cursor from the page before"}) from None


def one_of(name: str, allowed: tuple[str, ...]) -> str | None:
    """The value of a query field that may only be one of these; None when it is absent. Raises BadField."""
    value = request.args.get(name)
    if not value:
        return None
    if value not in allowed:
        raise BadField({name: f"cannot be {value!r}; write one of: {', '.join(allowed)}"})
    return value
