"""From what she should get and what we already hold, the rows to plan, move, drop or keep back."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from care.delivery import Status
from care.planned import PlannedMessage

Key = tuple[str, datetime]  #: step and anchor instant: one text, once

#: States from which a text comes back when it is wanted and allowed again: nothing has left.
_DROPPED = (Status.CANCELLED, Status.SUPPRESSED)


@dataclass(frozen=True)
class Known:
    """One text we already hold for this enrolment."""

    key: Key
    status: Status
    planned_for: datetime
    rung: int
    expires_at: datetime


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
        elif refusal is not None:
            if held[key].status is Status.PLANNED:
                yield DropText(key, Status.SUPPRESSED, refusal)
        elif _differs(held[key], message) and message.expires_at > now:
            yield MoveText(key, message)


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
    return mine.status is Status.PLANNED and held != (message.due_at, message.rung, message.expires_at)
