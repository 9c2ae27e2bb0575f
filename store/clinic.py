"""The clinic file: name, locations, hours, phones. Read once at the start, copied into ``locations``."""

import re
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from care.hours import Hours
from care.protocol import Window
from store.mobile import e164
from store.senders import ensure_senders
from store.tables import Location

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
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


def _email(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is not an e-mail address")
    return value


def _in_order(span: tuple[time, time]) -> tuple[time, time]:
    if span[0] >= span[1]:
        raise ValueError("closes before it opens: write the opening time first")
    return span


def _lawful(span: tuple[time, time]) -> tuple[time, time]:
    """Within the law's hours for texts that nobody asked for (47 CFR 64.1200: 8 AM to 9 PM), and wide
    enough that every step still finds its moment."""
    if span[0] < EARLIEST or span[1] > LATEST:
        raise ValueError("is outside the law's hours: texts may leave from 08:00 to 21:00 her time")
    if span[0] > MUST_INCLUDE[0] or span[1] < MUST_INCLUDE[1]:
        raise ValueError("is too narrow: leave at least 10:00 to 18:00, or instructions would be missed")
    return span


EARLIEST, LATEST = time(8), time(21)
MUST_INCLUDE = time(10), time(18)
Language = Literal["en", "es", "pt"]  #: those that our wordings are written in
Plain = Annotated[str, AfterValidator(_plain)]
Span = Annotated[tuple[time, time], AfterValidator(_in_order)]
Phone = Annotated[str, AfterValidator(e164)]
Email = Annotated[str, AfterValidator(_email)]
Zone = Annotated[str, AfterValidator(zone_name)]
Weekday = Annotated[str, AfterValidator(_weekday)]


def _hours_minutes(span: tuple[time, time]) -> list[str]:
    return [f"{at:%H:%M}" for at in span]


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
    on_call_email: tuple[Email, ...] = ()
    office_email: tuple[Email, ...] = ()
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    hours: dict[Weekday, Span]
    send_window: Annotated[Span, AfterValidator(_lawful)] | None = None

    def columns(self) -> dict[str, Any]:
        """The same as the ``locations`` table keeps it: times as ``HH:MM``."""
        plain = self.model_dump(mode="json")
        plain["hours"] = {day: _hours_minutes(span) for day, span in self.hours.items()}
        plain["send_window"] = self.send_window and _hours_minutes(self.send_window)
        return plain


class ClinicFile(_Strict):
    """The whole clinic file."""

    name: Plain = Field(min_length=2, max_length=24)
    approval: Literal["two_people", "one_person"] = "two_people"
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
    """Bring the ``locations`` table up to date with the clinic file; each has a sender.

    What staff changed on the page stands until they take the file's back; the file's is kept beside it.
    """
    for key in clinic.locations:
        filed = _columns(clinic, key)
        row = session.get(Location, key) or Location(id=key, changed={})
        changed = {name: one["value"] for name, one in row.changed.items()}
        for name, value in (filed | changed).items():
            setattr(row, name, value)
        row.filed = {name: filed[name] for name in CHANGEABLE}
        session.add(row)
    session.flush()
    ensure_senders(session)


#: What staff may change on the settings page; the rest is the clinic file's alone, as texts already
#: planned, webhooks and translations hang on it.
CHANGEABLE = ("office_phone", "address", "on_call", "on_call_email", "office_email", "hours", "send_window")


def location_row(clinic: ClinicFile, key: str) -> Location:
    """One location of the clinic file as a row, not stored."""
    return Location(id=key, **_columns(clinic, key))


def _columns(clinic: ClinicFile, key: str) -> dict[str, Any]:
    return {"clinic": clinic.name, **clinic.locations[key].columns()}


def hours_of(location: Location) -> Hours:
    """A location's office hours, in its zone."""
    week = {
        WEEKDAYS.index(day): (time.fromisoformat(opens), time.fromisoformat(closes))
        for day, (opens, closes) in location.hours.items()
    }
    return Hours(week, ZoneInfo(location.timezone))


def sending_hours(location: Location) -> Window | None:
    """The hours in which this location lets planned texts leave, if it has its own."""
    if not location.send_window:
        return None
    opens, closes = location.send_window
    return Window(time.fromisoformat(opens), time.fromisoformat(closes))


def hours_in(place: LocationFile) -> Hours:
    """The office hours of a location as the clinic file has it."""
    week = {WEEKDAYS.index(day): span for day, span in place.hours.items()}
    return Hours(week, ZoneInfo(place.timezone))
