"""A person's own words to a patient: through the outbox like everything else."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.advising import why_closed
from scheduler.booking import BadField
from scheduler.works import Works
from store.addressees import Addressee, conversation_addressed, patient_addressed
from store.audit import note
from store.conversations import conversation_with
from store.database import retried
from store.outbox import Lane, NowText, add_now, text_by_key
from store.standing import answered_by_writing, person_wrote, take_over, taken_over
from store.thread import who_spoke_last
from store.tickets import resolve_ticket

#: The most one text may hold, characters (Twilio 21617).
LONGEST = 1600
#: A person's answer that could not leave for this long would come out of the blue.
USEFUL_FOR = timedelta(hours=12)
#: Who took over and does not write for this long has gone home: the program answers again.
HANDS_BACK_AFTER = timedelta(hours=12)
#: What a text of hers says about its writer; the user name follows.
WRITTEN_BY = "Written by "
_BLANK = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Reply:
    """What somebody wrote, to a patient or in a conversation (``to``: the id).

    ``nonce`` is the form's own: sent twice, it is the same reply. ``seen``: how far the conversation had
    come when she wrote it (:attr:`Conversation.turns`); None: it leaves whatever came meanwhile.
    """

    to: str
    body: str
    nonce: str
    in_conversation: bool = False
    seen: int | None = None


class Overtaken(Exception):
    """Somebody wrote meanwhile: ``by`` is the colleague's user name, None the patient. Nothing was sent."""

    def __init__(self, by: str | None) -> None:
        self.by = by
        super().__init__(f"{by or 'she'} wrote meanwhile")


@retried
def reply(works: Works, wrote: Reply, actor: str) -> None:
    """Send a person's own words.

    Raises BadField when they may not leave, Overtaken when the writer does not know the latest, and
    LookupError when there is nobody of that id; nothing is written then.
    """
    now = works.clock()
    body = _checked(wrote.body)
    with works.database.writing() as session:
        to = _addressee(session, wrote)
        talk = conversation_with(session, to.location.id, to.mobile, now)  # one writer at a time from here
        if text_by_key(session, _key(wrote)) is not None:
            return
        if closed := why_closed(session, to):
            raise BadField({"body": closed})
        if wrote.seen is not None and talk.turns > wrote.seen:
            raise Overtaken(who_spoke_last(session, talk, WRITTEN_BY))
        row = add_now(session, _text(to, wrote, body, WRITTEN_BY + actor, now), now)
        person_wrote(talk, now)
        if taken_over(talk, now):
            take_over(talk, talk.bot_off_by or actor, now + HANDS_BACK_AFTER)
        for ticket in answered_by_writing(session, talk):
            resolve_ticket(session, ticket.id, actor, now)
            note(session, actor, "ticket resolved", ("ticket", ticket.id), now)
        about = ("patient", to.patient.id) if to.patient else ("conversation", talk.id)
        note(session, actor, "wrote to patient", about, now, text=row.id)
    works.wake()


def _checked(body: str) -> str:
    body = body.strip()
    if not 0 < len(body) <= LONGEST:
        raise BadField({"body": f"needs between 1 and {LONGEST} characters"})
    if blank := _BLANK.search(body):
        raise BadField({"body": f"Write something in the place of {blank.group()}, or take it out"})
    return body


def _addressee(session: Session, wrote: Reply) -> Addressee:
    find = conversation_addressed if wrote.in_conversation else patient_addressed
    to = find(session, wrote.to)
    if to is None:
        raise LookupError(wrote.to)
    return to


def _key(wrote: Reply) -> str:
    return f"staff:{wrote.nonce}"


def _text(to: Addressee, wrote: Reply, body: str, written: str, now: datetime) -> NowText:
    return NowText(
        dedupe_key=_key(wrote),
        lane=Lane.PEOPLE,
        purpose="staff",
        location_id=to.location.id,
        mobile=to.mobile,
        language=to.language,
        body=body,
        reason=written,
        expires_at=now + USEFUL_FOR,
        patient_id=to.patient.id if to.patient else None,
    )
