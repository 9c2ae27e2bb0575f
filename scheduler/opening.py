"""Opening the house: the tables brought up to date, the clinic and the catalog copied in."""

from datetime import datetime

from messages.catalog import Catalog
from store.clinic import ClinicFile, store_locations
from store.database import Database
from store.migrate import migrate
from store.visits import store_protocol
from store.wordings import store_wordings


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
