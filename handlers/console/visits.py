"""What staff do with a visit, in one tap each: done, no-show, cancelled, moved, and all of it undone."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from care.course import VisitStatus
from care.instants import local_day, wall_clock
from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import actor, back, refuse, say, sentence
from handlers.sign_in import local_path
from scheduler.booking import AppointmentChange, BadField
from scheduler.changing import change_visit, release_visit
from store.tables import Appointment
from store.thread import visit_by_id

#: What the buttons do, and what is said once they did.
MARKS = {
    "arrived": (VisitStatus.ARRIVED, "Marked as arrived"),
    "done": (VisitStatus.FULFILLED, "Marked done. Her aftercare texts are planned"),
    "noshow": (VisitStatus.NOSHOW, "Marked as did not come. Nothing more is sent for this visit"),
    "cancel": (VisitStatus.CANCELLED, "Cancelled. Nothing more is sent for this visit"),
    "undo": (VisitStatus.BOOKED, "Undone. Her texts are planned again"),
}


def _visit(visit_id: UUID) -> Appointment:
    with works().database.reading() as db:
        return visit_by_id(db, str(visit_id)) or abort(404)


@console.post("/visits/<uuid:visit_id>/<any(arrived, done, noshow, cancel, undo):mark>")
def mark_visit(visit_id: UUID, mark: str) -> ResponseReturnValue:
    """Mark a visit. Done ends it now, or at the time given on the clinic's clock."""
    visit = _visit(visit_id)
    status, said = MARKS[mark]
    try:
        ended = _end_given(visit) if mark == "done" else None
        change = AppointmentChange(status=status.value, ended_at=ended)
        change_visit(works(), visit.external_id, change, actor())
    except BadField as error:
        refuse(error)
        return back()
    undo = None if mark == "undo" else url_for("console.mark_visit", visit_id=visit_id, mark="undo")
    say(said, undo)
    return back()


def _end_given(visit: Appointment) -> datetime | None:
    given = request.form.get("ended_at", "")
    if not given:
        return None
    zone = ZoneInfo(visit.location.timezone)
    try:
        return wall_clock(local_day(visit.starts_at, zone), time.fromisoformat(given), zone)
    except ValueError:
        raise BadField({"ended_at": "is not a time of day, such as 14:30"}) from None


@console.get("/visits/<uuid:visit_id>/move")
def move_form(visit_id: UUID) -> ResponseReturnValue:
    """Where to move it."""
    back_to = local_path(request.args.get("back"))
    return render_template("console/move.html", visit=_visit(visit_id), back=back_to, problem=None, wanted="")


@console.post("/visits/<uuid:visit_id>/move")
def move_visit(visit_id: UUID) -> ResponseReturnValue:
    """Move it; her texts move along."""
    visit = _visit(visit_id)
    wanted, back_to = request.form.get("starts_at", ""), local_path(request.form.get("back"))
    try:
        starts_at = clinic_time(wanted, visit.location.timezone, "starts_at")
        change_visit(works(), visit.external_id, AppointmentChange(starts_at=starts_at), actor())
    except BadField as error:
        problem = sentence(*next(iter(error.problems.items())))
        page = render_template("console/move.html", visit=visit, back=back_to, problem=problem, wanted=wanted)
        return page, 422
    say("Moved. Her texts are planned for the new time")
    return redirect(back_to, 303)


def clinic_time(given: str, zone: str, field: str) -> datetime:
    """What a date-and-time box holds, on the clinic's clock. Raises BadField naming ``field``."""
    try:
        local = datetime.fromisoformat(given).replace(tzinfo=None)
    except ValueError:
        raise BadField({field: "needs a day and a time"}) from None
    return wall_clock(local.date(), local.time(), ZoneInfo(zone))


@console.post("/patients/<uuid:patient_id>/release")
def release(patient_id: UUID) -> ResponseReturnValue:
    """Somebody has looked: the visit is no longer on hold."""
    release_visit(works(), str(patient_id), actor())
    say("Released. What waited is looked at again now")
    return back()
