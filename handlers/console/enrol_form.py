"""The enrolment form: what was typed, what it means, and the exact words of consent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from care.protocol import UNKNOWN, FactDefinition, Protocol
from handlers.access import works
from handlers.console import words
from handlers.console.desk import place
from handlers.console.visits import clinic_time
from scheduler.booking import BadField, EnrolmentBody, own_external_id, parse_enrolment
from store.mobile import BadMobile, e164, spoken
from store.people import PatientDetails
from store.tables import Appointment, Location, Patient
from store.today import locations

#: What she is asked, word for word; what was agreed to is kept with these words (47 CFR 64.1200(f)(9)).
CARE_WORDS = (
    "I agree to get texts from {clinic} at this number about my visits: how to prepare, how to care for my "
    "skin, and reminders. Message and data rates may apply. I can reply STOP at any time."
)
MARKETING_WORDS = (
    "I also agree to get automated texts that invite me to book again. I do not have to agree to this to "
    "be treated."
)
#: What may not stay empty: the field of the enrolment, and of the form.
NEEDED = {"patient.name": "name", "patient.mobile": "mobile", "consent.method": "method"}
#: The form's fields from top to bottom: the field of the enrolment, and the box that is typed into.
BOXES = {
    "patient.name": "name",
    "patient.mobile": "mobile",
    "location": "location",
    "appointment.starts_at": "starts_at",
    "appointment.area": "area",
    "patient.language": "language",
    "protocol": "protocol",
    "facts": "facts",
    "consent.care": "care",
    "consent.method": "method",
}
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


def read_form(db: Session, typed: MultiDict[str, str], problems: Mapping[str, str] | None = None) -> Form:
    """What was typed, at the location and for the protocol that was chosen."""
    here, _ = place(db)
    chosen = next((one for one in locations(db) if one.id == typed.get("location")), here)
    protocols = works().catalog.protocols
    protocol = protocols.get(typed.get("protocol", ""), next(iter(protocols.values())))
    return Form(typed.to_dict(), chosen, protocol, problems or {})


def in_order(problems: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong, from the top of the form to its bottom: the box it stands at, and the words."""
    order = list(BOXES)
    wrong = [(field if field in BOXES else field.partition(".")[0], said) for field, said in problems.items()]
    placed = sorted(wrong, key=lambda one: order.index(one[0]) if one[0] in order else len(order))
    return [(BOXES.get(field, "enrol"), said) for field, said in placed]


def body_of(form: Form, held: Appointment | None) -> EnrolmentBody:
    """The form as the one enrolment body everybody uses. Raises BadField.

    ``held``: the visit she has at that moment already; it is this one, whatever it is called elsewhere.
    """
    typed, zone = form.typed, form.location.timezone
    starts_at = None
    problems = {field: "is missing" for field, name in NEEDED.items() if not typed.get(name, "").strip()}
    try:
        starts_at = clinic_time(typed.get("starts_at", ""), zone, "appointment.starts_at")
    except BadField as error:
        problems |= error.problems
    if not typed.get("care"):
        problems["consent.care"] = "Without this no text may leave: ask her, then tick it"
    try:
        body = parse_enrolment(_fields(form, starts_at, held))
    except BadField as error:
        raise BadField(error.problems | problems) from None
    if problems:
        raise BadField(problems)
    return body


def details_of(form: Form) -> PatientDetails:
    """Who she is, as far as it is typed."""
    typed = form.typed
    name, language = typed.get("name", "").strip(), typed.get("language") or "en"
    return PatientDetails(name, mobile_of(typed.get("mobile", "")), language)


def what_we_know(patient: Patient) -> dict[str, str]:
    """What can be filled in for somebody who comes again; her consent is asked for anew."""
    facts = {f"fact.{fact.name}": fact.value for fact in patient.facts}
    return {
        "name": patient.name,
        "mobile": spoken(patient.mobile),
        "language": patient.language,
        "location": patient.location_id,
        **facts,
    }


def _fields(form: Form, starts_at: datetime | None, held: Appointment | None) -> dict[str, Any]:
    typed, known = form.typed, starts_at or words.now()
    mobile = mobile_of(typed.get("mobile", ""))
    own = own_external_id(form.location.id, mobile, typed.get("name", "").strip(), known)
    return {
        "patient": {
            "name": typed.get("name", ""),
            "mobile": typed.get("mobile", ""),
            "language": typed.get("language") or "en",
        },
        "appointment": {
            "external_id": held.external_id if held else own,
            "starts_at": known,
            "area": typed.get("area", "").strip() or None,
        },
        "protocol": form.protocol.name,
        "location": form.location.id,
        "facts": form.facts,
        "consent": {
            "care": bool(typed.get("care")),
            "marketing": True if typed.get("marketing") else None,
            "method": METHODS.get(typed.get("method", ""), ""),
            "words": form.consent_words,
        },
    }


def mobile_of(typed: str) -> str:
    """E.164, or empty while it is no number yet."""
    try:
        return e164(typed)
    except BadMobile:
        return ""
