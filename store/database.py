"""One database, two engines: SQLite in WAL mode or PostgreSQL, on one code path."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from time import sleep
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

#: How long a writer on SQLite waits for the other writer, seconds.
SQLITE_PATIENCE = 30
#: Seconds before a transaction that the database ended is done again.
TRIES = (0.05, 0.2, 0.5)
RIGHT_URL = "write sqlite:///var/afterglow.db or postgresql://user:password@host/name"


_P = ParamSpec("_P")
_T = TypeVar("_T")


class BadDatabase(ValueError):
    """The database cannot be used. The message names the setting and says what to do."""


class Database:
    """Sessions to read with and to write with. Each ``writing`` block is one transaction."""

    def __init__(self, url: str) -> None:
        self.url = normalise_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)
        self.turn = threading.Lock()  #: who writes, on SQLite

    def reach(self) -> None:
        """Make sure that it answers and may be written. Raises BadDatabase with what was said."""
        file = self.engine.url.database or ""
        if self.is_sqlite and Path(file).exists() and not os.access(file, os.W_OK):
            raise BadDatabase(f"DATABASE_URL: {file} may not be written by this user")
        try:
            with self.engine.begin():
                pass
        except DBAPIError as error:
            said = " ".join(str(error.orig).split())
            raise BadDatabase(f"DATABASE_URL: the database cannot be opened: {said}") from None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back whole on any error."""
        with self._one_writer(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def trying(self) -> Iterator[Session]:
        """One transaction that is never kept: to see what would be. It holds the same locks as a real one."""
        with self._one_writer(), Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """SQLite has one writer: threads of one process queue here, where waiting costs nothing.

        SQLite itself would let each sleep and try again, for a tenth of a second at last. Between processes
        it still does.
        """
        mine = self.is_sqlite and self.turn.acquire(timeout=SQLITE_PATIENCE)
        try:
            yield
        finally:
            if mine:
                self.turn.release()

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


def retried(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """A function that is one transaction, done again when the database says that it may be.

    PostgreSQL ends one of two transactions that wait for each other (40P01), or that it cannot bring
    into an order (40001); nothing of it was kept.
    """

    @wraps(function)
    def again(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        for wait in TRIES:
            try:
                return function(*args, **kwargs)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in ("40P01", "40001"):
                    raise
                sleep(wait)
        return function(*args, **kwargs)

    return again


def what_went_wrong(error: Exception) -> str:
    """The kind of an error and what the database calls it; nothing that could quote a patient.

    SQLite's own words name columns at most; PostgreSQL's may hold values, so only its code is told.
    """
    cause = getattr(error, "orig", None)
    if name := getattr(cause, "sqlite_errorname", None):
        return f"{type(error).__name__} ({name}: {cause})"
    code = getattr(cause, "sqlstate", None)
    return f"{type(error).__name__} ({code})" if code else type(error).__name__


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
    # Errors must not quote a patient. The connection used last is used next: its caches are warm.
    return create_engine(url, pool_pre_ping=True, pool_use_lifo=True, hide_parameters=True)


def _sqlite_engine(url: str) -> Engine:
    patient = {"timeout": SQLITE_PATIENCE, "check_same_thread": False}
    engine = create_engine(url, connect_args=patient, pool_use_lifo=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # the driver's own BEGIN comes too late to be IMMEDIATE
        # Each connection keeps its own pages, in kB here: the machine keeps them all once more anyway.
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-1000"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: upgrading a read lock later fails instead of waiting.
        readonly = connection.get_execution_options().get("afterglow_readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine
