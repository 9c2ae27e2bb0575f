"""The clinic file: name, locations, hours, phones. Read once at the start, copied into ``locations``."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from care.hours import Hours
from store.mobile import e164
from store.tables import Location

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def zone_name(value: str) -> str:
    """A zone of the IANA database, such as America/New_York. Raises ValueError."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone; write one such as America/New_York") from None
    return value


def _weekday(value: str) -> str:
    if value not in WEEKDAYS:
        raise ValueError(f"{value!r} is not a weekday; write {', '.join(WEEKDAYS)}")
    return value


def _plain(value: str) -> str:
    if not value.strip() or any(char in "{}" or not char.isprintable() for char in value):
        raise ValueError("is said in texts: write it on one line, without { or }")
    return value


def _in_order(span: tuple[time, time]) -> tuple[time, time]:
    if span[0] >= span[1]:
        raise ValueError("closes before it opens: write the opening time first")
    return span


Language = Literal["en", "es", "pt"]  #: those that our wordings are written in
Plain = Annotated[str, AfterValidator(_plain)]
Span = Annotated[tuple[time, time], AfterValidator(_in_order)]
Phone = Annotated[str, AfterValidator(e164)]
Zone = Annotated[str, AfterValidator(zone_name)]
Weekday = Annotated[str, AfterValidator(_weekday)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LocationFile(_Strict):
    """One location as the clinic file has it."""

    name: Plain
    number: Phone
    timezone: Zone
    address: Plain
    office_phone: Phone
    on_call: tuple[Phone, ...] = Field(min_length=1)
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    hours: dict[Weekday, Span]


class ClinicFile(_Strict):
    """The whole clinic file."""

    name: Plain = Field(min_length=2, max_length=24)
    locations: dict[str, LocationFile] = Field(min_length=1)


class BadClinicFile(Exception):
    """The clinic file cannot be used; ``problems`` is the whole list of what is wrong."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.problems = [f"{path}: {problem}" for problem in problems]
        super().__init__("\n".join(self.problems))


def load_clinic(path: Path) -> ClinicFile:
    """Read the clinic file. Raises BadClinicFile with every problem at once."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadClinicFile(path, [f"cannot be read ({error.strerror}); set CLINIC_FILE"]) from None
    except UnicodeDecodeError:
        raise BadClinicFile(path, ["is not UTF-8: save it as UTF-8"]) from None
    except yaml.YAMLError as error:
        raise BadClinicFile(path, [f"is not YAML: {error}"]) from None
    try:
        clinic = ClinicFile.model_validate(raw)
    except ValidationError as error:
        raise BadClinicFile(path, [_say(problem) for problem in error.errors()]) from None
    if loops := list(_loops(clinic)):
        raise BadClinicFile(path, loops)
    return clinic


def _loops(clinic: ClinicFile) -> Iterator[str]:
    """Numbers that would call or page themselves."""
    own = {place.number for place in clinic.locations.values()}
    for name, place in clinic.locations.items():
        if place.office_phone in own:
            yield f"locations.{name}.office_phone: is the clinic's own number; a call would ring itself"
        if own & set(place.on_call):
            yield f"locations.{name}.on_call: is the clinic's own number; a page would reach nobody"


def _say(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"]) or "the file"
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"


def store_locations(session: Session, clinic: ClinicFile) -> None:
    """Bring the ``locations`` table up to date with the clinic file."""
    for key in clinic.locations:
        session.merge(location_row(clinic, key))


def location_row(clinic: ClinicFile, key: str) -> Location:
    """One location of the clinic file as a row, not stored."""
    place = clinic.locations[key]
    return Location(
        id=key,
        clinic=clinic.name,
        name=place.name,
        number=place.number,
        timezone=place.timezone,
        address=place.address,
        office_phone=place.office_phone,
        on_call=list(place.on_call),
        languages=list(place.languages),
        hours={day: [f"{at:%H:%M}" for at in span] for day, span in place.hours.items()},
    )


def hours_of(location: Location) -> Hours:
    """A location's office hours, in its zone."""
    week = {
        WEEKDAYS.index(day): (time.fromisoformat(opens), time.fromisoformat(closes))
        for day, (opens, closes) in location.hours.items()
    }
    return Hours(week, ZoneInfo(location.timezone))


def hours_in(place: LocationFile) -> Hours:
    """The office hours of a location as the clinic file has it."""
    week = {WEEKDAYS.index(day): span for day, span in place.hours.items()}
    return Hours(week, ZoneInfo(place.timezone))
