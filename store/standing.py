"""How a conversation stands in the inbox: read or not, waiting or not, whose, until when out of sight.

Every function is handed a conversation that this transaction holds (:func:`conversation_with`,
:func:`held`), so that two who act at once act one after the other.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import Conversation, Standing, Ticket
from store.tickets import RESOLVED


def held(session: Session, conversation_id: str) -> Conversation | None:
    """One conversation, this transaction's until it ends; read anew, whatever was read before."""
    return session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update(of=Conversation)
        .execution_options(populate_existing=True)
    )


def came(conversation: Conversation, at: datetime) -> None:
    """She wrote: unread, back in view, open again. The same text looked at twice came once."""
    if conversation.last_came_at is not None and at <= conversation.last_came_at:
        return
    conversation.turns += 1
    conversation.last_came_at = at
    conversation.talked_at = max(at, conversation.talked_at or at)
    conversation.unread_since = conversation.unread_since or at
    conversation.snoozed_until = conversation.snoozed_by = None
    _open(conversation)


def person_wrote(conversation: Conversation, at: datetime) -> None:
    """One of ours wrote to her: all is read, she waits no longer."""
    conversation.turns += 1
    conversation.talked_at = max(at, conversation.talked_at or at)
    conversation.unread_since = conversation.waiting_since = None
    conversation.snoozed_until = conversation.snoozed_by = None
    _open(conversation)


def waits(conversation: Conversation, since: datetime) -> None:
    """She waits for a person from then on, unless she did before."""
    conversation.waiting_since = min(conversation.waiting_since or since, since)
    _stand(conversation)


def waits_no_longer(conversation: Conversation) -> None:
    """A person has dealt with what she wrote."""
    conversation.waiting_since = None
    _stand(conversation)


def read(conversation: Conversation) -> None:
    """Somebody has seen all that she wrote."""
    conversation.unread_since = None
    _stand(conversation)


def unread_again(conversation: Conversation, now: datetime) -> None:
    """Somebody shall look at it once more."""
    conversation.unread_since = conversation.unread_since or conversation.last_came_at or now
    conversation.snoozed_until = conversation.snoozed_by = None
    _open(conversation)


def snooze(conversation: Conversation, until: datetime, by: str) -> None:
    """Out of view until then. It counts as read."""
    conversation.snoozed_until, conversation.snoozed_by = until, by
    conversation.unread_since = None
    _stand(conversation)


def wake(conversation: Conversation) -> None:
    """Its time has come: in view again, and unread, so that it is seen."""
    conversation.unread_since = conversation.unread_since or conversation.snoozed_until
    conversation.snoozed_until = conversation.snoozed_by = None
    _stand(conversation)


def resolve(conversation: Conversation, by: str, now: datetime) -> None:
    """Nothing is left to do; it opens again by itself when she writes."""
    conversation.resolved_at, conversation.resolved_by = now, by
    conversation.unread_since = conversation.waiting_since = None
    conversation.snoozed_until = conversation.snoozed_by = None
    _stand(conversation)


def reopen(conversation: Conversation) -> None:
    """There is something left to do after all, or now and not later."""
    conversation.snoozed_until = conversation.snoozed_by = None
    _open(conversation)


def _open(conversation: Conversation) -> None:
    conversation.resolved_at = conversation.resolved_by = None
    _stand(conversation)


def _stand(conversation: Conversation) -> None:
    if conversation.talked_at is None:
        standing = Standing.SILENT
    elif conversation.resolved_at is not None:
        standing = Standing.RESOLVED
    elif conversation.unread_since is not None:
        standing = Standing.UNREAD
    else:
        standing = Standing.OPEN if conversation.waiting_since is None else Standing.WAITING
    conversation.standing = standing


def take_over(conversation: Conversation, by: str, until: datetime) -> None:
    """From now on a person answers her, until then or until she hands back."""
    conversation.bot_off_by, conversation.bot_off_until = by, until


def hand_back(conversation: Conversation) -> None:
    """The program answers her again."""
    conversation.bot_off_by = conversation.bot_off_until = None


def taken_over(conversation: Conversation, now: datetime) -> bool:
    """Whether a person answers her now."""
    return conversation.bot_off_until is not None and now < conversation.bot_off_until


def any_snooze_over(session: Session, now: datetime) -> bool:
    """Whether there is a conversation whose snooze is over."""
    over = Conversation.snoozed_until.is_not(None) & (Conversation.snoozed_until <= now)
    return session.scalar(select(Conversation.id).where(over).limit(1)) is not None


def snoozes_over(session: Session, now: datetime, limit: int = 200) -> Sequence[Conversation]:
    """Conversations whose snooze is over; another process's are left to it."""
    return session.scalars(
        select(Conversation)
        .where(Conversation.snoozed_until.is_not(None), Conversation.snoozed_until <= now)
        .order_by(Conversation.snoozed_until)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Conversation)
    ).all()


def answered_by_writing(session: Session, conversation: Conversation) -> Sequence[Ticket]:
    """Those that ask for nothing but a person's answer: she had taken over."""
    return [ticket for ticket in left_to_do(session, conversation) if ticket.kind == "taken_over"]


def left_to_do(session: Session, conversation: Conversation) -> Sequence[Ticket]:
    """What is still open about texts of this conversation, oldest first."""
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.mobile == conversation.mobile,
            Ticket.location_id == conversation.location_id,
            Ticket.inbox_id.is_not(None),
            Ticket.status != RESOLVED,
        )
        .order_by(Ticket.created_at)
    ).all()
