"""Enrol: what will she receive if I press this?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from care.consent import Consent
from handlers.access import works
from handlers.console import timeline, words
from handlers.console.blueprint import console
from handlers.console.desk import actor, say, sentence
from handlers.console.enrol_form import (
    CARE_WORDS,
    MARKETING_WORDS,
    METHODS,
    Form,
    body_of,
    mobile_of,
    read_form,
)
from handlers.console.visits import clinic_time
from scheduler.booking import BadField
from scheduler.enrolling import check_facts, enrol
from scheduler.previewing import Draft, foresee
from store.today import locations
from store.visits import find_enrolment


@console.get("/enrol")
def enrol_form() -> ResponseReturnValue:
    """The empty form, and how to fill it in."""
    return _page(request.args)


@console.post("/enrol")
def enrol_patient() -> ResponseReturnValue:
    """Enrol her, or say beside each field what is wrong."""
    with works().database.reading() as db:
        form = read_form(db, request.form)
    try:
        enrolled = enrol(works(), body_of(form), actor())
    except BadField as error:
        return _page(request.form, error.problems), 422
    with works().database.reading() as db:
        enrolment = find_enrolment(db, enrolled.enrolment_id)
    say("Enrolled" if enrolled.created else "She was enrolled for this visit already; nothing is sent twice")
    patient_id = enrolment.appointment.patient_id if enrolment else ""
    return redirect(url_for("console.patient", patient_id=patient_id), 303)


def _page(typed: MultiDict[str, str], problems: Mapping[str, str] | None = None) -> str:
    with works().database.reading() as db:
        form = read_form(db, typed, problems)
        return render_template(
            "console/enrol.html",
            form=form,
            typed=form.typed,
            problems={name: sentence(name, said) for name, said in form.problems.items()},
            everywhere=locations(db),
            protocols=works().catalog.protocols,
            methods=METHODS,
            care_words=CARE_WORDS.format(clinic=form.location.clinic),
            marketing_words=MARKETING_WORDS,
            earliest=words.now().astimezone(ZoneInfo(form.location.timezone)),
            **_preview(db, form),
        )


@console.post("/enrol/preview")
def enrol_preview() -> ResponseReturnValue:
    """Exactly what she would get, from the form as it stands. Nothing is written."""
    with works().database.reading() as db:
        form = read_form(db, request.form)
        return render_template("console/preview.html", form=form, **_preview(db, form))


@console.post("/enrol/facts")
def enrol_facts() -> ResponseReturnValue:
    """What the chosen protocol asks about."""
    with works().database.reading() as db:
        form = read_form(db, request.form)
        return render_template("console/enrol_facts.html", form=form, typed=form.typed, problems={})


def _preview(db: Session, form: Form) -> dict[str, Any]:
    """Her timeline, the calls that somebody must make, or what is still missing to tell."""
    now = words.now()
    try:
        given = form.typed.get("starts_at", "")
        starts_at = clinic_time(given, form.location.timezone, "starts_at")
    except BadField:
        return {"days": [], "calls": [], "missing": "Give the day and time of her visit."}
    if starts_at <= now:
        return {
            "days": [],
            "calls": [],
            "missing": "That time is past: only a visit to come can be enrolled.",
        }
    if check_facts(form.protocol, form.facts):
        return {"days": [], "calls": [], "missing": "One of the answers is not possible: choose it again."}
    seen = foresee(db, works(), _draft(form, starts_at), now)
    days = timeline.of_draft(seen, form.protocol)
    asked = bool(form.typed.get("care"))
    zone = form.location.timezone
    return {"days": days, "calls": seen.before.calls, "missing": None, "zone": zone, "asked": asked}


def _draft(form: Form, starts_at: datetime) -> Draft:
    typed = form.typed
    return Draft(
        location=form.location,
        protocol=form.protocol,
        starts_at=starts_at,
        language=typed.get("language") or "en",
        mobile=mobile_of(typed.get("mobile", "")),
        name=typed.get("name", ""),
        facts=form.facts,
        consent=Consent(care=True, marketing=bool(typed.get("marketing"))),
    )
