"""Who did what, when, to what. One entry per change a person could ask about."""

from datetime import datetime
from typing import Any

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
