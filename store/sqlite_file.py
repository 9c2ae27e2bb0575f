"""One SQLite file as a file: whole or not, held by somebody or not, moved aside."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

#: What SQLite keeps beside a database that is open, or that nobody closed.
BESIDE = ("-wal", "-shm", "-journal")


class BadCopy(ValueError):
    """No copy can be made, or none put back. The message says why and what to do."""


def said_by(error: Exception) -> str:
    """What the database said, on one line; never a patient's words."""
    return " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())


def check_whole(file: Path) -> None:
    """Raises BadCopy when ``file`` is no SQLite database, or a damaged one."""
    try:
        with closing(sqlite3.connect(file)) as copy:
            found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            loose = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BadCopy(f"{file} is not a whole SQLite database ({error})") from None
    if found != "ok" or loose:
        raise BadCopy(f"{file} is damaged ({found if found != 'ok' else f'{loose[0]} points to nothing'})")


def copy_of(file: Path, to: Path) -> None:
    """Copy a SQLite database that may be open. Raises BadCopy when it cannot be read."""
    try:
        with closing(_to_read(file)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
    except sqlite3.DatabaseError as error:
        raise BadCopy(f"{file} cannot be read as a SQLite database ({error})") from None


def _to_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


@contextmanager
def alone_with(file: Path) -> Iterator[None]:
    """Nobody else has this database open meanwhile; what stood beside it is in it. Raises BadCopy.

    To leave WAL mode SQLite must be the only one that has the file open: it is the test. A file that
    is no whole database cannot be held, and is not.
    """
    if not file.exists():
        yield
        return
    with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as held:
        try:
            held.execute("PRAGMA journal_mode = DELETE").fetchone()
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise BadCopy(f"{file} is in use ({error}): stop run, web and worker, then try again") from None
        except sqlite3.DatabaseError:
            pass  # damaged: nobody works with it
        yield


def holds_anything(file: Path) -> bool:
    """Whether anybody's data is in this database; one that cannot be read may hold everything."""
    if not file.exists() or not file.stat().st_size:
        return False
    try:
        with closing(_to_read(file)) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            kept = tables & {"patients", "inbox", "staff"}
            return any(database.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in kept)  # noqa: S608
    except sqlite3.DatabaseError:
        return True


def move_aside(file: Path, now: datetime) -> Path:
    """Give a database, with all that stands beside it, another name; which it is."""
    stamp = f"{file.name}.before-restore-{now:%Y%m%dT%H%M%S}"
    taken = 0
    while (aside := file.with_name(f"{stamp}-{taken}" if taken else stamp)).exists():
        taken += 1
    file.rename(aside)
    for suffix in BESIDE:
        with suppress(FileNotFoundError):
            file.with_name(file.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside
