"""A year of a large clinic, written at once: patients, visits, texts both ways, conversations, tickets.

The states and their shares are made up; the shapes of the rows are those that the program writes.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from carriers.simulated import SimulatedCarrier
from messages.catalog import load_catalog
from scheduler.opening import open_database
from scheduler.works import Works
from store.accounts import NewStaff, create_staff
from store.clinic import load_clinic
from store.outbox import Lane
from store.tables import (
    Appointment,
    Base,
    ConsentEvent,
    Conversation,
    Enrolment,
    InboxText,
    OutboxText,
    Patient,
    ProtocolVersion,
    Ticket,
)
from store.tables.base import new_id

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 12, 8, 19, 0, tzinfo=UTC)
#: Visits lie within a year before now and a month after it.
BACK, AHEAD = 365, 30
PLENTY = 500  #: patients written at once
LONG_TEXT = (
    "Riverside Skin: your visit is near. Stop retinol and acids today, no wax or laser until the visit, "
    "and tell us about any new medicine, cold sores or pregnancy. Questions? Reply here or call. "
)
TOPICS = ("retinol", "price", "redness", "makeup", "sunscreen", "exercise", "alcohol", "parking")
#: How a timed text ended: shares of a thousand.
ENDS = (
    ("delivered", None, 940),
    ("sent", None, 20),
    ("undelivered", "30003", 15),
    ("undelivered", "30006", 10),
    ("failed", "21610", 5),
    ("expired", None, 5),
    ("suppressed", None, 5),
)


@dataclass(frozen=True)
class Size:
    """How many patients, and how many texts to and from them together."""

    patients: int
    messages: int

    @property
    def each(self) -> int:
        """Texts to one patient; one in ten of all is a text of hers."""
        return round(self.messages * 0.9 / self.patients)


def works_over(url: str, clock: Callable[[], datetime]) -> Works:
    """The works over a database at this version's tables."""
    catalog = load_catalog()
    database = open_database(url, load_clinic(ROOT / "clinic.yaml"), catalog, NOW)
    return Works(database, catalog, SimulatedCarrier(clock), clock, "https://texts.example.com")


def fill(works: Works, size: Size) -> None:
    """Write all of it into an empty database."""
    database, catalog = works.database, works.shipped
    steps = [step.name for step in catalog.protocols["microneedling"].steps]
    with database.writing() as session:
        create_staff(session, NewStaff("demo", "Demo desk", "correct horse battery", "admin"), NOW)
        version = session.scalars(select(ProtocolVersion.id)).first()
    dice = random.Random(5)  # the same clinic every time
    for first in range(0, size.patients, PLENTY):
        numbers = range(first, min(first + PLENTY, size.patients))
        rows: dict[type[Base], list[dict[str, Any]]] = {}
        for number in numbers:
            for table, row in _patient(number, size, (dice, steps, version)):
                rows.setdefault(table, []).append(row)
        with database.writing() as session:
            for table in ORDER:
                if rows.get(table):
                    session.execute(insert(table), rows[table])
    with database.writing() as session:
        session.execute(text("ANALYZE"))


ORDER = (Patient, ConsentEvent, Appointment, Enrolment, Conversation, InboxText, Ticket, OutboxText)


def _patient(number: int, size: Size, given: tuple) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """All rows of one patient: her visit, her texts, what she wrote, what became of it."""
    dice, steps, version = given
    who, visit, enrolment = new_id(), new_id(), new_id()
    phone = f"+1617{2_000_000 + number:07d}"
    at = NOW.replace(hour=15) + timedelta(days=dice.randint(-BACK, AHEAD), minutes=30 * dice.randint(0, 16))
    booked = at - timedelta(days=12)
    name = f"Patient {number} {['Ana', 'Bea', 'Cy', 'Dot', 'Eve', 'Flo', 'Gia', 'Hal'][number % 8]}"
    here = {"location_id": "main", "mobile": phone}
    yield Patient, here | {"id": who, "name": name, "language": "en", "created_at": booked}
    agreed = {"mobile": phone, "patient_id": who, "method": "form", "words": "yes", "at": booked}
    yield ConsentEvent, agreed | {"kind": "care", "granted": True}
    stopped = at - timedelta(days=dice.randint(0, 9)) if dice.random() < 0.03 else None
    if stopped and stopped < NOW:
        yield ConsentEvent, agreed | {"kind": "all", "granted": False, "patient_id": None, "at": stopped}
    yield Appointment, _visit(visit, who, (at, booked), dice)
    yield Enrolment, {"id": enrolment, "appointment_id": visit, "protocol_name": "microneedling"} | {
        "protocol_version_id": version, "created_at": booked,
    }  # fmt: skip
    talk = new_id()
    yield Conversation, here | {"id": talk, "last_at": min(at, NOW)} | _stands(number, min(at, NOW))
    about = here | {"patient_id": who, "enrolment_id": enrolment}
    for turn in range(size.each):
        yield OutboxText, _text(turn, about, (at, steps), dice)
    for _ in range(round(size.each / 9)):
        yield from _came(here | {"patient_id": who}, at, dice)


