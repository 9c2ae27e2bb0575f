"""The revisions and the tables say the same, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from store.migrate import migrate
from store.tables import Base


def test_the_revisions_make_exactly_the_tables_that_the_code_describes(database):
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_bringing_an_up_to_date_database_up_to_date_changes_nothing(database):
    migrate(database)
    migrate(database)
