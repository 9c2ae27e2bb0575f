"""What staff do with a ticket. Whatever it held back is looked at again once it is done."""

from sqlalchemy.orm import Session

from care.reading import Urgency
from scheduler.works import Works
from store.audit import note
from store.outbox import wake_held
from store.tables import Ticket
from store.tickets import OPEN, RESOLVED, TAKEN, resolve_ticket, take_ticket


def take(works: Works, ticket_id: str, owner: str) -> bool:
    """Take an open ticket: its pages stop. False when somebody else has it, or it is done."""
    with works.database.writing() as session:
        ticket = take_ticket(session, ticket_id, owner)
        if ticket is not None:
            note(session, owner, "ticket taken", ("ticket", ticket_id), works.clock())
    return ticket is not None


def resolve(works: Works, ticket_id: str, owner: str) -> bool:
    """Close a ticket. False when it is closed already."""
    now = works.clock()
    with works.database.writing() as session:
        ticket = resolve_ticket(session, ticket_id, owner, now)
        if ticket is not None:
            note(session, owner, "ticket resolved", ("ticket", ticket_id), now)
            if ticket.patient_id:
                wake_held(session, ticket.patient_id, now)
    works.wake()
    return ticket is not None


def give_back(works: Works, ticket_id: str, owner: str) -> bool:
    """Put a ticket of one's own back for the others; an urgent one pages again at once."""
    now = works.clock()
    with works.database.writing() as session:
        ticket = _mine(session, ticket_id, owner, TAKEN)
        if ticket is not None:
            ticket.status, ticket.owner = OPEN, None
            ticket.next_page_at = now if ticket.urgency >= Urgency.URGENT else None
            note(session, owner, "ticket given back", ("ticket", ticket_id), now)
    return ticket is not None


def reopen(works: Works, ticket_id: str, owner: str) -> bool:
    """Undo a resolve: it is one's own again, with its old clock."""
    with works.database.writing() as session:
        ticket = _mine(session, ticket_id, owner, RESOLVED)
        if ticket is not None:
            ticket.status, ticket.resolved_at = TAKEN, None
            note(session, owner, "ticket reopened", ("ticket", ticket_id), works.clock())
    return ticket is not None


def _mine(session: Session, ticket_id: str, owner: str, status: str) -> Ticket | None:
    ticket = session.get(Ticket, ticket_id, with_for_update={"of": Ticket})
    fits = ticket is not None and ticket.status == status and ticket.owner == owner
    return ticket if fits else None
