"""Tickets: what a person must do, with a clock on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from care.reading import Urgency
from store.tables import Patient, Ticket

OPEN, TAKEN, RESOLVED = "open", "taken", "resolved"
_SIGNS = ("clinical", "photo")


@dataclass(frozen=True)
class NewTicket:
    """What a ticket says. ``dedupe_key``: the same reason twice is the same ticket."""

    dedupe_key: str
    location_id: str
    mobile: str
    kind: str
    urgency: Urgency
    reason: str
    due_at: datetime
    patient_id: str | None = None
    inbox_id: str | None = None
    enrolment_id: str | None = None
    holds_visit: bool = False


def open_ticket(session: Session, new: NewTicket, now: datetime) -> tuple[Ticket, bool]:
    """Open a ticket, or find the one already open for the same reason. True when it is new."""
    held = session.scalar(select(Ticket).where(Ticket.dedupe_key == new.dedupe_key))
    if held is not None:
        return held, False
    ticket = Ticket(
        **{**vars(new), "urgency": int(new.urgency)},
        status=OPEN,
        created_at=now,
        next_page_at=now if new.urgency >= Urgency.URGENT else None,
    )
    session.add(ticket)
    session.flush()
    return ticket, True


def unresolved(session: Session, location_ids: Collection[str], limit: int = 200) -> Sequence[Ticket]:
    """Open and taken tickets, the most urgent first, then by due time."""
    return session.scalars(
        select(Ticket)
        .options(joinedload(Ticket.patient))
        .where(Ticket.status != RESOLVED, Ticket.location_id.in_(location_ids))
        .order_by(Ticket.urgency.desc(), Ticket.due_at)
        .limit(limit)
    ).all()


def due_pages(session: Session, now: datetime) -> Sequence[Ticket]:
    """Tickets that nobody has taken and whose next page is due."""
    return session.scalars(
        select(Ticket)
        .where(Ticket.status == OPEN, Ticket.next_page_at <= now)
        .order_by(Ticket.urgency.desc(), Ticket.next_page_at)
        .with_for_update(skip_locked=True, of=Ticket)
    ).all()


def take_ticket(session: Session, ticket_id: str, owner: str) -> Ticket | None:
    """Take an open ticket; None when somebody else has it or it is done."""
    ticket = _locked(session, ticket_id)
    if ticket is None or ticket.status != OPEN:
        return None
    ticket.status, ticket.owner, ticket.next_page_at = TAKEN, owner, None
    return ticket


def resolve_ticket(session: Session, ticket_id: str, owner: str, now: datetime) -> Ticket | None:
    """Close a ticket; None when it is closed already."""
    ticket = _locked(session, ticket_id)
    if ticket is None or ticket.status == RESOLVED:
        return None
    ticket.status, ticket.resolved_at, ticket.next_page_at = RESOLVED, now, None
    ticket.owner = ticket.owner or owner
    return ticket


def close_calls(session: Session, enrolment_id: str, wanted: Collection[str], now: datetime) -> None:
    """Close the calls about an enrolment that its plan no longer asks for."""
    held = session.scalars(
        select(Ticket).where(
            Ticket.enrolment_id == enrolment_id, Ticket.status != RESOLVED, Ticket.kind.like("call:%")
        )
    )
    for ticket in held:
        if ticket.dedupe_key not in wanted:
            ticket.status, ticket.resolved_at, ticket.next_page_at = RESOLVED, now, None


def _locked(session: Session, ticket_id: str) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.id == ticket_id).with_for_update(of=Ticket))


def holdings(session: Session, patients: Collection[Patient]) -> dict[str, Urgency]:
    """The worst ticket still open about each patient, or about her phone from before she was known.

    Of the routine ones only signs count (kinds ``clinical`` and ``photo``): an open question about the
    price holds no text back.
    """
    by_mobile = {patient.mobile for patient in patients}
    rows = session.execute(
        select(Ticket.patient_id, Ticket.mobile, Ticket.urgency).where(
            Ticket.status != RESOLVED,
            Ticket.mobile.in_(by_mobile),
            or_(Ticket.urgency >= int(Urgency.URGENT), Ticket.kind.in_(_SIGNS)),
        )
    ).all()
    worst: dict[str, Urgency] = {}
    for patient in patients:
        mine = [
            Urgency(urgency)
            for patient_id, mobile, urgency in rows
            if patient_id == patient.id or (patient_id is None and mobile == patient.mobile)
        ]
        worst[patient.id] = max(mine, default=Urgency.NONE)
    return worst
