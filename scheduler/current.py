"""The catalog as it is said at this moment: as shipped, with the clinic's rulings over it.

Each process keeps one, and asks for the revision (one number) wherever it is about to say something: in
the claim's own transaction, when a course is planned anew, when a text is answered, when a page is shown.
Only when the number has grown are the rulings read, so a decision is everywhere within seconds.
"""

import threading

from sqlalchemy.orm import Session

from messages.catalog import Catalog
from messages.overlay import Overlaid, overlay
from store.rulings import revision, rulings


class Current:
    """What is said now. It only ever goes forward: an older look at the database changes nothing."""

    def __init__(self, shipped: Catalog) -> None:
        self._shipped, self._revision = shipped, 0
        self._overlaid = Overlaid(shipped)
        self._one_at_a_time = threading.Lock()

    @property
    def overlaid(self) -> Overlaid:
        """The catalog, and the rulings that this release could not take."""
        return self._overlaid

    def renew(self, session: Session) -> None:
        """Take up what was decided since. Never call it where a decision is being written."""
        newest = revision(session)
        if newest <= self._revision:
            return
        overlaid = overlay(self._shipped, rulings(session))
        with self._one_at_a_time:
            if newest > self._revision:
                self._overlaid, self._revision = overlaid, newest
