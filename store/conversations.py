"""Conversations: what we last asked a mobile, and until when its bare answer means that."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import Conversation


def conversation_with(session: Session, location_id: str, mobile: str, now: datetime) -> Conversation:
    """The conversation between this mobile and this location, begun if need be."""
    found = session.scalar(
        select(Conversation).where(Conversation.location_id == location_id, Conversation.mobile == mobile)
    )
    if found is None:
        found = Conversation(location_id=location_id, mobile=mobile, last_at=now)
        session.add(found)
        session.flush()
    found.last_at = max(found.last_at, now)
    return found


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
