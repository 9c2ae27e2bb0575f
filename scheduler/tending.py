"""What staff do with a conversation: whose it is, out of view for a while, done, unread. One at a time.

Each says what the presser saw; when a colleague, or the patient, was faster nothing is done and she is told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from scheduler.booking import BadField
from scheduler.replying import HANDS_BACK_AFTER
from scheduler.works import Works
from store import standing
from store.accounts import is_active
from store.audit import note
from store.database import retried
from store.tables import Conversation

#: A snooze longer than this is a forgotten patient.
LONGEST_SNOOZE = timedelta(days=92)


class Beaten(Exception):
    """Somebody was faster: ``by`` is the colleague's user name, empty if unknown, None the patient."""

    def __init__(self, by: str | None, what: str) -> None:
        self.by, self.what = by, what
        super().__init__(f"{by or 'she'} {what}")


@dataclass(frozen=True)
class Press:
    """One button: on which conversation, how far its presser had read (``turns``), who she is."""

    conversation: str
    seen: int
    actor: str


@contextmanager
def _holding(works: Works, press: Press) -> Iterator[tuple[Session, Conversation, datetime]]:
    """The conversation, for this press alone. Raises LookupError when there is none."""
    with works.database.writing() as session:
        talk = standing.held(session, press.conversation)
        if talk is None:
            raise LookupError(press.conversation)
        yield session, talk, works.clock()


def _note(session: Session, press: Press, action: str, at: datetime, **detail: str | None) -> None:
    note(session, press.actor, f"conversation {action}", ("conversation", press.conversation), at, **detail)


def _refuse_if_she_wrote(talk: Conversation, press: Press) -> None:
    if talk.turns > press.seen and talk.unread_since is not None:
        raise Beaten(None, "wrote meanwhile: read it first")


@retried
def assign(works: Works, press: Press, to: str | None, was: str | None) -> None:
    """Give it to somebody, or to nobody. ``was``: whose it was when the button was pressed."""
    with _holding(works, press) as (session, talk, now):
        if talk.assigned_to == to:
            return
        if to is not None and not is_active(session, to):
            raise BadField({"to": "Nobody of that name can sign in: choose somebody else"})
        if talk.assigned_to != was:
            raise Beaten(talk.assigned_to or "", "has it already" if talk.assigned_to else "gave it back")
        talk.assigned_to = to
        _note(session, press, "assigned", now, to=to, was=was)


@retried
def snooze(works: Works, press: Press, until: datetime) -> None:
    """Out of view until then; a text of hers brings it back at once. Raises BadField for no such time."""
    with _holding(works, press) as (session, talk, now):
        if not now < until <= now + LONGEST_SNOOZE:
            raise BadField({"until": "Choose a time ahead, three months at most"})
        _refuse_if_she_wrote(talk, press)
        theirs = talk.snoozed_by != press.actor and talk.snoozed_until is not None
        if theirs and talk.snoozed_until is not None and talk.snoozed_until > now:
            raise Beaten(talk.snoozed_by, "snoozed it already")
        if talk.resolved_at is not None:
            raise Beaten(talk.resolved_by, "resolved it already")
        standing.snooze(talk, until, press.actor)
        _note(session, press, "snoozed", now, until=until.isoformat())


@retried
def resolve(works: Works, press: Press) -> int:
    """Nothing is left to do. Returns how many tickets about it are still open; they stay so."""
    with _holding(works, press) as (session, talk, now):
        if talk.resolved_at is not None and talk.resolved_by != press.actor:
            raise Beaten(talk.resolved_by, "resolved it already")
        _refuse_if_she_wrote(talk, press)
        if talk.resolved_at is None:
            standing.resolve(talk, press.actor, now)
            _note(session, press, "resolved", now)
        return len(standing.left_to_do(session, talk))


@retried
def reopen(works: Works, press: Press) -> None:
    """There is something left to do, or it shall be seen now: resolved or snoozed no longer."""
    with _holding(works, press) as (session, talk, now):
        if talk.resolved_at is not None or talk.snoozed_until is not None:
            standing.reopen(talk)
            _note(session, press, "reopened", now)


@retried
def take_over(works: Works, press: Press) -> None:
    """She who presses answers the patient from now on; the program keeps silent, but for danger and STOP.

    It hands back by itself, :data:`HANDS_BACK_AFTER` without a person's word.
    """
    with _holding(works, press) as (session, talk, now):
        if standing.taken_over(talk, now) and talk.bot_off_by != press.actor:
            raise Beaten(talk.bot_off_by, "has taken over already")
        if not standing.taken_over(talk, now):
            standing.take_over(talk, press.actor, now + HANDS_BACK_AFTER)
            _note(session, press, "taken over", now)


@retried
def hand_back(works: Works, press: Press) -> None:
    """The program answers her again."""
    with _holding(works, press) as (session, talk, now):
        if standing.taken_over(talk, now):
            _note(session, press, "handed back", now)
        standing.hand_back(talk)


@retried
def mark_unread(works: Works, press: Press) -> None:
    """Somebody shall look at it once more."""
    with _holding(works, press) as (session, talk, now):
        if talk.unread_since is None:
            standing.unread_again(talk, now)
            _note(session, press, "marked unread", now)


@retried
def mark_read(works: Works, press: Press) -> None:
    """All that was there when she looked has been seen; what came since stays unread."""
    with _holding(works, press) as (_, talk, _now):
        if talk.turns <= press.seen:
            standing.read(talk)


def wake_snoozed(works: Works) -> None:
    """Conversations whose snooze is over are unread again, so that they are seen."""
    now = works.clock()
    with works.database.reading() as session:
        if not standing.any_snooze_over(session, now):
            return
    with works.database.writing() as session:
        for talk in standing.snoozes_over(session, now):
            standing.wake(talk)
