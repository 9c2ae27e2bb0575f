"""How the stand-in can misbehave: each fault is one request's fate."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from threading import Event


class Ending(Enum):
    """What becomes of the connection."""

    ANSWER = "answers in full"
    CUT = "announces a whole answer, sends half, closes"
    RESET = "resets the connection without an answer"
    SILENCE = "keeps the connection open and never answers"


def _as_it_is(answer: bytes) -> bytes:
    return answer


@dataclass(frozen=True)
class Fault:
    """One request's fate. ``takes``: whether the text is taken all the same.

    ``shape`` turns the honest answer into the one that is sent; ``headers`` go beside it.
    ``after``: the answer is held back until this is set.
    """

    takes: bool
    ending: Ending = Ending.ANSWER
    status: int = 201
    shape: Callable[[bytes], bytes] = _as_it_is
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    after: Event | None = None


def error_body(code: int, status: int, message: str = "as told by the test") -> bytes:
    """An error as Twilio writes it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return json.dumps({"code": code, "message": message, "more_info": more, "status": status}).encode()


def refusal(code: int, status: int = 400, message: str = "as told by the test") -> Fault:
    """Not taken, with one of Twilio's codes."""
    return Fault(takes=False, status=status, shape=lambda _: error_body(code, status, message))


def problem(code: int, status: int = 400) -> Fault:
    """Not taken, said in the newer form (RFC 9457)."""
    body = {"type": f"https://www.twilio.com/docs/errors/{code}", "title": "Problem", "status": status}
    return Fault(
        takes=False,
        status=status,
        shape=lambda _: json.dumps(body | {"code": code}).encode(),
        content_type="application/problem+json",
    )


def too_many(retry_after: float | str | None = None, code: int = 20429) -> Fault:
    """Not taken: 429, with or without a wait."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(takes=False, status=429, shape=lambda _: error_body(code, 429), headers=headers)


def broken(status: int = 500, code: int = 20500, *, takes: bool = True) -> Fault:
    """Twilio's own fault, by default after it took the text."""
    return Fault(takes=takes, status=status, shape=lambda _: error_body(code, status))


def page(status: int, *, takes: bool = True) -> Fault:
    """A page of HTML from something on the way."""
    html = f"<html><title>{status}</title><h1>Bad gateway</h1></html>".encode()
    return Fault(takes=takes, status=status, shape=lambda _: html, content_type="text/html")


def held_until(told: Event) -> Fault:
    """Taken at once; the answer comes when the test says so."""
    return Fault(takes=True, after=told)


def says_status(word: str) -> Fault:
    """Taken, with a status of the test's choice."""
    return Fault(takes=True, shape=lambda answer: json.dumps(json.loads(answer) | {"status": word}).encode())


def _nameless(answer: bytes) -> bytes:
    return json.dumps(json.loads(answer) | {"sid": None}).encode()


HALF_JSON = Fault(takes=True, shape=lambda answer: answer[: len(answer) // 2])
CUT_SHORT = Fault(takes=True, ending=Ending.CUT)
EMPTY = Fault(takes=True, shape=lambda _: b"")
NOT_AN_OBJECT = Fault(takes=True, shape=lambda _: b"[]")
NO_SID = Fault(takes=True, shape=_nameless)
RESET_AFTER_TAKING = Fault(takes=True, ending=Ending.RESET)
RESET_BEFORE_TAKING = Fault(takes=False, ending=Ending.RESET)
SILENT_AFTER_TAKING = Fault(takes=True, ending=Ending.SILENCE)
SILENT_BEFORE_TAKING = Fault(takes=False, ending=Ending.SILENCE)
