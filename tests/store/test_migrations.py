"""The revisions and the tables say the same, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from store.migrate import _config, migrate, our_versions, version_of
from store.tables import Base


def test_the_revisions_make_exactly_the_tables_that_the_code_describes(database):
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_bringing_an_up_to_date_database_up_to_date_changes_nothing(database):
    migrate(database)
    migrate(database)


def test_the_versions_that_we_read_from_the_files_are_those_that_alembic_knows(database):
    walked = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]
    assert our_versions() == walked
    with database.engine.connect() as connection:
        assert version_of(connection) == MigrationContext.configure(connection).get_current_revision()


def test_a_database_that_is_not_ours_has_no_version(database):
    with database.writing() as session:
        session.execute(text("DROP TABLE alembic_version"))
    with database.engine.connect() as connection:
        assert version_of(connection) is None
