"""Tickets that do not sleep: an urgent one pages the people on call until somebody takes it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from care.reading import Urgency
from scheduler.mailing import mail_page
from scheduler.words import place_values, speak
from scheduler.works import Works
from store.outbox import Lane, NowText, add_now
from store.tables import Location, Ticket
from store.tickets import NewTicket, add_to, due_pages, open_ticket

#: How long a page waits for somebody to take the ticket, and how often the first person is asked.
BETWEEN_PAGES = timedelta(minutes=5)
PAGES_EACH = 3
#: After an hour of silence the pages slow down; they never end.
SLOW_AFTER, SLOW = 12, timedelta(minutes=30)


def raise_ticket(session: Session, works: Works, new: NewTicket, location: Location, now: datetime) -> bool:
    """Open a ticket, unless it is open for the same reason; a new urgent one pages. True when new."""
    return opened(session, works, new, location, now)[1]


def opened(
    session: Session, works: Works, new: NewTicket, location: Location, now: datetime
) -> tuple[Ticket, bool]:
    """The same, with the ticket itself."""
    ticket, is_new = open_ticket(session, new, now)
    if is_new and new.urgency >= Urgency.URGENT:
        page(session, works, ticket, location, now)
    return ticket, is_new


def raise_again(session: Session, works: Works, ticket: Ticket, new: NewTicket, now: datetime) -> None:
    """She wrote again about what nobody has taken yet: one ticket, and an urgent one pages for every text."""
    add_to(ticket, new)
    if new.urgency >= Urgency.URGENT:
        page(session, works, ticket, session.get_one(Location, ticket.location_id), now)


def page_again(session: Session, works: Works, now: datetime) -> int:
    """Page for every ticket nobody has taken in time. Returns how many pages were written."""
    due = due_pages(session, now)
    for ticket in due:
        location = session.get_one(Location, ticket.location_id)
        page(session, works, ticket, location, now)
    return len(due)


def page(session: Session, works: Works, ticket: Ticket, location: Location, now: datetime) -> None:
    """One text to the person on call, and a mail; nobody's name, number or words are in it."""
    person = ticket.pages // PAGES_EACH % len(location.on_call)
    link = f"{works.public_url}/tickets/{ticket.id}"
    values = place_values(location, "en") | {
        "urgency": Urgency(ticket.urgency).word.capitalize(),
        "ticket": ticket.id[:8],
        "link": link,
    }
    words = speak(works, "page_staff", "en", values)
    if words is None:
        raise LookupError("the catalog has no wording to page staff with")
    ticket.pages += 1
    slow = ticket.pages >= SLOW_AFTER
    ticket.next_page_at = now + (SLOW if slow else BETWEEN_PAGES)
    mail_page(session, works, ticket, words.body, now)
    add_now(
        session,
        NowText(
            dedupe_key=f"page:{ticket.id}:{ticket.pages}",
            lane=Lane.PEOPLE,
            purpose="page",
            location_id=location.id,
            mobile=location.on_call[person],
            language="en",
            body=words.body,
            reason=f"Page {ticket.pages} for a ticket nobody has taken",
            expires_at=now + timedelta(hours=1),
            wording=words.wording,
            wording_version=words.version,
            ticket_id=ticket.id,
        ),
        now,
    )
