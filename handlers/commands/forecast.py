"""The whole calendar of texts for one visit, worked out without a database or a clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from care.course import Course, VisitStatus
from care.plan import plan
from care.planned import Plan, PlannedMessage
from care.protocol import NO, UNKNOWN, YES, Fact, Facts, Protocol
from messages.render import render
from scheduler.words import visit_values
from store.clinic import location_row
from store.tables import Appointment, Patient
from store.visits import zones_of

if TYPE_CHECKING:
    from messages.catalog import Catalog
    from store.clinic import ClinicFile

#: What our records say about a patient who comes for the first time (see store.courses.facts_for).
_FIRST_TIME = {"number_welcomed": NO, "returning": NO, "next_visit_booked": NO}


@dataclass(frozen=True)
class Line:
    """One text of the calendar. ``off``: nothing may be said in its place until the clinic approves it."""

    message: PlannedMessage
    code: str
    body: str
    off: bool


def sample_visit(clinic: "ClinicFile", location: str, patient: Patient, times: Course) -> Appointment:
    """An appointment as the records would hold it, but never stored."""
    return Appointment(
        location=location_row(clinic, location),
        patient=patient,
        booked_at=times.booked_at,
        starts_at=times.starts_at,
        ended_at=times.ended_at,
    )


def whole_plan(protocol: Protocol, visit: Appointment, facts: Facts) -> Plan:
    """Both halves of a course: what goes out before the visit, and after its end."""
    zones = zones_of(visit)
    ahead = Course(visit.booked_at, visit.starts_at)
    behind = Course(visit.booked_at, visit.starts_at, VisitStatus.FULFILLED, ended_at=visit.ended_at)
    before, after = plan(protocol, ahead, facts, zones), plan(protocol, behind, facts, zones)
    return Plan(
        tuple(sorted((*before.messages, *after.messages), key=lambda message: message.due_at)),
        (*before.skipped, *after.skipped),
        (*before.calls, *after.calls),
    )


def lines(catalog: "Catalog", visit: Appointment, course: Plan) -> Iterator[Line]:
    """Each text in her language, as it would leave; one that is off, as it is drafted."""
    language = visit.patient.language
    for message in course.messages:
        said = catalog.say(message.wording, language)
        wording = said[0] if said else catalog.wordings[message.wording]
        template = said[1] if said else wording.texts.get(language, wording.texts["en"])
        body = render(template, visit_values(visit, language, message.due_at))
        yield Line(message, wording.code, body, said is None)


def facts_known(protocol: Protocol, given: Mapping[str, str], at: datetime) -> Facts:
    """What was given, and what the records would say about somebody new.

    Raises ValueError naming a fact, or a value of one, that the protocol does not have.
    """
    allowed = {fact.name: (*fact.values, UNKNOWN) for fact in protocol.facts}
    for name, value in given.items():
        if name not in allowed:
            raise ValueError(f"{name} is not a fact of {protocol.name}; known: {', '.join(allowed)}")
        if value not in allowed[name]:
            raise ValueError(f"{name} cannot be {value!r}; write one of: {', '.join(allowed[name])}")
    records = {name: value for name, value in _FIRST_TIME.items() if name in allowed}
    if given.get("sessions_planned", UNKNOWN) != UNKNOWN and "sessions_left" in allowed:
        records["sessions_left"] = YES  # the first of several
    known = records | dict(given)
    return {name: Fact(value, at) for name, value in known.items() if value != UNKNOWN}
