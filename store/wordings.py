"""Every version of every wording that was ever on: so that each sent text can be traced to its words."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
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


def versions_of(session: Session, names: Collection[str]) -> Sequence[WordingVersion]:
    """Every version, in every language, of the wordings of these names; the newest first."""
    found = select(WordingVersion).where(WordingVersion.name.in_(names))
    return session.scalars(found.order_by(WordingVersion.stored_at.desc(), WordingVersion.id)).all()


def kept_since(session: Session) -> dict[tuple[str, str], datetime]:
    """When each version of each wording was first kept, by name and version (UTC)."""
    first = select(WordingVersion.name, WordingVersion.version, func.min(WordingVersion.stored_at))
    rows = session.execute(first.group_by(WordingVersion.name, WordingVersion.version))
    return {(name, version): at for name, version, at in rows}
