"""A text arrived: kept first, then understood, then answered. Nothing a patient wrote is ever lost."""

import logging
from datetime import timedelta

from sqlalchemy.orm import Session

from care.conversation import decide
from care.reading import Urgency
from carriers.base import IncomingText
from scheduler.acting import Acting, record
from scheduler.paging import raise_ticket
from scheduler.works import Works
from scheduler.writer import situation_of, who_wrote
from store.clinic import hours_of
from store.inbox import ANSWERED, CRASHED, RECEIVED, SILENT, WITH_PERSON, keep, take
from store.people import first_location, location_by_number
from store.tables import InboxText, Location, Media
from store.tickets import NewTicket

log = logging.getLogger(__name__)


def receive(works: Works, incoming: IncomingText) -> str | None:
    """Keep an incoming text, in its own transaction. Its id, or None for one the carrier brought before."""
    with works.database.writing() as session:
        location = location_by_number(session, incoming.to) or first_location(session)
        if location.number != incoming.to:
            log.warning("text %s came to a number that no location has", incoming.provider_sid)
        text = InboxText(
            provider_sid=incoming.provider_sid,
            location_id=location.id,
            mobile=incoming.sender,
            body=incoming.body,
            carrier_replied=incoming.carrier_replied,
            received_at=works.clock(),
            state=RECEIVED,
            media=[Media(url=url, content_type=kind) for url, kind in incoming.media],
        )
        return text.id if keep(session, text) else None


def answer(works: Works, inbox_id: str) -> None:
    """Understand a kept text and act on it; if that fails, a person gets it at once."""
    try:
        with works.database.writing() as session:
            text = take(session, inbox_id)
            if text is not None:
                _answer(session, works, text)
    except Exception as error:
        log.error("text %s could not be answered: %s", inbox_id, type(error).__name__)
        _hand_to_person(works, inbox_id)
    works.wake()


def _answer(session: Session, works: Works, text: InboxText) -> None:
    now = works.clock()
    writer = who_wrote(session, works, text, now)
    reading = works.reader.read(text.body, writer.expecting, writer.language, writer.phase, writer.days)
    decision = decide(situation_of(works, writer, text, reading), reading, now)
    Acting(session, works, text, writer, now).carry_out(decision)
    text.handled_at, text.reading = now, record(decision, reading)
    text.state = WITH_PERSON if decision.tickets else ANSWERED if decision.replies else SILENT


def _hand_to_person(works: Works, inbox_id: str) -> None:
    """We could not make anything of it: it may be an emergency, so it pages."""
    now = works.clock()
    with works.database.writing() as session:
        text = take(session, inbox_id)
        if text is None:
            return
        location = session.get_one(Location, text.location_id)
        text.state, text.handled_at = CRASHED, now
        new = NewTicket(
            dedupe_key=f"inbox:{text.id}:unread",
            location_id=location.id,
            mobile=text.mobile,
            kind="unread",
            urgency=Urgency.URGENT,
            reason="This text could not be read by the program: read it yourself",
            due_at=hours_of(location).due(now, timedelta(0)),
            inbox_id=text.id,
        )
        raise_ticket(session, works, new, location, now)
