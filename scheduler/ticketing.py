"""What staff do with a ticket. Whatever it held back is looked at again once it is done."""

from datetime import datetime

from sqlalchemy.orm import Session

from care.reading import Urgency
from scheduler.breaking import release
from scheduler.stopping import try_now
from scheduler.works import Works
from store.audit import note
from store.conversations import conversation_with
from store.database import retried
from store.outbox import wake_held
from store.standing import left_to_do, waits, waits_no_longer
from store.tables import Conversation, Ticket
from store.tickets import OPEN, RESOLVED, TAKEN, resolve_ticket, take_ticket, who_wrote_about


@retried
def take(works: Works, ticket_id: str, owner: str) -> bool:
    """Take an open ticket: its pages stop. False when somebody else has it, or it is done."""
    with works.database.writing() as session:
        ticket = take_ticket(session, ticket_id, owner)
        if ticket is not None:
            note(session, owner, "ticket taken", ("ticket", ticket_id), works.clock())
    return ticket is not None


@retried
def resolve(works: Works, ticket_id: str, owner: str) -> bool:
    """Close a ticket. False when it is closed already."""
    now = works.clock()
    with works.database.writing() as session:
        conversation = _conversation_of(session, ticket_id, now)
        ticket = resolve_ticket(session, ticket_id, owner, now)
        if ticket is not None:
            note(session, owner, "ticket resolved", ("ticket", ticket_id), now)
            if conversation is not None and not left_to_do(session, conversation):
                waits_no_longer(conversation)
            if ticket.patient_id:
                wake_held(session, ticket.patient_id, now)
            release(session, ticket, now)
            try_now(session, ticket, now)
    works.wake()
    return ticket is not None


@retried
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


@retried
def reopen(works: Works, ticket_id: str, owner: str) -> bool:
    """Undo a resolve: it is one's own again, with its old clock."""
    now = works.clock()
    with works.database.writing() as session:
        conversation = _conversation_of(session, ticket_id, now)
        ticket = _mine(session, ticket_id, owner, RESOLVED)
        if ticket is not None:
            ticket.status, ticket.resolved_at = TAKEN, None
            note(session, owner, "ticket reopened", ("ticket", ticket_id), now)
            if conversation is not None:
                waits(conversation, ticket.created_at)
    return ticket is not None


def _conversation_of(session: Session, ticket_id: str, now: datetime) -> Conversation | None:
    """Whose text it is about, if about one: taken before the ticket, in the order in which answering does."""
    wrote = who_wrote_about(session, ticket_id)
    return conversation_with(session, *wrote, now) if wrote else None


def _mine(session: Session, ticket_id: str, owner: str, status: str) -> Ticket | None:
    ticket = session.get(Ticket, ticket_id, with_for_update={"of": Ticket})
    fits = ticket is not None and ticket.status == status and ticket.owner == owner
    return ticket if fits else None
