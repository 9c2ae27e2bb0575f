"""Who did what, when, to what. One entry per change a person could ask about."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tables import AuditEntry


def note(
    session: Session, actor: str, action: str, subject: tuple[str, str], at: datetime, **detail: Any
) -> None:
    """Append one entry. ``subject`` is (table word, id); ``detail`` holds ids and values, never bodies."""
    kind, subject_id = subject
    session.add(
        AuditEntry(at=at, actor=actor, action=action, subject=kind, subject_id=subject_id, detail=detail)
    )


def last_note(session: Session, subject: tuple[str, str]) -> AuditEntry | None:
    """The latest entry about this subject: who did something to it last."""
    kind, subject_id = subject
    about = (AuditEntry.subject == kind, AuditEntry.subject_id == subject_id)
    return session.scalar(select(AuditEntry).where(*about).order_by(AuditEntry.id.desc()).limit(1))
