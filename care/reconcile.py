"""From what she should get and what we already hold, the rows to plan, move, drop or keep back.

What a person decided about one text stays decided: a dropped one does not come back, another moment
and other words are kept. A visit that moves makes the text a new one, which knows nothing of that.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from care.delivery import Status
from care.planned import PlannedMessage

Key = tuple[str, datetime]  #: step and anchor instant: one text, once

#: States from which a text comes back when it is wanted and allowed again: nothing has left.
_DROPPED = (Status.CANCELLED, Status.SUPPRESSED)


@dataclass(frozen=True)
class Known:
    """One text we already hold for this enrolment.

    ``dropped``, ``retimed``, ``worded``: a person decided that it does not go, when it goes, what it says.
    """

    key: Key
    status: Status
    planned_for: datetime
    rung: int
    expires_at: datetime
    wording: str | None = None
    dropped: bool = False
    retimed: bool = False
    worded: bool = False


@dataclass(frozen=True)
class PlanText:
    """Hold a new text in this state: planned, suppressed, or expired when its time had passed already."""

    message: PlannedMessage
    status: Status
    reason: str


@dataclass(frozen=True)
class MoveText:
    """A text we hold, not sent, has another moment now; a dropped one comes back."""

    key: Key
    message: PlannedMessage


@dataclass(frozen=True)
class DropText:
    """A text we hold, not sent, may not leave: no longer wanted, or no longer allowed."""

    key: Key
    status: Status
    reason: str


Change = PlanText | MoveText | DropText


def key_of(message: PlannedMessage) -> Key:
    """What makes a text the same text: its step, and the instant that step hangs on."""
    return message.step, message.anchor_at


def reconcile(
    known: Iterable[Known],
    wanted: Iterable[PlannedMessage],
    refusal_of: Callable[[PlannedMessage], str | None],
    why_dropped: str,
    now: datetime,
) -> Iterator[Change]:
    """The difference, as changes to apply. Applying them and asking again yields nothing.

    ``refusal_of`` says why a text may not leave, if it may not (no consent, not approved);
    ``why_dropped`` is what staff read on a text that is no longer wanted.
    """
    held = {text.key: text for text in known}
    wishes = {key_of(message): message for message in wanted}
    for key, text in held.items():
        if key not in wishes and text.status is Status.PLANNED:
            yield DropText(key, Status.CANCELLED, why_dropped)
    for key, message in wishes.items():
        refusal = refusal_of(message)
        if key not in held:
            yield _new(message, refusal, now)
        elif not held[key].dropped and (change := _again(held[key], message, refusal, now)):
            yield change


def _again(mine: Known, message: PlannedMessage, refusal: str | None, now: datetime) -> Change | None:
    """What becomes of a text that we hold and that is wanted, still or again."""
    if refusal is not None:
        drops = mine.status is Status.PLANNED
        return DropText(mine.key, Status.SUPPRESSED, refusal) if drops else None
    if mine.retimed and mine.planned_for <= message.expires_at:
        message = replace(message, due_at=mine.planned_for)
    return MoveText(mine.key, message) if _differs(mine, message) and message.expires_at > now else None


def _new(message: PlannedMessage, refusal: str | None, now: datetime) -> PlanText:
    if message.expires_at <= now:
        return PlanText(message, Status.EXPIRED, "Its time had passed before we learnt of it")
    if refusal is not None:
        return PlanText(message, Status.SUPPRESSED, refusal)
    return PlanText(message, Status.PLANNED, message.reason)


def _differs(mine: Known, message: PlannedMessage) -> bool:
    if mine.status in _DROPPED:
        return True
    held = (mine.planned_for, mine.rung, mine.expires_at)
    same = held == (message.due_at, message.rung, message.expires_at)
    return mine.status is Status.PLANNED and not (same and (mine.worded or mine.wording == message.wording))
