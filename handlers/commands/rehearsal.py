"""A database that forgets: everything is done and checked for real, then undone."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from store.database import Database

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class _Undo(Exception):
    """Ends a transaction without a trace."""


class Rehearsal(Database):
    """Reads what ``database`` holds; each ``writing`` block is rolled back at its end."""

    def __init__(self, database: Database) -> None:
        self.url, self.is_sqlite, self.engine = database.url, database.is_sqlite, database.engine
        self.turn = database.turn

    @contextmanager
    def writing(self) -> "Iterator[Session]":
        """One transaction, rolled back whatever happens in it."""
        with suppress(_Undo), super().writing() as session:
            yield session
            raise _Undo
