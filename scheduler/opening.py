"""Opening the house: the tables brought up to date, the clinic and the catalog copied in."""

from datetime import datetime

from messages.catalog import Catalog
from messages.overlay import Overlaid, overlay
from store.clinic import ClinicFile, store_locations
from store.database import BadDatabase, Database
from store.fitness import why_unfit
from store.migrate import migrate
from store.rulings import rulings
from store.visits import store_protocol
from store.wordings import store_wordings


def as_said(url: str, shipped: Catalog, now: datetime) -> Overlaid:
    """The catalog with the clinic's rulings over it, where a database is fit to be read. Changes nothing."""
    try:
        database = Database(url)
    except BadDatabase:
        return Overlaid(shipped)
    try:
        if why_unfit(database, now):
            return Overlaid(shipped)
        with database.reading() as session:
            return overlay(shipped, rulings(session))
    finally:
        database.close()


def open_database(url: str, clinic: ClinicFile, catalog: Catalog, now: datetime) -> Database:
    """A database ready to work with. Raises ValueError when a protocol changed without a new version."""
    database = Database(url)
    migrate(database)
    with database.writing() as session:
        store_locations(session, clinic)
        for name, protocol in catalog.protocols.items():
            store_protocol(session, protocol, catalog.sources[name], now)
        store_wordings(session, catalog.wordings.values(), now)
    return database
