"""What every staff page needs: who is at the desk, which place, where to go back to, parts that live."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy.orm import Session

from handlers.access import works
from handlers.console import words
from handlers.sign_in import local_path
from scheduler.booking import BadField
from store.accounts import staff_names
from store.consent import consents_of
from store.tables import Location, Patient
from store.today import locations

#: How often a part asks whether it is still true.
EVERY = 15  #: seconds


def actor() -> str:
    """The user name under which a change is written down."""
    name: str = current_user.username
    return name


def place(db: Session) -> tuple[Location, Sequence[Location]]:
    """The location this person looks at, and all there are. ``?place=`` changes it for the session."""
    everywhere = locations(db)
    wanted = request.args.get("place") or session.get("place")
    here = next((location for location in everywhere if location.id == wanted), everywhere[0])
    if request.args.get("place"):
        session["place"] = here.id
    return here, everywhere


def names(db: Session) -> Mapping[str, str]:
    """User name to the name people know, ``you`` for oneself."""
    return {**staff_names(db), actor(): "you"}


def known_patient(patient_id: UUID) -> None:
    """404 unless there is such a patient."""
    with works().database.reading() as db:
        db.get(Patient, str(patient_id)) or abort(404)


def back(fallback: str = "/") -> ResponseReturnValue:
    """To the page whose button was pressed. 303: a reload must not press it again."""
    return redirect(local_path(request.form.get("back") or fallback), 303)


def say(text: str, undo: str | None = None, **fields: str) -> None:
    """Tell what was done, and how to take it back: ``undo`` is the address its button posts to."""
    flash({"text": text, "undo": undo, "fields": fields}, "done")  # type: ignore[arg-type]


def refuse(error: BadField | str) -> None:
    """Tell why something was not done."""
    reasons = [error] if isinstance(error, str) else [sentence(*one) for one in error.problems.items()]
    flash({"text": ". ".join(reasons), "undo": None, "fields": {}}, "refused")  # type: ignore[arg-type]


def sentence(field: str, problem: str) -> str:
    """``starts_at`` and ``is in the past`` become ``The visit's time is in the past``."""
    name = FIELDS.get(field) or words.title(field.rpartition(".")[2])
    begins = problem.split(" ", 1)[0]
    return f"{name} {problem}" if begins in _VERBS else problem


FIELDS = {
    "patient.name": "The name",
    "patient.mobile": "The mobile number",
    "patient.language": "The language",
    "appointment.starts_at": "The visit's time",
    "appointment.area": "The area",
    "starts_at": "The visit's time",
    "ended_at": "The end of the visit",
    "status": "The visit's state",
    "consent.method": "How she agreed",
    "body": "The text",
    "at": "That time",
}
_VERBS = {"is", "needs", "cannot", "should", "has"}


@dataclass(frozen=True)
class Part:
    """A part of a page that renews itself: its id, where it asks, and the template of its inside."""

    name: str
    url: str
    template: str
    every: int = EVERY
    live: str = "polite"  #: whether a screen reader tells what changed

    def show(self, **context: object) -> Markup:
        """The part, for the page around it."""
        return self._wrapped(render_template(self.template, **context))

    def answer(self, **context: object) -> ResponseReturnValue:
        """The part again; 204 while it reads the same: nothing blinks, nothing is read out twice."""
        inner = render_template(self.template, **context)
        return ("", 204) if request.args.get("have") == _mark(inner) else self._wrapped(inner)

    def _wrapped(self, inner: str) -> Markup:
        safe = Markup(inner)  # noqa: S704 -- the template has escaped what it was given
        wrapped = render_template("parts/live.html", part=self, inner=safe, mark=_mark(inner))
        return Markup(wrapped)  # noqa: S704


def _mark(inner: str) -> str:
    """What tells two readings apart; the form token, which differs each time, does not count."""
    return sha256(inner.replace(generate_csrf(), "").encode()).hexdigest()[:12]


def opted_out(db: Session, mobiles: Iterable[str]) -> dict[str, str]:
    """Why no text may go there, by mobile; those who did not opt out are not in it."""
    asked = set(mobiles)
    consents = consents_of(db, asked)
    found = {mobile: consents.of(mobile, None).opted_out for mobile in asked}
    return {mobile: reason for mobile, reason in found.items() if reason}
