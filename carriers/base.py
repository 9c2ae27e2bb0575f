"""What every carrier offers, and the three things that can become of a text handed to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from care.delivery import ErrorClass

if TYPE_CHECKING:
    from carriers.lines import Lines, Still
    from carriers.pictures import Picture


@dataclass(frozen=True)
class OutgoingText:
    """One text, ready to leave. ``id`` is our outbox id; it travels in the receipt's address.

    ``valid_for``: seconds after which the carrier shall drop it rather than deliver it late.
    """

    id: str
    to: str
    sender: str
    body: str
    valid_for: int | None = None


@dataclass(frozen=True)
class Taken:
    """The carrier has it, under its own id."""

    sid: str


@dataclass(frozen=True)
class Refused:
    """The carrier did not take it. ``code`` is the carrier's; ``retry_after`` in seconds, if it said."""

    error: ErrorClass
    code: str
    detail: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Unclear:
    """Nobody knows whether it was taken: a time-out, a reset, a 5xx. Never send again blindly."""

    detail: str


@dataclass(frozen=True)
class NotBegun:
    """It waited for a line, and was not to leave any more when there was one: it never left."""


Outcome = Taken | Refused | Unclear | NotBegun


@dataclass(frozen=True)
class SeenText:
    """A text the carrier says it has, from its own list."""

    sid: str
    to: str
    body: str
    status: str
    created_at: datetime
    error_code: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What a carrier reports about a text after taking it. ``message_id`` is our outbox id."""

    message_id: str
    status: str
    error_code: str | None = None
    provider_sid: str | None = None


@dataclass(frozen=True)
class IncomingText:
    """One text that arrived. ``carrier_replied``: the carrier already answered its keyword."""

    provider_sid: str
    sender: str
    to: str
    body: str
    media: tuple[tuple[str, str], ...] = ()  #: (url, content type)
    carrier_replied: bool = False
    carrier_keyword: str | None = None  #: STOP, START or HELP, when the carrier's own list says so


class Carrier(Protocol):
    """Who moves texts. Every call may take as long as its time-out and never raises for the wire."""

    name: str
    answers_keywords: bool  #: replies to STOP, START and HELP by itself
    shows_pictures: bool  #: has the pictures that came with texts

    def send(self, text: OutgoingText) -> Outcome:
        """Hand one text over."""
        ...

    def lines(self, in_flight: int, still: "Still") -> "Lines":
        """Lines on which that many texts are under way at once.

        ``still``: which of some texts shall still leave; asked, from any thread, about those that wait.
        """
        ...

    def texts_to(self, mobile: str, since: datetime) -> Sequence[SeenText]:
        """What the carrier holds for that mobile since then; raises OSError when it cannot say."""
        ...

    def due_receipts(self, now: datetime) -> Sequence[Receipt]:
        """Receipts that did not come by themselves; most carriers call us instead and return none."""
        ...

    def picture(self, url: str) -> "Picture":
        """A picture that came with a text, by the address it came with. Raises NoPicture with the reason."""
        ...

    def close(self) -> None:
        """Let go of whatever is open; the process ends."""
        ...
