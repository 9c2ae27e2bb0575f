"""A text arrived: kept first, then understood, then answered. Nothing a patient wrote is ever lost."""

import logging
from datetime import timedelta

from care.reading import Urgency
from carriers.base import IncomingText
from scheduler.hearing import Hearing
from scheduler.paging import raise_ticket
from scheduler.works import Works
from store.clinic import hours_of
from store.conversations import conversation_with
from store.database import retried
from store.inbox import CRASHED, RECEIVED, keep, take, unread
from store.people import first_location, location_by_number
from store.standing import came, waits
from store.tables import InboxText, Location, Media
from store.tickets import NewTicket

log = logging.getLogger(__name__)


@retried
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
            carrier_keyword=incoming.carrier_keyword,
            received_at=works.clock(),
            state=RECEIVED,
            media=[Media(url=url, content_type=kind) for url, kind in incoming.media],
        )
        return text.id if keep(session, text) else None


def answer(works: Works, inbox_id: str) -> None:
    """Understand a kept text, with whatever else this phone wrote and nobody has answered."""
    with works.database.reading() as session:
        mobile = session.get_one(InboxText, inbox_id).mobile
    answer_phone(works, mobile)


def answer_phone(works: Works, mobile: str) -> None:
    """Understand all that this phone wrote and nobody has answered; what cannot be, a person gets at once."""
    try:
        with works.database.writing() as session:
            texts = unread(session, mobile)
            Hearing(session, works, works.clock()).hear(texts)
    except Exception as error:
        log.error("a phone's texts could not be answered together: %s", type(error).__name__)
        _one_by_one(works, mobile)
    works.wake()


@retried
def _one_by_one(works: Works, mobile: str) -> None:
    """One of them cannot be read: the others must not suffer for it."""
    with works.database.writing() as session:
        ids = [text.id for text in unread(session, mobile)]
    for inbox_id in ids:
        try:
            with works.database.writing() as session:
                text = take(session, inbox_id)
                if text is not None:
                    Hearing(session, works, works.clock()).hear_alone(text)
        except Exception as error:
            log.error("text %s could not be answered: %s", inbox_id, type(error).__name__)
            _hand_to_person(works, inbox_id)


@retried
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
    _show(works, inbox_id)


def _show(works: Works, inbox_id: str) -> None:
    """It stands in the inbox too. By itself: whatever broke the reading must not keep the ticket back."""
    try:
        with works.database.writing() as session:
            text = session.get_one(InboxText, inbox_id)
            conversation = conversation_with(session, text.location_id, text.mobile, works.clock())
            came(conversation, text.received_at)
            waits(conversation, text.received_at)
    except Exception as error:
        log.error("text %s is a ticket, but not in the inbox: %s", inbox_id, type(error).__name__)
