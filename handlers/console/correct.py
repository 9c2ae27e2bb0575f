"""Correct who a patient is: name, number, language, zone. What follows is said before."""

from collections.abc import Mapping
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import actor, say, sentence
from handlers.console.enrol_form import CARE_WORDS, METHODS
from scheduler.booking import BadField, parse_patient
from scheduler.correcting import Agreed, correct
from store.mobile import spoken
from store.tables import Patient

#: Where patients of a clinic in the United States live; any other zone that she has already stays a choice.
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)
_SAID = {
    "name": "her name",
    "mobile": "her number",
    "language": "her language",
    "timezone": "where she lives",
}


@console.get("/patients/<uuid:patient_id>/correct")
def correct_form(patient_id: UUID) -> ResponseReturnValue:
    """The form, filled in as she is known."""
    return _page(patient_id, {}, {})


@console.post("/patients/<uuid:patient_id>/correct")
def correct_patient(patient_id: UUID) -> ResponseReturnValue:
    """Put it right, or say beside each field what is wrong."""
    typed = request.form.to_dict()
    with works().database.reading() as db:
        who = db.get(Patient, str(patient_id)) or abort(404)
        clinic = who.location.clinic
    agreed = Agreed(typed.get("method", ""), CARE_WORDS.format(clinic=clinic)) if typed.get("care") else None
    try:
        if agreed and agreed.method not in METHODS:
            raise BadField({"consent.method": "is missing"})
        fields = {name: typed.get(name, "") for name in ("name", "mobile", "language")}
        body = parse_patient({**fields, "timezone": typed.get("timezone") or None})
        changed = correct(works(), str(patient_id), body, agreed, actor())
    except BadField as error:
        return _page(patient_id, typed, error.problems), 422
    said = ", ".join(_SAID[name] for name in changed)
    say(f"Corrected: {said}. Her texts follow" if changed else "Nothing was changed")
    return redirect(url_for("console.patient", patient_id=patient_id), 303)


def _page(patient_id: UUID, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    with works().database.reading() as db:
        who = db.get(Patient, str(patient_id)) or abort(404)
        known = {
            "name": who.name,
            "mobile": spoken(who.mobile),
            "language": who.language,
            "timezone": who.timezone or "",
        }
        zones = dict.fromkeys(zone for zone in (who.timezone, *ZONES) if zone)
        return render_template(
            "console/correct.html",
            patient=who,
            typed=typed or known,
            zones={zone: words.zone_word(zone) for zone in zones},
            clinic_zone=words.zone_word(who.location.timezone),
            care_words=CARE_WORDS.format(clinic=who.location.clinic),
            methods=METHODS,
            problems={name: sentence(name, said) for name, said in problems.items()},
        )
