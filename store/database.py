"""One database, two engines: SQLite in WAL mode or PostgreSQL, on one code path."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

#: How long a writer on SQLite waits for the other writer, seconds.
SQLITE_PATIENCE = 30
RIGHT_URL = "write sqlite:///var/afterglow.db or postgresql://user:password@host/name"


class BadDatabase(ValueError):
    """The database cannot be used. The message names the setting and says what to do."""


class Database:
    """Sessions to read with and to write with. Each ``writing`` block is one transaction."""

    def __init__(self, url: str) -> None:
        self.url = normalise_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)

    def reach(self) -> None:
        """Make sure that it answers. Raises BadDatabase with what it, or the way to it, said."""
        try:
            self.engine.connect().close()
        except DBAPIError as error:
            said = " ".join(str(error.orig).split())
            raise BadDatabase(f"DATABASE_URL: the database cannot be opened: {said}") from None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back whole on any error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look. Nothing done here is kept."""
        with self.engine.connect() as connection:
            readonly = connection.execution_options(afterglow_readonly=True)
            with Session(readonly, expire_on_commit=False, autoflush=False) as session:
                yield session

    def forget_connections(self) -> None:
        """After a fork: leave the parent's connections alone and open our own."""
        self.engine.dispose(close=False)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def normalise_url(url: str) -> str:
    """PostgreSQL through psycopg 3, whatever the URL calls it; a SQLite file's folder is made.

    Raises BadDatabase for any other database, and for a folder that cannot be made.
    """
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number
        raise BadDatabase(f"DATABASE_URL: is not the address of a database; {RIGHT_URL}") from None
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise BadDatabase(f"DATABASE_URL: we do not speak {parsed.drivername}; {RIGHT_URL}")
    if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
        folder = Path(parsed.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadDatabase(f"DATABASE_URL: {folder} cannot be made ({error.strerror})") from None
    return url


def _postgres_engine(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, hide_parameters=True)  # an error must not quote a patient


def _sqlite_engine(url: str) -> Engine:
    patient = {"timeout": SQLITE_PATIENCE, "check_same_thread": False}
    engine = create_engine(url, connect_args=patient, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # the driver's own BEGIN comes too late to be IMMEDIATE
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: upgrading a read lock later fails instead of waiting.
        readonly = connection.get_execution_options().get("afterglow_readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine
