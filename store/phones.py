"""The phones of everybody we know, for the demo's page."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.delivery import Status
from care.pieces import PATIENCE, PAUSE
from store.inbox import next_left_over_at
from store.tables import Location, OutboxText, Patient, Ticket
from store.tickets import OPEN


def next_event_at(session: Session) -> datetime | None:
    """When the next thing falls due: a planned text, a page nobody took, a text that waited for more."""
    text = next_text_at(session)
    page = session.scalar(select(func.min(Ticket.next_page_at)).where(Ticket.status == OPEN))
    answer = next_left_over_at(session, PAUSE, PATIENCE)
    return min((at for at in (text, page, answer) if at is not None), default=None)


def next_text_at(session: Session) -> datetime | None:
    """When the next planned text falls due."""
    return session.scalar(
        select(func.min(OutboxText.due_at)).where(OutboxText.status == Status.PLANNED.value)
    )


def number_for(session: Session, mobile: str) -> str:
    """The clinic's number that this phone would text: its patient's location's, else the first."""
    own = select(Location.number).join(Patient, Patient.location_id == Location.id)
    number = session.scalar(own.where(Patient.mobile == mobile).limit(1))
    return number or session.scalars(select(Location.number).order_by(Location.id)).first() or ""


def phones(session: Session) -> list[tuple[str, str]]:
    """(whose, mobile), newest first; a shared phone names everybody on it; the on-call phones last."""
    names: dict[str, list[str]] = {}
    for patient in session.scalars(select(Patient).order_by(Patient.created_at.desc(), Patient.name)):
        names.setdefault(patient.mobile, []).append(patient.name)
    shown = [(" and ".join(reversed(people)), mobile) for mobile, people in names.items()]
    on_call = [person for location in session.scalars(select(Location)) for person in location.on_call]
    return [*shown, *((f"On call {n}", mobile) for n, mobile in enumerate(dict.fromkeys(on_call), 1))]
