"""The moves of a text from state to state: those that the database saw, and those that the page allows."""

import re
from pathlib import Path

from sqlalchemy import text

from store.database import Database

PAGE = Path(__file__).parents[2] / "docs" / "outbox-states.md"
Moves = set[tuple[str, str]]


def write_down_each_move(database: Database) -> None:
    """From now on the database itself keeps every change of a text's state. SQLite only."""
    with database.writing() as session:
        session.execute(text("CREATE TABLE moves (before TEXT, after TEXT, UNIQUE (before, after))"))
        session.execute(
            text(
                "CREATE TRIGGER each_move AFTER UPDATE OF status ON outbox WHEN old.status <> new.status "
                "BEGIN INSERT OR IGNORE INTO moves VALUES (old.status, new.status); END"
            )
        )


def moves_seen(database: Database) -> Moves:
    """Every move so far."""
    with database.reading() as session:
        return {(before, after) for before, after in session.execute(text("SELECT before, after FROM moves"))}


def moves_of_the_page() -> Moves:
    """The moves that the page's table lists: its first two columns."""
    rows = re.findall(r"^\| (\w+) \| (\w+) \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return set(rows[1:])
