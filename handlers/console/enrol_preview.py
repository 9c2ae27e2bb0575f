"""What she would get if Enrol were pressed now, and all there is to know before it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from care.consent import Consent
from care.planned import Plan
from handlers.access import works
from handlers.console import timeline, words
from handlers.console.enrol_form import Form, details_of
from handlers.console.visits import clinic_time
from scheduler.booking import BadField
from scheduler.enrolling import check_facts
from scheduler.previewing import Draft, foresee
from scheduler.whose_number import visits_that_day
from store.tables import Appointment, Enrolment


@dataclass(frozen=True)
class LateRule:
    """What a late booking does to one text: asked in other words, or left out. ``at``: when it goes."""

    step: str
    said: str
    at: datetime | None = None


def preview(db: Session, form: Form) -> dict[str, Any]:
    """Her timeline, the calls that somebody must make, or what is still missing to tell."""
    now, zone = words.now(), form.location.timezone
    nothing: dict[str, Any] = {"days": [], "calls": [], "late": [], "zone": zone, "held": None, "nearby": []}
    try:
        starts_at = clinic_time(form.typed.get("starts_at", ""), zone, "starts_at")
    except BadField:
        return nothing | {"missing": "Give the day and time of her visit."}
    if starts_at <= now:
        return nothing | {"missing": "That time is past: only a visit to come can be enrolled."}
    if check_facts(form.protocol, form.facts):
        return nothing | {"missing": "One of the answers is not possible: choose it again."}
    same_day = visits_that_day(db, details_of(form), form.location, starts_at)
    held = next((visit for visit in same_day if visit.starts_at == starts_at), None)
    course = _course_of(held, form)
    if course is not None:
        days = timeline.of_enrolment(db, course, now)
        return nothing | {"days": days, "held": held, "missing": None, "asked": True}
    seen = foresee(db, works(), _draft(form, starts_at), now)
    return nothing | {
        "days": timeline.of_draft(seen, form.protocol),
        "calls": seen.before.calls,
        "late": list(_late(seen.before)),
        "nearby": [visit for visit in same_day if visit is not held],
        "missing": None,
        "asked": bool(form.typed.get("care")),
    }


def _course_of(held: Appointment | None, form: Form) -> Enrolment | None:
    """Her course of this protocol for the visit that she has already."""
    courses = held.enrolments if held else []
    return next((one for one in courses if one.protocol_name == form.protocol.name), None)


def _late(plan: Plan) -> Iterator[LateRule]:
    """What the late booking changed, text by text."""
    for message in plan.messages:
        if message.late:
            how = "in words for a late booking" if message.rung else "as it is, at once"
            yield LateRule(message.step, how, message.due_at)
    for step in plan.skipped:
        if step.late:
            yield LateRule(step.step, step.reason)


def _draft(form: Form, starts_at: datetime) -> Draft:
    her = details_of(form)
    return Draft(
        location=form.location,
        protocol=form.protocol,
        starts_at=starts_at,
        language=her.language,
        mobile=her.mobile,
        name=her.name,
        facts=form.facts,
        consent=Consent(care=True, marketing=bool(form.typed.get("marketing"))),
    )
