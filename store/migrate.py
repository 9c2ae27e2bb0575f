"""Bring a database to this version's tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from store.database import Database

#: Any number will do, as long as every Afterglow asks PostgreSQL for the same one.
_MIGRATION_LOCK = 7812616122


def migrate(database: Database) -> None:
    """Apply what is missing, once, however many processes start at the same moment.

    Raises BadDatabase when the database does not answer.
    """
    database.reach()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
