"""The clinic file: name, locations, hours, phones. Read once at the start, copied into ``locations``."""

from datetime import time
from pathlib import Path
from typing import Annotated, Any
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


Phone = Annotated[str, AfterValidator(e164)]
Zone = Annotated[str, AfterValidator(zone_name)]
Weekday = Annotated[str, AfterValidator(_weekday)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LocationFile(_Strict):
    """One location as the clinic file has it."""

    name: str
    number: Phone
    timezone: Zone
    address: str
    office_phone: Phone
    on_call: tuple[Phone, ...] = Field(min_length=1)
    languages: tuple[str, ...] = ("en",)
    hours: dict[Weekday, tuple[time, time]]


class ClinicFile(_Strict):
    """The whole clinic file."""

    name: str = Field(min_length=2, max_length=24)
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
    except yaml.YAMLError as error:
        raise BadClinicFile(path, [f"is not YAML: {error}"]) from None
    try:
        clinic = ClinicFile.model_validate(raw)
    except ValidationError as error:
        raise BadClinicFile(path, [_say(problem) for problem in error.errors()]) from None
    if loops := [name for name, place in clinic.locations.items() if place.office_phone == place.number]:
        problem = f"locations.{loops[0]}.office_phone: is the clinic's own number; a call would ring itself"
        raise BadClinicFile(path, [problem])
    return clinic


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
