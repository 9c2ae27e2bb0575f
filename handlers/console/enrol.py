"""Enrol: what will she receive if I press this?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from care.consent import Consent
from care.protocol import UNKNOWN, FactDefinition, Protocol
from handlers.access import works
from handlers.console import timeline, words
from handlers.console.blueprint import console
from handlers.console.desk import actor, place, say, sentence
from handlers.console.visits import clinic_time
from scheduler.booking import BadField, EnrolmentBody, own_external_id, parse_enrolment
from scheduler.enrolling import check_facts, enrol
from scheduler.previewing import Draft, foresee
from store.mobile import BadMobile, e164
from store.tables import Location
from store.today import locations
from store.visits import find_enrolment

#: What she is asked, word for word; what was agreed to is kept with these words (47 CFR 64.1200(f)(9)).
CARE_WORDS = (
    "I agree to get texts from {clinic} at this number about my visits: how to prepare, how to care for my "
    "skin, and reminders. Message and data rates may apply. I can reply STOP at any time."
)
MARKETING_WORDS = (
    "I also agree to get automated texts that invite me to book again. I do not have to agree to this to "
    "be treated."
)
METHODS = {
    "in_person": "In person",
    "phone": "On the phone",
    "signed_form": "On a signed form",
    "online": "When booking online",
}


@dataclass(frozen=True)
class Form:
    """What was typed, as it was typed, beside what is wrong with it (by field)."""

    typed: Mapping[str, str]
    location: Location
    protocol: Protocol
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, str]:
        """What was chosen for each fact; untouched is unknown."""
        asked = {fact.name: self.typed.get(f"fact.{fact.name}", UNKNOWN) for fact in self.askable}
        return {name: value for name, value in asked.items() if value != UNKNOWN}

    @property
    def askable(self) -> list[FactDefinition]:
        """The facts that somebody is asked about."""
        return [fact for fact in self.protocol.facts if not fact.derived]

    @property
    def consent_words(self) -> str:
        """The exact words of what is ticked."""
        asked = {"care": CARE_WORDS, "marketing": MARKETING_WORDS}
        agreed = [said for kind, said in asked.items() if self.typed.get(kind)]
        return " ".join(agreed).format(clinic=self.location.clinic)


def _form(db: Session, typed: MultiDict[str, str], problems: Mapping[str, str] | None = None) -> Form:
    here, _ = place(db)
    chosen = next((one for one in locations(db) if one.id == typed.get("location")), here)
    protocols = works().catalog.protocols
    protocol = protocols.get(typed.get("protocol", ""), next(iter(protocols.values())))
    return Form(typed.to_dict(), chosen, protocol, problems or {})


@console.get("/enrol")
def enrol_form() -> ResponseReturnValue:
    """The empty form, and how to fill it in."""
    return _page(request.args)


@console.post("/enrol")
def enrol_patient() -> ResponseReturnValue:
    """Enrol her, or say beside each field what is wrong."""
    with works().database.reading() as db:
        form = _form(db, request.form)
    try:
        enrolled = enrol(works(), _body(form), actor())
    except BadField as error:
        return _page(request.form, error.problems), 422
    with works().database.reading() as db:
        enrolment = find_enrolment(db, enrolled.enrolment_id)
    say("Enrolled" if enrolled.created else "She was enrolled for this visit already; nothing is sent twice")
    patient_id = enrolment.appointment.patient_id if enrolment else ""
    return redirect(url_for("console.patient", patient_id=patient_id), 303)


def _page(typed: MultiDict[str, str], problems: Mapping[str, str] | None = None) -> str:
    with works().database.reading() as db:
        form = _form(db, typed, problems)
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
        form = _form(db, request.form)
        return render_template("console/preview.html", form=form, **_preview(db, form))


@console.post("/enrol/facts")
def enrol_facts() -> ResponseReturnValue:
    """What the chosen protocol asks about."""
    with works().database.reading() as db:
        form = _form(db, request.form)
        return render_template("console/enrol_facts.html", form=form, typed=form.typed, problems={})


def _body(form: Form) -> EnrolmentBody:
    """The form as the one enrolment body everybody uses. Raises BadField."""
    typed, zone = form.typed, form.location.timezone
    starts_at, problems = None, {}
    try:
        starts_at = clinic_time(typed.get("starts_at", ""), zone, "appointment.starts_at")
    except BadField as error:
        problems = error.problems
    if not typed.get("care"):
        problems["consent.care"] = "Without this no text may leave: ask her, then tick it"
    try:
        body = parse_enrolment(_fields(form, starts_at))
    except BadField as error:
        raise BadField(error.problems | problems) from None
    if problems:
        raise BadField(problems)
    return body


def _fields(form: Form, starts_at: datetime | None) -> dict[str, Any]:
    typed, known = form.typed, starts_at or words.now()
    mobile = _mobile(typed.get("mobile", ""))
    booking_id = own_external_id(form.location.id, mobile, typed.get("name", ""), known)
    return {
        "patient": {
            "name": typed.get("name", ""),
            "mobile": typed.get("mobile", ""),
            "language": typed.get("language") or "en",
        },
        "appointment": {
            "external_id": booking_id,
            "starts_at": known,
            "area": typed.get("area", "").strip() or None,
        },
        "protocol": form.protocol.name,
        "location": form.location.id,
        "facts": form.facts,
        "consent": {
            "care": bool(typed.get("care")),
            "marketing": bool(typed.get("marketing")),
            "method": METHODS.get(typed.get("method", ""), ""),
            "words": form.consent_words,
        },
    }


def _mobile(typed: str) -> str:
    """E.164, or empty while it is no number yet."""
    try:
        return e164(typed)
    except BadMobile:
        return ""


def _preview(db: Session, form: Form) -> dict[str, Any]:
    """Her timeline, the calls that somebody must make, or what is still missing to tell."""
    now = words.now()
    try:
        given = form.typed.get("starts_at", "")
        starts_at = clinic_time(given, form.location.timezone, "starts_at")
    except BadField:
        return {"days": [], "calls": [], "missing": "Give the day and time of her visit to see her texts."}
    if starts_at <= now:
        return {
            "days": [],
            "calls": [],
            "missing": "That time is past: only a visit to come can be enrolled.",
        }
    if check_facts(form.protocol, form.facts):
        return {"days": [], "calls": [], "missing": "One of the answers is not possible: choose it again."}
    seen = foresee(db, works(), _draft(form, starts_at), now)
    days = timeline.of_draft(seen, form.protocol, now)
    return {"days": days, "calls": seen.before.calls, "missing": None, "zone": form.location.timezone}


def _draft(form: Form, starts_at: datetime) -> Draft:
    typed = form.typed
    return Draft(
        location=form.location,
        protocol=form.protocol,
        starts_at=starts_at,
        language=typed.get("language") or "en",
        mobile=_mobile(typed.get("mobile", "")),
        name=typed.get("name", ""),
        facts=form.facts,
        consent=Consent(care=bool(typed.get("care")), marketing=bool(typed.get("marketing"))),
    )
