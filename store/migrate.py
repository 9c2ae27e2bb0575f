"""Bring a database to this version's tables."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)$', re.MULTILINE)
#: Any number will do, as long as every Afterglow asks PostgreSQL for the same one.
_MIGRATION_LOCK = 7812616122


def migrate(database: Database) -> None:
    """Apply what is missing, once, however many processes start at the same moment.

    Raises BadDatabase when the database does not answer. Alembic, 8 MB, is only loaded where something is
    missing: a worker that starts has nothing to bring up to date.
    """
    database.reach()
    with database.engine.connect() as connection:
        if version_of(connection) == our_versions()[0]:
            return
    from alembic import command

    config = _config()
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def version_of(connection: Connection) -> str | None:
    """Which version of the tables a database has; None when they are not ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def our_versions() -> list[str]:
    """Every version of the tables that this program knows, the latest first."""
    said = [dict(_REVISION.findall(file.read_text())) for file in (_MIGRATIONS / "versions").glob("*.py")]
    after = {one["down_revision"]: one["revision"] for one in said}
    chain, last = [], ""
    while last in after:
        last = after[last]
        chain.append(last)
    return chain[::-1]


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
