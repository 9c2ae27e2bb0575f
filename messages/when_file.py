"""How protocol.yaml writes time: calendar time and lengths of time, never mixed up."""

import re
from datetime import time, timedelta
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Discriminator, Field, RootModel, Tag, model_validator

from care.protocol import After, Anchor, MonthsAfter, OnDay
from messages.yaml_file import FileModel

_DURATION = re.compile(r"(-?\d+)([mh])")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _duration(value: object) -> object:
    match = _DURATION.fullmatch(str(value))
    if not match:
        raise ValueError("is no length of time: write 90m or 2h")
    minutes = int(match[1]) * (60 if match[2] == "h" else 1)
    return timedelta(minutes=minutes)


def _clock(value: object) -> object:
    match = _CLOCK.fullmatch(str(value))
    if not match:
        raise ValueError('is no time of day: write "09:30" or "16:00"')
    return time(int(match[1]), int(match[2]))


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Clock = Annotated[time, BeforeValidator(_clock)]


class CalendarFile(FileModel):
    """``{days: -8, time: "10:00"}``: a wall clock, days from the anchor's day."""

    days: int
    time: Clock
    anchor: Anchor = Field(Anchor.VISIT, alias="from")

    def made(self) -> OnDay:
        """As the planner reads it."""
        return OnDay(self.anchor, self.days, self.time)


class ElapsedFile(RootModel[dict[Anchor, Duration]]):
    """``{visit: -90m}``: a length of time from an instant."""

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if len(self.root) != 1:
            raise ValueError("needs exactly one of booking, move, visit, visit_end")
        return self

    def made(self) -> After:
        """As the planner reads it."""
        [(anchor, delta)] = self.root.items()
        return After(anchor, delta)


class FallbackFile(FileModel):
    """Days after the anchor, used while the number of months is unknown."""

    days: int


class MonthsFile(FileModel):
    """``{months_from: interval_months, minus_days: 14, ...}``: as many months on as a fact says."""

    months_from: str
    time: Clock
    otherwise: FallbackFile
    minus_days: int = 0
    anchor: Anchor = Field(Anchor.VISIT, alias="from")

    def made(self) -> MonthsAfter:
        """As the planner reads it."""
        fallback = OnDay(self.anchor, self.otherwise.days, self.time)
        return MonthsAfter(self.anchor, self.months_from, self.minus_days, self.time, fallback)


def _sort_of_time(value: Any) -> str:
    if isinstance(value, dict) and "months_from" in value:
        return "months"
    return "calendar" if isinstance(value, dict) and "days" in value else "elapsed"


WhenFile = Annotated[
    Annotated[CalendarFile, Tag("calendar")]
    | Annotated[ElapsedFile, Tag("elapsed")]
    | Annotated[MonthsFile, Tag("months")],
    Discriminator(_sort_of_time),
]
