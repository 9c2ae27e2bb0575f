"""What the fault matrix stands on: an installation, on either database."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import yaml

from scheduler.opening import open_database
from store.clinic import load_clinic, store_locations
from store.database import Database
from tests.cast import NOW
from tests.conftest import ROOT, _administer, _named
from tests.faults.installation import (
    API_TOKEN,
    NUMBER,
    OTHER_NUMBER,
    PUBLIC_URL,
    Installation,
    zone_where_it_is_noon,
)
from tests.standin.carrier import StandInCarrier


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory, clinic, catalog) -> Path:
    """A SQLite file with all tables, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    open_database(f"sqlite:///{path}", clinic, catalog, NOW).close()
    return path


@pytest.fixture
def clinic_file(tmp_path) -> Path:
    """The clinic as shipped, open every day, where it is noon; with a second location and its own number."""
    raw = yaml.safe_load((ROOT / "clinic.yaml").read_text(encoding="utf-8"))
    main = raw["locations"]["main"] | {"timezone": zone_where_it_is_noon(), "number": NUMBER}
    main["hours"] = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    other = main | {"name": "Harbor office", "number": OTHER_NUMBER}
    path = tmp_path / "clinic.yaml"
    path.write_text(yaml.safe_dump(raw | {"locations": {"main": main, "harbor": other}}), encoding="utf-8")
    return path


@pytest.fixture
def engine(request) -> str:
    """Which database; SQLite unless the test says otherwise."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def database_url(request, engine, tmp_path) -> str:
    """An empty clinic's database."""
    if engine == "sqlite":
        path = tmp_path / "afterglow.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    base = request.getfixturevalue("postgres")
    name = f"faults_{uuid4().hex[:12]}"
    _administer(base, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgres_template')}")
    return _named(base, name)


@pytest.fixture
def installation(database_url, clinic_file, catalog) -> Iterator[Installation]:
    """A clinic ready to be run, and to be hurt."""
    clinic = load_clinic(clinic_file)
    database = Database(database_url)
    with database.writing() as session:
        store_locations(session, clinic)
    with StandInCarrier() as twilio:
        settings = {
            "DATABASE_URL": database_url,
            "CLINIC_FILE": str(clinic_file),
            "PUBLIC_URL": PUBLIC_URL,
            "SECRET_KEY": "a-long-secret-for-the-faults",
            "API_TOKEN": API_TOKEN,
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_API_URL": twilio.url,
        }
        zone = ZoneInfo(clinic.locations["main"].timezone)
        here = Installation(database, catalog, zone, settings, twilio)
        yield here
        here.clean_up()
    database.close()
