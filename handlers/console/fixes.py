"""What to do about a text that did not get through: one tap away, where there is something to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from care.delivery import ErrorClass, Status
from carriers.errors import classify
from scheduler.breaking import BREAKER
from scheduler.stopping import CONFIG
from store.tables import OutboxText, Ticket


@dataclass(frozen=True)
class Fix:
    """One way out: a button that leads there."""

    word: str
    icon: str
    href: str


@dataclass(frozen=True)
class Fixes:
    """The ways out of this moment. ``tickets``: all that are open here; ``now``: UTC."""

    tickets: Iterable[Ticket]
    now: datetime
    about: Mapping[str, Ticket] = field(init=False)
    ours: Ticket | None = field(init=False)

    def __post_init__(self) -> None:
        about = {ticket.patient_id: ticket for ticket in reversed(list(self.tickets)) if ticket.patient_id}
        ours = (ticket for ticket in self.tickets if ticket.kind.partition(":")[0] in (CONFIG, BREAKER))
        object.__setattr__(self, "about", about)
        object.__setattr__(self, "ours", next(ours, None))

    def of(self, text: OutboxText, *, kept: bool = False) -> list[Fix]:
        """What can be done about this text. ``kept``: nothing leaves from its number at all."""
        if text.status == Status.PLANNED.value:
            return self._held(text, kept)
        if text.status == Status.UNKNOWN.value:
            return []
        error = classify(text.error_code).error_class
        if error is ErrorClass.CONFIG:
            return [self._ticket(self.ours, "See our number's ticket") or _settings()]
        wrong = error is ErrorClass.PERMANENT and text.error_code and text.patient_id
        return [fix for fix in (_correct(text) if wrong else None, _call(text), self._hers(text)) if fix]

    def _held(self, text: OutboxText, kept: bool) -> list[Fix]:
        if kept:
            return [self._ticket(self.ours, "See our number's ticket") or _settings()]
        found = []
        if text.patient and text.patient.paused_at:
            found.append(Fix("Resume her texts", "play", _page(text, "resume")))
        elif "the visit is on hold" in text.reason:
            found.append(Fix("Release her visit", "play", _page(text, "visits-title")))
        elif hers := self._hers(text):
            found.append(hers)
        if text.step:
            found.append(Fix("Change or drop it", "pencil", url_for("console.text", text_id=text.id)))
        return found

    def _hers(self, text: OutboxText) -> Fix | None:
        return self._ticket(self.about.get(text.patient_id or ""), "See her ticket")

    @staticmethod
    def _ticket(ticket: Ticket | None, word: str) -> Fix | None:
        return Fix(word, "hand", url_for("console.ticket", ticket_id=ticket.id)) if ticket else None


def _call(text: OutboxText) -> Fix:
    return Fix("Call her", "phone", f"tel:{text.mobile}")


def _correct(text: OutboxText) -> Fix:
    return Fix("Correct her number", "pencil", url_for("console.correct_form", patient_id=text.patient_id))


def _settings() -> Fix:
    return Fix("Settings", "settings", url_for("console.settings"))


def _page(text: OutboxText, anchor: str) -> str:
    return url_for("console.patient", patient_id=text.patient_id, _anchor=anchor)
