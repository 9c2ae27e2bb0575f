"""The works: everything a path needs, wired once in ``bot.py`` and handed on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from care.protocol import Protocol
from carriers.base import Carrier
from messages.catalog import Catalog, protocol_from_yaml
from messages.read import Reader
from store.database import Database
from store.tables import ProtocolVersion


@dataclass(frozen=True)
class Works:
    """``clock`` is the only way to the time, ``wake`` tells the sender that something is due at once.

    ``carrier_answers``: the carrier itself replies to STOP, START and HELP, so we must not.
    """

    database: Database
    catalog: Catalog
    carrier: Carrier
    clock: Callable[[], datetime]
    public_url: str
    carrier_answers: bool = False
    wake: Callable[[], None] = field(default=lambda: None)
    in_flight: int = 64  #: how many texts may be with the carrier at once

    @cached_property
    def reader(self) -> Reader:
        """Understands texts; built on first use, once."""
        return Reader(self.catalog.answers)

    def protocol_of(self, version: ProtocolVersion) -> Protocol:
        """The protocol as it was when the patient was enrolled, word for word."""
        if version.id not in self._parsed:
            self._parsed[version.id] = protocol_from_yaml(version.source)
        return self._parsed[version.id]

    def protocol_with(self, session: Session, version_id: str) -> Protocol:
        """The same, by the version's id; read from the database once."""
        known = self._parsed.get(version_id)
        return known or self.protocol_of(session.get_one(ProtocolVersion, version_id))

    @cached_property
    def _parsed(self) -> dict[str, Protocol]:
        return {}
