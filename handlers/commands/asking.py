"""What commands are given on the command line: times, facts, and errors that name the option."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from scheduler.booking import BadField
    from store.clinic import ClinicFile, LocationFile

RIGHT_TIME = "2026-12-11T14:00-05:00"


class Wrong(click.ClickException):
    """What was asked for cannot be done: one line saying what is wrong and what to do. Exit code 2."""

    exit_code = 2


def moment(option: str, raw: str, zone: ZoneInfo | None = None) -> datetime:
    """The instant that ``raw`` names. A naive time is read in ``zone``; without one it is refused.

    Raises Wrong naming the option; also for a time that the clocks skip in spring.
    """
    from scheduler.booking import in_reach, on_the_wall

    try:
        at = datetime.fromisoformat(raw.strip())
    except ValueError:
        raise Wrong(f"{option} is not a time: {raw!r}; write it like {RIGHT_TIME}") from None
    if at.tzinfo is None and zone is None:
        raise Wrong(f"{option} needs a time zone: write {raw.strip()}-05:00 for example, not {raw.strip()}")
    try:
        return in_reach(at) if at.tzinfo else on_the_wall(at, zone)
    except ValueError as error:
        raise Wrong(f"{option} {error}") from None


def pairs(option: str, given: Iterable[str]) -> dict[str, str]:
    """``name=value`` pairs as a mapping. Raises Wrong naming the option."""
    facts: dict[str, str] = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not (sign and name.strip() and value.strip()):
            raise Wrong(f"{option} {pair!r} is not a fact: write name=value, such as kit_given=yes")
        if facts.setdefault(name.strip(), value.strip()) != value.strip():
            raise Wrong(f"{option} {name.strip()} is given twice, with two values: leave one")
    return facts


def zone_called(option: str, name: str) -> ZoneInfo:
    """The zone of that name. Raises Wrong naming the option."""
    from store.clinic import zone_name

    try:
        return ZoneInfo(zone_name(name))
    except ValueError as error:
        raise Wrong(f"{option} {error}") from None


def location_called(clinic: "ClinicFile", key: str | None) -> tuple[str, "LocationFile"]:
    """The location asked for, or the only one. Raises Wrong."""
    key = key or (next(iter(clinic.locations)) if len(clinic.locations) == 1 else "")
    if key not in clinic.locations:
        known = ", ".join(clinic.locations)
        raise Wrong(f"--location is not a location of the clinic file; choose one of: {known}")
    return key, clinic.locations[key]


def by_option(error: "BadField", options: Mapping[str, str]) -> Wrong:
    """The same complaint, naming the options instead of the fields of a request."""
    said = [f"{_option_of(field, options)} {problem}" for field, problem in error.problems.items()]
    return Wrong("; ".join(said))


def _option_of(field: str, options: Mapping[str, str]) -> str:
    if field.startswith("facts."):
        return f"--fact {field.removeprefix('facts.')}"
    return options.get(field, field)
