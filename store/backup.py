"""A consistent copy of the whole database while everything runs, never half-written under its own name."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from store.database import Database
from store.sqlite_file import BadCopy, check_whole, said_by

#: How many patients, texts out, texts in; the same on both databases and in every version of the tables.
_COUNTS = (
    "SELECT (SELECT count(*) FROM patients), (SELECT count(*) FROM outbox), (SELECT count(*) FROM inbox)"
)
#: What to run by hand where pg_dump is missing.
BY_HAND = "pg_dump --format=custom --no-owner --file={file} --dbname={url}"


@dataclass(frozen=True)
class Holds:
    """What a copy holds: patients, texts sent or planned, texts received; its size in bytes."""

    patients: int
    texts_out: int
    texts_in: int
    size: int


def back_up(database: Database, file: Path, now: datetime, *, force: bool = False) -> Holds:
    """Copy all that ``database`` holds to ``file``, readable by this user alone.

    SQLite: one compact SQLite file. PostgreSQL: an archive for pg_restore. Raises BadCopy.
    """
    _refuse_to_overwrite(file, force=force)
    copy = _copy_sqlite if database.is_sqlite else _copy_postgres
    try:
        with _under_another_name(file, now) as unfinished:
            counts = copy(database, unfinished)
            _to_disk(unfinished)
            _refuse_to_overwrite(file, force=force)
            unfinished.replace(file)
            _to_disk(file.parent)
        return Holds(*counts, file.stat().st_size)
    except OSError as error:
        raise BadCopy(f"{file} cannot be written ({error.strerror}): choose another place") from None


def _refuse_to_overwrite(file: Path, *, force: bool) -> None:
    if file.is_dir():
        raise BadCopy(f"{file} is a folder: name a file in it")
    if file.exists() and not force:
        raise BadCopy(f"{file} is there already: choose another name, or overwrite it with --force")


@contextmanager
def _under_another_name(file: Path, now: datetime) -> Iterator[Path]:
    """An empty private file beside ``file``; what is left under its name at the end is thrown away."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.{now:%H%M%S%f}.unfinished")
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """What was written there outlives a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy_sqlite(database: Database, to: Path) -> tuple[int, int, int]:
    """VACUUM INTO reads the state of one moment while others write, and leaves out what was deleted."""
    path = Path(database.engine.url.database or "")
    if not path.is_file():
        raise BadCopy(f"DATABASE_URL: there is no database at {path} yet: nothing to back up")
    try:
        with closing(database.engine.raw_connection()) as raw:
            raw.cursor().execute("VACUUM INTO ?", (str(to),))
        check_whole(to)
        with closing(sqlite3.connect(to)) as copy:
            patients, texts_out, texts_in = copy.execute(_COUNTS).fetchone()
            return patients, texts_out, texts_in
    except (sqlite3.Error, DBAPIError) as error:
        raise BadCopy(f"the database cannot be copied: {said_by(error)}") from None


def _copy_postgres(database: Database, to: Path) -> tuple[int, int, int]:
    """pg_dump copies the very state that was counted: both look at one snapshot."""
    url = database.engine.url.set(drivername="postgresql")
    pg_dump = shutil.which("pg_dump")
    if pg_dump is None:
        by_hand = BY_HAND.format(file="FILE", url=_without_password(url))
        raise BadCopy(f"pg_dump is not on PATH. Install PostgreSQL's client tools, or run: {by_hand}")
    try:
        with database.engine.connect() as connection:
            looking = connection.execution_options(isolation_level="REPEATABLE READ")
            patients, texts_out, texts_in = looking.exec_driver_sql(_COUNTS).one()
            snapshot = looking.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            _dump(pg_dump, url, to, snapshot)
    except DBAPIError as error:
        raise BadCopy(f"the database cannot be copied: {said_by(error)}") from None
    return patients, texts_out, texts_in


def _dump(pg_dump: str, url: URL, to: Path, snapshot: str) -> None:
    options = ("--format=custom", "--no-owner", f"--file={to}", f"--snapshot={snapshot}")
    password = {"PGPASSWORD": url.password} if url.password else {}  # never where `ps` shows it
    done = subprocess.run(  # noqa: S603 -- our own options, no shell
        [pg_dump, *options, f"--dbname={_without_password(url)}"],
        env={**os.environ, **password},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it did not say why"]
        raise BadCopy(f"pg_dump failed: {' '.join(lines[:3])}")


def _without_password(url: URL) -> str:
    bare = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string(hide_password=False)
