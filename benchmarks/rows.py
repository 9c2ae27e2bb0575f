"""Rows to measure on: one patient enrolled as the API enrols her, and copied as often as it takes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from scheduler.booking import parse_enrolment
from scheduler.enrolling import enrol
from scheduler.works import Works
from store.database import Database
from store.tables import Appointment, ConsentEvent, Enrolment, OutboxText, Patient
from store.tables.base import new_id

BOOKED = datetime(2026, 12, 1, 15, tzinfo=UTC)
VISIT = datetime(2026, 12, 18, 19, tzinfo=UTC)
DUE = datetime(2026, 12, 10, 15, tzinfo=UTC)  # the seven-day list, ten in the morning in New York
PLENTY = 2_000  #: copies written at once


def booking(number: int) -> dict:
    return {
        "patient": {"name": f"Patient {number}", "mobile": mobile(number)},
        "appointment": {"external_id": f"visit-{number}", "starts_at": VISIT.isoformat()},
        "protocol": "microneedling",
        "consent": {"care": True, "method": "benchmark"},
    }


def mobile(number: int) -> str:
    return f"+1617{2_000_000 + number:07d}"


def enrol_first(works: Works) -> None:
    enrol(works, parse_enrolment(booking(0)), "benchmark")


def copies(database: Database, first: int, count: int, *, later: timedelta = timedelta(0)) -> None:
    """The first patient, copied: rows as enrolling makes them, their texts so much later."""
    for start in range(first, first + count, PLENTY):
        _copy(database, range(start, min(start + PLENTY, first + count)), later)


def only_the_due_text(database: Database) -> None:
    """The booking's own texts are not what is measured: they have left."""
    with database.writing() as session:
        session.execute(
            update(OutboxText).where(OutboxText.due_at < DUE).values(status="delivered", handed_at=BOOKED)
        )


def learn(database: Database) -> None:
    """What a database learns of its tables overnight."""
    with database.writing() as session:
        session.execute(text("ANALYZE"))


def _copy(database: Database, numbers: range, later: timedelta) -> None:
    with database.writing() as session:
        one, texts = _first(session)
        made: dict = {table: [] for table in (Patient, ConsentEvent, Appointment, Enrolment, OutboxText)}
        for number in numbers:
            who, visit, enrolment = new_id(), new_id(), new_id()
            phone = {"mobile": mobile(number)}
            made[Patient].append({**one[Patient], **phone, "id": who})
            event = {key: value for key, value in one[ConsentEvent].items() if key != "id"}
            made[ConsentEvent].append({**event, **phone, "patient_id": who})
            made[Appointment].append(
                {**one[Appointment], "id": visit, "external_id": visit, "patient_id": who}
            )
            made[Enrolment].append({**one[Enrolment], "id": enrolment, "appointment_id": visit})
            about = {**phone, "patient_id": who, "enrolment_id": enrolment}
            for row in texts:
                text_id, due = new_id(), {name: row[name] + later for name in ("due_at", "planned_for")}
                made[OutboxText].append({**row, **about, **due, "id": text_id, "dedupe_key": text_id})
        for table, rows in made.items():
            session.execute(insert(table), rows)


def _first(session: Session) -> tuple[dict, list]:
    """The rows of the patient who was really enrolled."""

    def rows(table, **where) -> list:
        return list(session.execute(select(table.__table__).filter_by(**where)).mappings())

    [visit] = rows(Appointment, external_id="visit-0")
    [enrolment] = rows(Enrolment, appointment_id=visit["id"])
    [patient] = rows(Patient, id=visit["patient_id"])
    consent = rows(ConsentEvent, patient_id=patient["id"])[0]
    one = {Patient: patient, Appointment: visit, Enrolment: enrolment, ConsentEvent: consent}
    return one, rows(OutboxText, enrolment_id=enrolment["id"])
