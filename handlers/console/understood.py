"""What the program made of one incoming text, in plain words: what it wanted, what was done, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from care.why import say_fact
from handlers.console.looks import URGENCIES, Look, wanted
from handlers.console.words import title
from store.tables import InboxText

#: What carrying out a decision did, beside replies and tickets.
_ACTIONS = {
    "OptOut": "Texts to this number stopped",
    "OptIn": "Texts to this number begin again",
    "ConfirmVisit": "Visit confirmed",
    "DeclaredNone": "Noted that she used none of it",
    "SetFact": "Noted what she told",
    "HoldVisit": "Visit put on hold",
    "TakeTicket": "Took the ticket",
}
_URGENCY = {urgency.word: look for urgency, look in URGENCIES.items()}
_LOUD = {"danger", "amber"}


@dataclass(frozen=True)
class Understood:
    """``wanted``: what she wants; ``did``: what followed, one sentence each; ``tickets``: their ids.

    ``matched``: which words of hers led to it. ``urgency``: shown only when somebody must look today.
    """

    wanted: str
    did: tuple[str, ...]
    tickets: tuple[str, ...]
    matched: tuple[str, ...]
    urgency: Look | None


def understood(text: InboxText) -> Understood | None:
    """None while nobody has read it."""
    reading = text.reading
    if not reading or "with" in reading:
        return None
    look = _URGENCY.get(reading.get("urgency", ""))
    return Understood(
        wanted=wanted(text),
        did=tuple(_did(reading)),
        tickets=tuple(reading.get("held_by", ())),
        matched=tuple(reading.get("matched", ())),
        urgency=look if look and look.style in _LOUD else None,
    )


def _did(reading: Mapping[str, Any]) -> Iterator[str]:
    if replies := reading.get("replies"):
        yield "Answered: " + ", ".join(title(name) for name in replies)
    if kept_back := reading.get("kept_back"):
        yield "The bot stayed silent: it would have answered " + ", ".join(say_fact(one) for one in kept_back)
    for action in reading.get("actions", ()):
        yield _ACTIONS.get(action, title(action))
    if reading.get("silence"):
        yield f"No answer needed: {reading['silence']}"
