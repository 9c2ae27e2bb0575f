"""What one run tells its worker: where the carrier and the store are, and how to work.

It travels in the environment, as the peers' own commands start their workers.
"""

import json
import os
from dataclasses import asdict, dataclass

VARIABLE = "PEER_ORDERS"


@dataclass(frozen=True)
class Orders:
    """``carrier``: its address. ``store``: a file or an address, as the peer takes it. ``ways``: departures
    from the peer's defaults, each by a word that the peer's own file explains."""

    carrier: str
    store: str
    in_flight: int = 64
    lean: bool = False
    ways: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        """This process's environment, and these orders in it."""
        return {**os.environ, VARIABLE: json.dumps(asdict(self))}

    def has(self, way: str) -> bool:
        return way in self.ways


def given() -> Orders:
    """The orders this process was started with. Raises KeyError when it was not."""
    return Orders(**json.loads(os.environ[VARIABLE]))
