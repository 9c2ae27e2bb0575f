"""Enrol: what will she receive if I press this?"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import actor, say, sentence
from handlers.console.enrol_form import (
    CARE_WORDS,
    MARKETING_WORDS,
    METHODS,
    Form,
    body_of,
    details_of,
    in_order,
    read_form,
    what_we_know,
)
from handlers.console.enrol_preview import preview
from handlers.console.visits import clinic_time
from scheduler.booking import BadField
from scheduler.enrolling import enrol
from scheduler.whose_number import look_at_number, visits_that_day
from store.tables import Appointment, Patient
from store.today import locations
from store.visits import find_enrolment


@console.get("/enrol")
def enrol_form() -> ResponseReturnValue:
    """The empty form, and how to fill it in; ``?patient=`` fills in what we know of her."""
    return _page(_with_her(request.args))


@console.post("/enrol")
def enrol_patient() -> ResponseReturnValue:
    """Enrol her, or say beside each field what is wrong."""
    with works().database.reading() as db:
        form = read_form(db, request.form)
        held = _held(db, form)
    try:
        enrolled = enrol(works(), body_of(form, held), actor())
    except BadField as error:
        return _page(request.form, error.problems), 422
    with works().database.reading() as db:
        enrolment = find_enrolment(db, enrolled.enrolment_id)
    say("Enrolled" if enrolled.created else "She was enrolled for this visit already; nothing is sent twice")
    patient_id = enrolment.appointment.patient_id if enrolment else ""
    return redirect(url_for("console.patient", patient_id=patient_id), 303)


@console.post("/enrol/again")
def enrol_again() -> ResponseReturnValue:
    """The form with what we know of her filled in; what was typed about the visit stays."""
    return _page(_with_her(request.values))


def _with_her(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was typed, with what we know of the patient named in it."""
    wanted = typed.get("patient", "")
    with works().database.reading() as db:
        her = db.get(Patient, wanted) if len(wanted) == _ID else None
        return MultiDict({**typed.to_dict(), **(what_we_know(her) if her else {})})


_ID = 36  #: characters of an id


def _page(typed: MultiDict[str, str], problems: Mapping[str, str] | None = None) -> str:
    with works().database.reading() as db:
        form = read_form(db, typed, problems)
        said = {name: sentence(name, said) for name, said in form.problems.items()}
        wrong = in_order(said)
        return render_template(
            "console/enrol.html",
            form=form,
            typed=form.typed,
            problems=said,
            wrong=wrong,
            first=wrong[0][0] if wrong else "name",
            everywhere=locations(db),
            protocols=works().catalog.protocols,
            methods=METHODS,
            care_words=CARE_WORDS.format(clinic=form.location.clinic),
            marketing_words=MARKETING_WORDS,
            earliest=words.now().astimezone(ZoneInfo(form.location.timezone)),
            seen=look_at_number(db, typed.get("mobile", ""), typed.get("name", ""), words.now()),
            **preview(db, form),
        )


@console.post("/enrol/preview")
def enrol_preview() -> ResponseReturnValue:
    """Exactly what she would get, from the form as it stands. Nothing is written."""
    with works().database.reading() as db:
        form = read_form(db, request.form)
        return render_template("console/preview.html", form=form, **preview(db, form))


@console.post("/enrol/number")
def enrol_number() -> ResponseReturnValue:
    """What there is to say about the number, while it is being typed."""
    typed = request.form
    with works().database.reading() as db:
        seen = look_at_number(db, typed.get("mobile", ""), typed.get("name", ""), words.now())
        return render_template(
            "console/enrol_number.html", seen=seen, zone=read_form(db, typed).location.timezone
        )


@console.post("/enrol/facts")
def enrol_facts() -> ResponseReturnValue:
    """What the chosen protocol asks about."""
    with works().database.reading() as db:
        form = read_form(db, request.form)
        return render_template("console/enrol_facts.html", form=form, typed=form.typed, problems={}, first="")


def _held(db: Session, form: Form) -> Appointment | None:
    """The visit that she has at this very moment, if she has one."""
    starts_at = _starts_at(form)
    same_day = visits_that_day(db, details_of(form), form.location, starts_at) if starts_at else ()
    return next((visit for visit in same_day if visit.starts_at == starts_at), None)


def _starts_at(form: Form) -> datetime | None:
    try:
        return clinic_time(form.typed.get("starts_at", ""), form.location.timezone, "starts_at")
    except BadField:
        return None
