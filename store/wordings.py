"""Every version of every wording that was ever on: so that each sent text can be traced to its words."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from messages.wording import Wording
from store.tables import WordingVersion


def store_wordings(session: Session, wordings: Iterable[Wording], now: datetime) -> None:
    """Keep the versions we have not kept yet."""
    columns = (WordingVersion.name, WordingVersion.version, WordingVersion.language)
    held = {tuple(row) for row in session.execute(select(*columns))}
    for wording in wordings:
        for language, text in wording.texts.items():
            if (wording.id, wording.version, language) not in held:
                session.add(
                    WordingVersion(
                        name=wording.id,
                        version=wording.version,
                        language=language,
                        text=text,
                        source=wording.source.value,
                        stored_at=now,
                    )
                )
