"""Putting a copy back. What it has as due is in doubt before any process can see it.

The copy is checked, migrated and marked under another name; only then do the two files change places.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from store.database import Database
from store.doubt import Doubt, doubt_what_was_due
from store.migrate import migrate, our_versions, version_of
from store.sqlite_file import BESIDE, BadCopy, alone_with, check_whole, copy_of, holds_anything, move_aside


@dataclass(frozen=True)
class Restored:
    """What was put back: what of it is in doubt, and where the database that stood there is now."""

    doubt: Doubt
    aside: Path | None


def restore(database: Database, file: Path, now: datetime, *, force: bool = False) -> Restored:
    """Put a SQLite copy in the place of ``database``, which is kept under another name.

    Raises BadCopy: the copy is damaged or none of ours, the database is in use, or (without
    ``force``) somebody's data is in it.
    """
    target = Path(database.engine.url.database or "")
    if not file.is_file():
        raise BadCopy(f"{file} is not there: name the file that `backup` wrote")
    if target.exists() and file.samefile(target):
        raise BadCopy(f"{file} is the database itself: name a copy of it")
    if holds_anything(target) and not force:
        raise BadCopy(f"{target} holds data: with --force it is kept under another name, and replaced")
    database.close()
    try:
        with alone_with(target), _prepared(file, target, now) as (ready, doubt):
            aside = move_aside(target, now) if target.exists() else None
            ready.replace(target)
    except OSError as error:
        raise BadCopy(f"{target} cannot be written ({error.strerror})") from None
    return Restored(doubt, aside)


def doubt_restored(database: Database, now: datetime) -> Doubt:
    """Mark what is in doubt in a database that was put back by other means. Raises BadCopy when in use."""
    if database.is_sqlite:
        database.close()
        with alone_with(Path(database.engine.url.database or "")):
            pass  # a look: our own connection could not write meanwhile
    with database.writing() as session:
        if not database.is_sqlite and (others := session.scalar(text(_OTHERS))):
            raise BadCopy(
                f"the database is in use by {others} others: stop run, web and worker, then try again"
            )
        return doubt_what_was_due(session, now)


_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@contextmanager
def _prepared(file: Path, target: Path, now: datetime) -> Iterator[tuple[Path, Doubt]]:
    """The copy beside its place, checked, at this version's tables, with what is in doubt marked."""
    ready = target.with_name(f".{target.name}.restoring")
    _away(ready)
    try:
        ready.touch(mode=0o600)
        copy_of(file, ready)
        check_whole(ready)
        _check_ours(file, ready)
        copy = Database(f"sqlite:///{ready}")
        migrate(copy)
        with copy.writing() as session:
            doubt = doubt_what_was_due(session, now)
        copy.close()
        with alone_with(ready):
            pass  # all of it is in the one file now
        yield ready, doubt
    finally:
        _away(ready)


def _away(file: Path) -> None:
    for suffix in ("", *BESIDE):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _check_ours(file: Path, copy: Path) -> None:
    database = Database(f"sqlite:///{copy}")
    with database.engine.connect() as connection:
        version = version_of(connection)
    database.close()
    if version is None:
        raise BadCopy(f"{file} is a database, but none of Afterglow's")
    if version not in our_versions():
        raise BadCopy(f"{file} is of a newer Afterglow (tables {version}): upgrade this one first")
