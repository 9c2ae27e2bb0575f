"""One patient's course: where her visit stands, and what she has been told about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from care.protocol import Anchor, Protocol


class VisitStatus(StrEnum):
    """The states of an appointment (FHIR Appointment.status)."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


#: What staff read when a visit in this state makes a text pointless.
WHY_OFF = {
    VisitStatus.CANCELLED: "The visit was cancelled",
    VisitStatus.NOSHOW: "She did not come to the visit",
}


@dataclass(frozen=True)
class Course:
    """The instants (UTC) a plan hangs on.

    ``told`` maps a step to the latest visit she has been told it for: instructions
    given for an earlier visit still stand when it moves later, not when it moves nearer.
    """

    booked_at: datetime
    starts_at: datetime
    status: VisitStatus = VisitStatus.BOOKED
    moved_at: datetime | None = None
    ended_at: datetime | None = None
    told: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def planned_from(self) -> datetime:
        """When planning for this date began: the last move, else the booking."""
        return self.moved_at or self.booked_at

    @property
    def anchors(self) -> dict[Anchor, datetime]:
        """The anchors that are known."""
        known = {
            Anchor.BOOKING: self.booked_at,
            Anchor.MOVE: self.moved_at,
            Anchor.VISIT: self.starts_at,
            Anchor.VISIT_END: self.ended_at,
        }
        return {anchor: at for anchor, at in known.items() if at is not None}

    def already_told(self, step: str) -> bool:
        """True when she was told this before the visit moved here, for a date no later than this one."""
        told_for = self.told.get(step)
        return self.moved_at is not None and told_for is not None and told_for <= self.starts_at


@dataclass(frozen=True)
class Told:
    """One text that left: its step, the wording it carried, the visit it was about."""

    step: str
    wording: str
    visit: datetime


def what_she_was_told(protocol: Protocol, texts: Iterable[Told]) -> dict[str, datetime]:
    """The latest visit each step was told for, counting the steps that a merged wording covers."""
    told: dict[str, datetime] = {}
    for text in texts:
        for step in {text.step, *covered_by(protocol, text.step, text.wording)}:
            told[step] = max(told.get(step, text.visit), text.visit)
    return told


def covered_by(protocol: Protocol, step: str, wording: str) -> frozenset[str]:
    """The steps that a wording of this step makes superfluous."""
    for known in protocol.steps:
        if known.name == step:
            for rung in known.ladder:
                if wording in {rung.text.default, *rung.text.by_value.values()}:
                    return rung.covers
    return frozenset()
