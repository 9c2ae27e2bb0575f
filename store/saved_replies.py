"""The words that staff keep ready, by title."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.tables import SavedReply


def saved_replies(session: Session) -> Sequence[SavedReply]:
    """All of them, by title."""
    return session.scalars(
        select(SavedReply).order_by(func.lower(SavedReply.title), SavedReply.language, SavedReply.id)
    ).all()


def saved_reply(session: Session, reply_id: str) -> SavedReply | None:
    """One of them, as it is now."""
    return session.get(SavedReply, reply_id)


def saved_reply_held(session: Session, reply_id: str) -> SavedReply | None:
    """The same, this transaction's until it ends."""
    return session.get(SavedReply, reply_id, with_for_update={"of": SavedReply})


def title_taken(session: Session, title: str, language: str, except_id: str | None) -> bool:
    """Whether another one has this title in this language, whatever its capitals."""
    same = select(SavedReply.id).where(
        func.lower(SavedReply.title) == title.lower(), SavedReply.language == language
    )
    return any(found != except_id for found in session.scalars(same))
