"""What a request handler may reach: the works, and the settings the guards need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from flask import current_app

from scheduler.works import Works

_KEY = "afterglow"


class Demo(Protocol):
    """What the demo has beyond the real thing: patients' phones, and a clock that can be moved."""

    @property
    def sign_in_token(self) -> str | None:
        """Opens the console once, without a password; None: only the form does."""

    def now(self) -> datetime:
        """The demo's own time."""

    def advance(self, to: datetime) -> int:
        """Move the clock on to this instant. Returns how many texts left on the way."""

    def next_text_at(self) -> datetime | None:
        """When the next text falls due, if any waits."""

    def text_in(self, mobile: str, body: str) -> None:
        """Receive a text from this mobile, exactly as if its owner had written it."""

    def phones(self) -> Sequence[tuple[str, str]]:
        """Whose phones there are: (label, mobile)."""


@dataclass(frozen=True)
class Secrets:
    """``auth_token`` signs the carrier's requests, ``api_token`` opens the API; None keeps them shut."""

    auth_token: str | None
    api_token: str | None


@dataclass(frozen=True)
class Wiring:
    """Everything the web side was given. ``demo``: the phones page and its clock may be shown."""

    works: Works
    secrets: Secrets
    demo: Demo | None = None


def wiring() -> Wiring:
    """The wiring of the app that handles this request."""
    return cast(Wiring, current_app.extensions[_KEY])


def works() -> Works:
    """The works of the app that handles this request."""
    return wiring().works
