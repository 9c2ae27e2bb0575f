"""What the tests of whole courses share: the shipped protocol, clinic time in and out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from care.course import Course, VisitStatus
from care.instants import Zones
from care.plan import plan
from care.planned import Plan, PlannedMessage
from care.protocol import Fact, Facts, Protocol
from messages.catalog import Catalog, load_catalog

CLINIC = ZoneInfo("America/New_York")
AT_HOME = Zones(CLINIC, CLINIC)


@cache
def catalog() -> Catalog:
    return load_catalog()


@cache
def protocol() -> Protocol:
    return catalog().protocols["microneedling"]


def at(local: str) -> datetime:
    """The instant when a clock at the clinic shows this; the first of two."""
    return datetime.fromisoformat(local).replace(tzinfo=CLINIC).astimezone(UTC)


def known(values: Mapping[str, str], since: datetime) -> Facts:
    return {name: Fact(value, since) for name, value in values.items()}


def course_plan(
    booked: str, visit: str, facts: Mapping[str, str] | None = None, zones: Zones = AT_HOME, **more
) -> Plan:
    """The plan of one course, times on the clinic's clock; facts known since the booking."""
    course = Course(booked_at=at(booked), starts_at=at(visit), **more)
    return plan(protocol(), course, known(facts or {}, course.booked_at), zones)


def done_plan(
    booked: str, visit: str, ended: str, facts: Mapping[str, str] | None = None, zones: Zones = AT_HOME
) -> Plan:
    """The aftercare, once the visit is marked done at its real end."""
    done = {"status": VisitStatus.FULFILLED, "ended_at": at(ended)}
    return course_plan(booked, visit, facts, zones, **done)


def code(message: PlannedMessage) -> str:
    """The clinician's label of the wording itself: MC1, where the step is M2."""
    return catalog().wordings[message.wording].code


def calendar(course: Plan, zone: ZoneInfo = CLINIC) -> list[str]:
    """``Tue 08 11:00 M0``: each text's local moment and label."""
    return [f"{m.due_at.astimezone(zone):%a %d %H:%M} {code(m)}" for m in course.messages]


def from_visit(course: Plan, visit: str) -> list[str]:
    """``-3 11:00 M0``: days from the visit's day, clinic time, label."""
    day = datetime.fromisoformat(visit).date()
    local = [(m.due_at.astimezone(CLINIC), code(m)) for m in course.messages]
    return [f"{(when.date() - day).days:+d} {when:%H:%M} {label}" for when, label in local]


def calls(course: Plan) -> set[str]:
    return {call.name for call in course.calls}


def why_not(course: Plan) -> dict[str, str]:
    return {skipped.step: skipped.reason for skipped in course.skipped}


def days_before(visit: str, days: int, hour: str) -> str:
    day = datetime.fromisoformat(visit).date() - timedelta(days=days)
    return f"{day}T{hour}"
