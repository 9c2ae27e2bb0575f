"""A page is taken by answering it: "1", "ok" or "taken" from a phone on call takes the ticket."""

import re
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.words import place_values, speak
from scheduler.works import Works
from store.audit import note
from store.inbox import ANSWERED
from store.outbox import Lane, NowText, add_now
from store.pages import paged_lately
from store.tables import InboxText, Ticket
from store.tickets import OPEN, TAKEN, take_ticket

#: What takes a ticket. Anything else from that phone is read like anybody's text.
TAKES = frozenset(
    {"1", "ok", "okay", "k", "y", "yes", "yep", "yeah", "si", "sí", "sim", "take", "taken", "taking it"}
    | {"mine", "got it", "i got it", "have it", "i have it", "on it", "im on it", "i'm on it", "👍"}
)
#: A page that is older than this is not what "ok" answers.
STILL_MEANT = timedelta(hours=12)
_TRIM = re.compile(r"^[\s.!,]+|[\s.!,]+$")


def takes_a_ticket(session: Session, works: Works, text: InboxText, now: datetime) -> bool:
    """Take the ticket that this phone was paged for last, and say so. False when it is no such answer."""
    if text.mobile not in text.location.on_call or _TRIM.sub("", text.body).lower() not in TAKES:
        return False
    paged = paged_lately(session, text.mobile, now - STILL_MEANT)
    if not paged:
        return False
    owner = f"on call {text.location.on_call.index(text.mobile) + 1}"
    ticket = _meant(paged, owner)
    taken = take_ticket(session, ticket.id, owner) is not None
    if taken:
        note(session, owner, "ticket taken", ("ticket", ticket.id), now, inbox=text.id)
    mine = taken or (ticket.status == TAKEN and ticket.owner == owner)
    wording = "page_taken" if mine else "page_gone"
    _say(session, works, text, ticket, (wording, now))
    text.state, text.handled_at = ANSWERED, now
    text.reading = {
        **{"intents": [], "topic": None, "urgency": "none", "silence": "", "tickets": []},
        **{"matched": ["answers a page"], "replies": [wording], "actions": ["TakeTicket"] if taken else []},
    }
    return True


def _meant(paged: list[Ticket], owner: str) -> Ticket:
    """The last one paged for; once that is this person's own, the next that nobody has."""
    latest = paged[0]
    if latest.owner != owner:
        return latest
    return next((ticket for ticket in paged if ticket.status == OPEN), latest)


def _say(session: Session, works: Works, text: InboxText, ticket: Ticket, said: tuple[str, datetime]) -> None:
    wording, now = said
    link = f"{works.public_url}/tickets/{ticket.id}"
    values = place_values(text.location, "en") | {"ticket": ticket.id[:8], "link": link}
    words = speak(works, wording, "en", values)
    if words is None:
        raise LookupError(f"the catalog has no wording {wording}")
    answer = NowText(
        dedupe_key=f"reply:{text.id}:0",
        lane=Lane.PEOPLE,
        purpose="page",
        location_id=text.location_id,
        mobile=text.mobile,
        language="en",
        body=words.body,
        reason="Answer to somebody on call",
        expires_at=now + timedelta(hours=1),
        wording=words.wording,
        wording_version=words.version,
        inbox_id=text.id,
    )
    add_now(session, answer, now)
