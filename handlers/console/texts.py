"""One planned text: what exactly will she get, when, and what does somebody want otherwise?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.delivery import Status
from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import actor, names, opted_out, refuse, say, sentence
from handlers.console.visits import clinic_time
from scheduler.altering import Seen, drop, retime, reword, take_back, useful_until
from scheduler.booking import BadField
from scheduler.pausing import why_paused
from scheduler.previewing import words_ahead
from store.outbox import text_by_id
from store.tables import OutboxText
from store.visits import find_enrolment

#: What is said once a text was changed, and the forms' names for it.
DONE = {
    "drop": "It will not be sent",
    "time": "It leaves at the new time",
    "words": "It leaves in your words",
}


@console.get("/texts/<uuid:text_id>")
def text(text_id: UUID) -> ResponseReturnValue:
    """The whole page."""
    return _page(text_id)


def _page(text_id: UUID, typed: str = "", problem: str = "") -> str:
    with works().database.reading() as db:
        row = _planned_text(db, text_id)
        enrolment = find_enrolment(db, row.enrolment_id or "") or abort(404)
        patient, visit = enrolment.appointment.patient, enrolment.appointment
        return render_template(
            "console/text.html",
            text=row,
            patient=patient,
            visit=visit,
            zone=visit.location.timezone,
            body=row.body
            or words_ahead(works(), row.wording or "", patient.language, visit, row.planned_for),
            until=useful_until(db, works(), enrolment, row),
            changeable=row.status == Status.PLANNED.value,
            paused=why_paused(db, patient),
            out=opted_out(db, [patient.mobile]),
            names=names(db),
            typed=typed,
            problem=problem,
        )


def _planned_text(db: Session, text_id: UUID) -> OutboxText:
    """A timed text of somebody's course; 404 for anything else."""
    row = text_by_id(db, str(text_id))
    return row if row and row.step and row.patient_id else abort(404)


@console.post("/texts/<uuid:text_id>/drop")
def drop_text(text_id: UUID) -> ResponseReturnValue:
    """Not send it, for a reason."""
    why = request.form.get("why", "")
    return _change(text_id, "drop", lambda seen: drop(works(), seen, why, actor()))


@console.post("/texts/<uuid:text_id>/time")
def retime_text(text_id: UUID) -> ResponseReturnValue:
    """Another moment, by the clinic's clock."""
    with works().database.reading() as db:
        zone = _planned_text(db, text_id).location.timezone
    given = request.form.get("at", "")
    return _change(
        text_id, "time", lambda seen: retime(works(), seen, clinic_time(given, zone, "at"), actor())
    )


@console.post("/texts/<uuid:text_id>/words")
def reword_text(text_id: UUID) -> ResponseReturnValue:
    """A person's own words in the place of the approved ones."""
    body = request.form.get("body", "")
    return _change(text_id, "words", lambda seen: reword(works(), seen, body, actor()))


def _change(text_id: UUID, what: str, change: Callable[[Seen], None]) -> ResponseReturnValue:
    """Do it and go to her page; what is wrong is told beside the form, with what was typed in it."""
    with works().database.reading() as db:
        patient_id = _planned_text(db, text_id).patient_id
    try:
        change(Seen(str(text_id), _seen_at()))
    except BadField as error:
        form: Any = {"time": "at", "words": "body", "drop": "why"}[what]
        field, problem = next(iter(error.problems.items()))
        if field != form:
            refuse(error)
            return redirect(url_for("console.text", text_id=text_id), 303)
        return _page(text_id, what, sentence(field, problem)), 422
    say(DONE[what], url_for("console.take_back_text", text_id=text_id, what=what))
    return redirect(url_for("console.patient", patient_id=patient_id, _anchor=f"text-{text_id}"), 303)


def _seen_at() -> datetime | None:
    """When the text that the page showed was last changed by a person; 400 for what is no time."""
    given = request.form.get("seen", "")
    try:
        return datetime.fromisoformat(given) if given else None
    except ValueError:
        return abort(400)


@console.post("/texts/<uuid:text_id>/back/<any(drop, time, words):what>")
def take_back_text(text_id: UUID, what: str) -> ResponseReturnValue:
    """The approved words, its own moment, or sent after all."""
    with works().database.reading() as db:
        row = _planned_text(db, text_id)
    try:
        take_back(works(), row.id, what, actor())
    except BadField as error:
        refuse(error)
    else:
        say("Taken back. It is planned as the protocol has it")
    return redirect(url_for("console.patient", patient_id=row.patient_id, _anchor=f"text-{text_id}"), 303)
