"""A number that the carrier refuses is stopped: what it should send waits, unburnt, until one gets by."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from care.reading import Urgency
from care.sending import TRY_EVERY
from carriers.errors import classify
from scheduler.paging import raise_ticket
from scheduler.works import Works
from store.clinic import hours_of
from store.outbox import wake_location
from store.senders import lock_senders, stopped
from store.tables import SenderRow, Ticket
from store.tickets import NewTicket, resolve_all

#: The kind of the ticket about our own account or number.
CONFIG = "config"


class Cause(NamedTuple):
    """Why: the carrier's error code, and whether it came as an answer or in a receipt (store.senders)."""

    code: str
    by: str


def stop(session: Session, works: Works, location_id: str, cause: Cause, now: datetime) -> None:
    """This location's number sends no more than a try now and then. Staff are told once."""
    for sender in lock_senders(session, [location_id]):
        known = sender.stopped_until is not None
        sender.stopped_until, sender.stopped_code, sender.stopped_by = now + TRY_EVERY, *cause
        if not known:
            raise_ticket(session, works, _ticket(sender, now), sender.location, now)


def resume(session: Session, location_ids: Collection[str], by: str, now: datetime) -> None:
    """A text of these numbers got through where the last one was refused: they send again."""
    for sender in lock_senders(session, stopped(session, location_ids, by)):
        sender.stopped_until = sender.stopped_by = sender.stopped_code = None
        resolve_all(session, CONFIG, sender.location_id, now)
        wake_location(session, sender.location_id, now)


def try_now(session: Session, ticket: Ticket, now: datetime) -> None:
    """Staff say it is mended: the next text tries at once."""
    if ticket.kind == CONFIG:
        for sender in lock_senders(session, [ticket.location_id]):
            sender.stopped_until = sender.stopped_until and now


def _ticket(sender: SenderRow, now: datetime) -> NewTicket:
    error = classify(sender.stopped_code)
    return NewTicket(
        dedupe_key=f"{CONFIG}:{sender.location_id}:{now:%Y%m%dT%H%M%S.%f}",
        location_id=sender.location_id,
        mobile="",
        kind=CONFIG,
        urgency=Urgency.URGENT,
        reason=f"No texts leave from this number, but one every 15 minutes. {error.meaning}. {error.advice}",
        due_at=hours_of(sender.location).due(now, timedelta(hours=1)),
    )
