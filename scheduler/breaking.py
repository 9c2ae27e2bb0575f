"""The circuit breakers: what no clinic means to send is held, and a person says whether it goes on."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from care.reading import Urgency
from scheduler.paging import raise_ticket
from scheduler.works import Works
from store.clinic import hours_of
from store.outbox import wake_mobile
from store.senders import lock_senders
from store.tables import Location, SenderRow, Ticket
from store.tickets import NewTicket, last_resolved

#: The kind of a breaker's ticket; resolving it releases what was held.
BREAKER = "breaker"


def hold_location(session: Session, works: Works, sender: SenderRow, now: datetime) -> None:
    """Too many texts within an hour: planned texts and answers of this location wait for a person."""
    sender.held_since = now
    reason = (
        f"{sender.counted} texts left within an hour, as many as may (TEXTS_PER_HOUR). Planned texts and "
        "automatic answers are held. See on Today what is waiting; resolve this ticket to let it go"
    )
    ticket = _ticket(sender.location, "", f"{now:%Y%m%dT%H%M%S}", reason, now)
    raise_ticket(session, works, replace(ticket, urgency=Urgency.URGENT), sender.location, now)


def hold_mobile(session: Session, works: Works, location: Location, mobile: str, now: datetime) -> None:
    """Too many texts to one mobile within a day: what else there is for it waits."""
    reason = (
        f"{works.limits.per_day} automatic texts went to this mobile within a day, as many as may "
        "(TEXTS_PER_DAY). More are held until tomorrow; resolve this ticket to let them go now"
    )
    released = released_at(session, mobile)
    ticket = _ticket(location, mobile, f"{released:%Y%m%dT%H%M%S}" if released else "first", reason, now)
    raise_ticket(session, works, ticket, location, now)


def released_at(session: Session, mobile: str) -> datetime | None:
    """When a person last let texts to this mobile go on (UTC)."""
    return last_resolved(session, BREAKER, mobile)


def release(session: Session, ticket: Ticket, now: datetime) -> None:
    """The ticket is done: what it held goes on, and is counted anew."""
    if ticket.kind != BREAKER:
        return
    if ticket.mobile:
        wake_mobile(session, ticket.mobile, now)
        return
    for sender in lock_senders(session, [ticket.location_id]):
        sender.held_since, sender.counted_from, sender.counted = None, now, 0


def _ticket(location: Location, mobile: str, since: str, reason: str, now: datetime) -> NewTicket:
    return NewTicket(
        dedupe_key=f"{BREAKER}:{location.id}:{mobile}:{since}",
        location_id=location.id,
        mobile=mobile,
        kind=BREAKER,
        urgency=Urgency.ROUTINE,
        reason=reason,
        due_at=hours_of(location).due(now, timedelta(hours=1)),
    )
