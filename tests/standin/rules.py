"""What Twilio refuses before it takes a text, in its own codes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

_E164 = re.compile(r"^\+[1-9]\d{6,14}$")


@dataclass(frozen=True)
class Broken:
    """A rule that a request breaks."""

    code: int
    message: str


def _callback_is_bad(params: dict[str, str]) -> bool:
    url = params.get("StatusCallback")
    host = urlsplit(url or "").hostname or ""
    return url is not None and ("_" in host or "." not in host)


_Check = Callable[[dict[str, str]], bool]
_RULES: tuple[tuple[_Check, Broken], ...] = (
    (lambda p: not p.get("To"), Broken(21604, "A 'To' phone number is required.")),
    (
        lambda p: not p.get("From") and not p.get("MessagingServiceSid"),
        Broken(21603, "A 'From' or 'MessagingServiceSid' parameter is required"),
    ),
    (lambda p: not p.get("Body"), Broken(21602, "Message body is required.")),
    (lambda p: not _E164.match(p["To"]), Broken(21211, "Invalid 'To' Phone Number")),
    (lambda p: p["To"] == p.get("From"), Broken(21266, "'To' and 'From' number cannot be the same")),
    (lambda p: len(p["Body"]) > 1600, Broken(21617, "The message body exceeds the 1600 character limit.")),
    (_callback_is_bad, Broken(21609, "The 'StatusCallback' URL is not a valid URL.")),
)


def first_broken(params: dict[str, str]) -> Broken | None:
    """The first rule that these fields break, if any."""
    return next((broken for check, broken in _RULES if check(params)), None)