def _visit(visit: str, who: str, times: tuple[datetime, datetime], dice: random.Random) -> dict[str, Any]:
    at, booked = times
    over = at < NOW
    status = (
        dice.choices(("fulfilled", "noshow", "cancelled", "booked"), (88, 5, 5, 2))[0] if over else "booked"
    )
    return {
        "id": visit, "external_id": visit, "location_id": "main", "patient_id": who, "booked_at": booked,
        "starts_at": at, "status": status,
        "ended_at": at + timedelta(hours=1) if status == "fulfilled" else None,
        "confirmed_at": at - timedelta(hours=20) if over and dice.random() < 0.7 else None,
    }  # fmt: skip


def _stands(number: int, at: datetime) -> dict[str, Any]:
    """What a conversation is known by, as far as this version of the tables keeps it."""
    unread = number % 400 == 0
    known = {
        "turns": 2, "standing": 3 if unread else (2 if number % 300 == 1 else 1 if number % 50 == 2 else 0),
        "talked_at": at, "last_came_at": at, "unread_since": at if unread else None,
    }  # fmt: skip
    return {name: value for name, value in known.items() if hasattr(Conversation, name)}


def _text(turn: int, about: dict[str, Any], when: tuple[datetime, list[str]], dice: random.Random) -> dict:
    """One text of a course, or, after the steps, an answer to what she asked."""
    at, steps = when
    timed = turn < len(steps)
    planned = at + timedelta(days=turn - 9, minutes=dice.randint(0, 300))
    status, code = "planned", None
    if planned < NOW:
        status, code = dice.choices([end[:2] for end in ENDS], [end[2] for end in ENDS])[0]
    left = planned if status in ("delivered", "sent", "undelivered", "failed") else None
    row = {
        "id": new_id(), "dedupe_key": new_id(), "lane": int(Lane.TIMED if timed else Lane.REPLY),
        "purpose": "care" if timed else "reply", "step": steps[turn] if timed else None,
        "anchor_at": at if timed else None, "wording": steps[turn] if timed else "received",
        "wording_version": "1" if left else None, "language": "en", "body": LONG_TEXT if left else None,
        "planned_for": planned, "due_at": planned, "expires_at": planned + timedelta(hours=10),
        "why": "Her course", "status": status, "reason": "Her course", "error_code": code,
        "attempts": 1 if left else 0,
        "parts": 2 if left else 0, "handed_at": left, "sent_at": left,
        "created_at": planned - timedelta(days=3), "updated_at": planned,
        "provider_sid": new_id() if left else None, "rung": 0,
    }  # fmt: skip
    return about | row if timed else {**about, **row, "enrolment_id": None}


def _came(about: dict[str, Any], at: datetime, dice: random.Random) -> Iterator[tuple[type[Base], dict]]:
    """One text of hers; one in ten is with a person, and a few of those are still open."""
    came = at + timedelta(days=dice.randint(-9, 9), minutes=dice.randint(0, 600))
    if came > NOW:
        came = NOW - timedelta(minutes=dice.randint(1, 100_000))
    inbox, topic = new_id(), dice.choice(TOPICS)
    person = dice.random() < 0.1
    reading = {
        "intents": ["faq"], "topic": topic, "topics": [topic], "language": "en", "matched": ["words"],
        "urgency": "routine", "silence": "", "replies": ["handoff"] if person else [topic],
        "tickets": ["question"] if person else [], "actions": [], "held_by": [],
    }  # fmt: skip
    yield InboxText, {
        "id": inbox, "provider_sid": inbox, "location_id": "main", "mobile": about["mobile"],
        "body": f"What about {topic}, how long do I wait before I may use it again?", "received_at": came,
        "state": "with_person" if person else "answered", "reading": reading, "handled_at": came,
    }  # fmt: skip
    if person:
        still_open = dice.random() < 0.02
        took = timedelta(minutes=round(dice.expovariate(1 / 90)))
        yield Ticket, about | {
            "id": new_id(), "dedupe_key": inbox, "inbox_id": inbox, "kind": "question",
            "urgency": dice.choices((1, 2, 3, 4), (90, 8, 1, 1))[0],
            "reason": f"A person must answer: {topic}",
            "status": "open" if still_open else "resolved", "owner": None if still_open else "demo",
            "due_at": came + timedelta(hours=4), "created_at": came,
            "resolved_at": None if still_open else min(came + took, NOW),
        }  # fmt: skip
