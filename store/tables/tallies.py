"""What was counted, day by day, so that the numbers of a year need not be counted anew at each look."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class TallyDay(Base):
    """One day on a location's own calendar, over and counted; ``again_at``: when it is counted once more."""

    __tablename__ = "tally_days"

    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime | None]  #: None: it waits to be counted
    again_at: Mapped[datetime | None] = mapped_column(index=True)  #: None: it is old, and stays as it is


class TallyRow(Base):
    """One number of one day; ``store.counting`` says what the columns hold. No patient data."""

    __tablename__ = "tallies"

    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"), primary_key=True)
    figure: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    parts: Mapped[int]
    minutes: Mapped[list[Any]]  #: of each ticket, in no order; empty for all else


class TallyMonth(Base):
    """What the counted days of one month add up to: a year is read from twelve of these."""

    __tablename__ = "tally_months"

    location_id: Mapped[str] = mapped_column(ForeignKey("locations.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  #: its first day
    figure: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    parts: Mapped[int]
