"""The works: everything a path needs, wired once in ``bot.py`` and handed on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from care.protocol import Protocol
from care.sending import PART_PRICE, Limits
from carriers.base import Carrier
from carriers.mail import Mailer
from messages.catalog import Catalog, protocol_from_yaml
from scheduler.current import Current
from store.database import Database
from store.tables import ProtocolVersion

if TYPE_CHECKING:
    from messages.read import Reader


@dataclass(frozen=True)
class Works:
    """``clock`` is the only way to the time, ``wake`` tells the sender that something is due at once.

    ``shipped`` is the catalog as this release has it; what is said is :attr:`catalog`.
    ``carrier_answers``: the carrier itself replies to STOP, START and HELP, so we must not.
    """

    database: Database
    shipped: Catalog
    carrier: Carrier
    clock: Callable[[], datetime]
    public_url: str
    carrier_answers: bool = False
    wake: Callable[[], None] = field(default=lambda: None)
    in_flight: int = 64  #: how many texts may be with the carrier at once
    limits: Limits = field(default_factory=Limits)  #: what may leave at most
    mailer: Mailer | None = None  #: none is set up: staff are paged by text alone
    segment_price: Decimal = PART_PRICE  #: what one part costs, dollars: for estimates
    fold_accents: bool = False  #: Spanish and Portuguese without the accents that cost extra parts
    two_people: bool = True  #: nobody approves words that she wrote herself
    current: Current = field(init=False, repr=False, compare=False)  #: what this process says now

    def __post_init__(self) -> None:
        object.__setattr__(self, "current", Current(self.shipped))

    @property
    def catalog(self) -> Catalog:
        """Everything we may say, as the clinic has it now."""
        return self.current.overlaid.catalog

    def renew(self, session: Session) -> None:
        """Take up what was decided about the words since: call it wherever something is about to be said."""
        self.current.renew(session)

    @cached_property
    def reader(self) -> "Reader":
        """Understands texts; built on first use, once: a worker that only sends never needs it."""
        from messages.read import Reader

        return Reader(self.shipped.answers)

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
