"""Whose turn it is: how many texts each number may send now, so that none holds up another."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from math import ceil

from sqlalchemy.orm import Session

from carriers.base import OutgoingText
from messages.segments import count
from scheduler.breaking import hold_location
from scheduler.works import Works
from store.claims import DueText, take_due
from store.outbox import UNHELD, Lane
from store.senders import keep, lock_senders, state_of
from store.tables import SenderRow


class Turns:
    """The senders of some locations for one claim, locked until it ends."""

    def __init__(self, session: Session, works: Works, places: Collection[str], now: datetime) -> None:
        self._session, self._works, self._now = session, works, now
        self._senders = lock_senders(session, places)

    def take(self, lane: Lane, limit: int) -> list[DueText]:
        """Up to so many due texts in equal shares; what one location leaves of its share goes to the next."""
        taken: list[DueText] = []
        for waiting, sender in zip(range(len(self._senders), 0, -1), self._senders, strict=True):
            share = self._room(sender, lane, ceil((limit - len(taken)) / waiting))
            if share:
                taken += take_due(self._session, sender.location_id, lane, self._now, share)
        return taken

    def gone(self, texts: Sequence[OutgoingText]) -> None:
        """These are on their way: each number is busy for as long as its own take."""
        number_of = Counter(text.sender for text in texts)
        parts = Counter[str]()
        if self._works.limits.per_second:
            for text in texts:
                parts[text.sender] += count(text.body).parts
        for sender in self._senders:
            number = sender.location.number
            if number_of[number]:
                state = state_of(sender).after(
                    self._works.limits, self._now, number_of[number], parts[number]
                )
                keep(sender, state)

    def _room(self, sender: SenderRow, lane: Lane, wanted: int) -> int:
        if lane in UNHELD:
            return wanted
        state = state_of(sender)
        if state.held_since is None and state.over_the_hour(self._works.limits, self._now):
            hold_location(self._session, self._works, sender, self._now)
            return 0
        return state.room(self._works.limits, self._now, wanted)
