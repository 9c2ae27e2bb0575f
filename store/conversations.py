"""Conversations: what we last asked a mobile, and until when its bare answer means that."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from care.delivery import Status
from store.outbox import Lane
from store.tables import Conversation, InboxText, OutboxText
from store.tables.base import new_id

_DID_NOT_LEAVE = [
    status.value
    for status in (
        *(Status.FAILED, Status.UNDELIVERED, Status.EXPIRED),
        *(Status.SUPPRESSED, Status.CANCELLED),
    )
]


def conversation_at(session: Session, location_id: str, mobile: str) -> Conversation | None:
    """The conversation between this mobile and this location, if there is one; to look at."""
    return session.scalar(
        select(Conversation).where(Conversation.location_id == location_id, Conversation.mobile == mobile)
    )


def conversation_with(session: Session, location_id: str, mobile: str, now: datetime) -> Conversation:
    """The conversation between this mobile and this location, begun if need be; this transaction's now."""
    wanted = (
        select(Conversation)
        .where(Conversation.location_id == location_id, Conversation.mobile == mobile)
        .with_for_update(of=Conversation)
        .execution_options(populate_existing=True)
    )
    session.flush()  # reading it anew must not undo what was just written
    found = session.scalar(wanted)
    if found is None:
        _begin(session, location_id, mobile, now)
        found = session.scalars(wanted).one()
    found.last_at = max(found.last_at, now)
    return found


def _begin(session: Session, location_id: str, mobile: str, now: datetime) -> None:
    """Two texts may begin it at once: the second finds what the first began."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    insert = insert_postgresql if postgresql else insert_sqlite
    row = {"id": new_id(), "location_id": location_id, "mobile": mobile, "last_at": now}
    session.execute(insert(Conversation).values(row).on_conflict_do_nothing())


def expect(conversation: Conversation, answer: str, until: datetime, enrolment_id: str | None) -> None:
    """From now on a bare "yes" or "none" answers this question, until then."""
    conversation.expecting, conversation.expecting_until = answer, until
    conversation.expecting_enrolment_id = enrolment_id


def expected(conversation: Conversation, now: datetime) -> str | None:
    """Which answer we are waiting for, if the question is still fresh."""
    fresh = conversation.expecting_until is not None and now <= conversation.expecting_until
    return conversation.expecting if fresh else None


def answered(conversation: Conversation) -> None:
    """The question was answered: a second "yes" is something else."""
    conversation.expecting = conversation.expecting_until = conversation.expecting_enrolment_id = None


def levels_answered(session: Session, mobile: str, since: datetime) -> set[str]:
    """The levels (:attr:`care.reading.Urgency.word`) that a safety reply was written about since then.

    One that did not leave does not count: the next text is answered again.
    """
    readings = session.scalars(
        select(InboxText.reading)
        .join(OutboxText, OutboxText.inbox_id == InboxText.id)
        .where(
            OutboxText.mobile == mobile,
            OutboxText.lane == Lane.SAFETY,
            OutboxText.created_at >= since,
            OutboxText.status.not_in(_DID_NOT_LEAVE),
        )
    )
    return {reading["urgency"] for reading in readings if reading}
