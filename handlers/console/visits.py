"""What staff do with a visit, in one tap each: done, no-show, cancelled, moved, and all of it undone."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from care.course import VisitStatus
from care.delivery import Status
from care.instants import local_day, wall_clock
from handlers.access import works
from handlers.console import timeline, words
from handlers.console.blueprint import console
from handlers.console.desk import actor, back, names, opted_out, refuse, say, sentence
from handlers.sign_in import local_path
from scheduler.booking import AppointmentChange, BadField
from scheduler.changing import AsSeen, change_visit, release_visit
from scheduler.rehearsing import Rehearsed, rehearsed
from store.tables import Appointment
from store.thread import visit_by_id

#: What the buttons do, and what is said once they did.
MARKS = {
    "arrived": (VisitStatus.ARRIVED, "Marked as arrived"),
    "done": (VisitStatus.FULFILLED, "Marked done. Her aftercare texts are planned"),
    "noshow": (VisitStatus.NOSHOW, "Marked as did not come. Nothing more is sent for this visit"),
    "cancel": (VisitStatus.CANCELLED, "Cancelled. Nothing more is sent for this visit"),
    "notdone": (VisitStatus.CANCELLED, "Noted as not done. Nothing more is sent for this visit"),
    "undo": (VisitStatus.BOOKED, "Undone. Her texts are planned again"),
}


def _visit(visit_id: UUID) -> Appointment:
    with works().database.reading() as db:
        return visit_by_id(db, str(visit_id)) or abort(404)


@console.post("/visits/<uuid:visit_id>/<any(arrived, done, noshow, notdone, cancel, undo):mark>")
def mark_visit(visit_id: UUID, mark: str) -> ResponseReturnValue:
    """Mark a visit. Done ends it now, or at the time given on the clinic's clock.

    The second of two who mark the same visit is told who was first. Not done is a visit called off late:
    see docs/decisions/0014.
    """
    visit = _visit(visit_id)
    status, said = MARKS[mark]
    try:
        ended = _end_given(visit) if mark == "done" else None
        change = AppointmentChange(status=status.value, ended_at=ended)
        change_visit(works(), visit.external_id, change, actor(), _as_seen(visit))
    except BadField as error:
        refuse(error)
        return back()
    undo = url_for("console.mark_visit", visit_id=visit_id, mark="undo", seen=status.value)
    say(said, None if mark == "undo" else undo)
    return back()


def _as_seen(visit: Appointment) -> AsSeen | None:
    """How the visit stood on the page that was pressed; None for a page that does not say."""
    status, starts_at = request.values.get("seen"), request.values.get("seen_at")
    if not status:
        return None
    try:
        at = datetime.fromisoformat(starts_at) if starts_at else visit.starts_at
    except ValueError:
        return abort(400)
    return AsSeen(at, status)


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
    return _move_page(_visit(visit_id), local_path(request.args.get("back")))


def _move_page(visit: Appointment, back_to: str, wanted: str = "", problem: str | None = None) -> str:
    with works().database.reading() as db:
        out = opted_out(db, [visit.patient.mobile])
    return render_template(
        "console/move.html", visit=visit, back=back_to, problem=problem, wanted=wanted, out=out
    )


@console.post("/visits/<uuid:visit_id>/move/preview")
def preview_move(visit_id: UUID) -> ResponseReturnValue:
    """What the move would make otherwise, from the time as it is chosen. Nothing is kept."""
    visit = _visit(visit_id)
    try:
        starts_at = clinic_time(request.form.get("starts_at", ""), visit.location.timezone, "starts_at")
        if starts_at == visit.starts_at:
            return render_template("console/move_preview.html", seen=None, problem=None)
        with rehearsed(works(), visit.external_id, starts_at, actor()) as seen:
            return _preview(seen) if seen else abort(404)
    except BadField as error:
        problem = sentence(*next(iter(error.problems.items())))
        return render_template("console/move_preview.html", seen=None, problem=problem)


def _preview(seen: Rehearsed) -> str:
    now = words.now()
    lines = [timeline.of_enrolment(seen.session, one, now, seen.replaced) for one in seen.enrolments]
    corrections = [
        entry
        for line in lines
        for day in line
        for entry in (*day.before, *day.after)
        if entry.text
        and entry.text.step in {one.step for one in seen.difference.new if one.corrects}
        and entry.text.status == Status.PLANNED.value
    ]
    return render_template(
        "console/move_preview.html",
        seen=seen.difference,
        visit=seen.visit,
        zone=seen.visit.location.timezone,
        lines=lines,
        corrections=corrections,
        names=names(seen.session),
        problem=None,
    )


@console.post("/visits/<uuid:visit_id>/move")
def move_visit(visit_id: UUID) -> ResponseReturnValue:
    """Move it; her texts move along."""
    visit = _visit(visit_id)
    wanted, back_to = request.form.get("starts_at", ""), local_path(request.form.get("back"))
    try:
        starts_at = clinic_time(wanted, visit.location.timezone, "starts_at")
        change = AppointmentChange(starts_at=starts_at)
        change_visit(works(), visit.external_id, change, actor(), _as_seen(visit))
    except BadField as error:
        problem = sentence(*next(iter(error.problems.items())))
        return _move_page(_visit(visit_id), back_to, wanted, problem), 422
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
