"""What a plan is made of: the texts, the steps left out, the calls a person must make."""

from dataclasses import dataclass
from datetime import datetime

from care.protocol import Purpose


@dataclass(frozen=True)
class PlannedMessage:
    """One text she should get. All instants UTC. ``rung``: the wording's place on its step's ladder.

    ``late``: the booking came too late for its usual moment.
    """

    step: str
    code: str
    anchor_at: datetime
    due_at: datetime
    expires_at: datetime
    wording: str
    rung: int
    purpose: Purpose
    reason: str
    late: bool = False


@dataclass(frozen=True)
class Skipped:
    """One step she will not get, and why. ``late``: because the booking came late."""

    step: str
    code: str
    reason: str
    late: bool = False


@dataclass(frozen=True)
class CallNeeded:
    """Something a person must do. ``step``: the text it stands in for, if any.

    ``holds_visit``: until it is done, no text about the visit leaves.
    """

    name: str
    reason: str
    urgent: bool
    step: str | None = None
    holds_visit: bool = False


@dataclass(frozen=True)
class Plan:
    """A whole course: the texts in order of time, the steps left out, the calls to make."""

    messages: tuple[PlannedMessage, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    calls: tuple[CallNeeded, ...] = ()
