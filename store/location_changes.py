"""What staff change about a location on the settings page: checked as the clinic file is, kept beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from store.clinic import CHANGEABLE, LocationFile
from store.tables import Location

#: What the clinic file has, and with it the page, beside what staff may change.
_FIXED = ("name", "number", "timezone", "languages")


class BadLocation(ValueError):
    """The location cannot be so. ``problems`` maps the field's path to what to do about it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{field} {problem}" for field, problem in self.problems.items()))


def change(session: Session, row: Location, values: Mapping[str, Any], by: str, at: datetime) -> list[str]:
    """Set these of :data:`CHANGEABLE`; returns the names of those that differ now. Raises BadLocation."""
    checked = _checked(row, values)
    different = [name for name in values if checked[name] != getattr(row, name)]
    for name in different:
        setattr(row, name, checked[name])
    stand = {name: {"value": checked[name], "by": by, "at": at.isoformat()} for name in different}
    row.changed = {**row.changed, **stand}
    session.flush()
    return different


def take_back(session: Session, row: Location, names: list[str]) -> list[str]:
    """What the clinic file says holds again; returns the names of those that were changed before."""
    back = [name for name in names if name in row.changed]
    for name in back:
        setattr(row, name, row.filed[name])
    row.changed = {name: one for name, one in row.changed.items() if name not in back}
    session.flush()
    return back


def _checked(row: Location, values: Mapping[str, Any]) -> dict[str, Any]:
    """The whole location as it would be, as the table keeps it."""
    whole = {name: getattr(row, name) for name in (*_FIXED, *CHANGEABLE)} | dict(values)
    try:
        place = LocationFile.model_validate(whole)
    except ValidationError as error:
        raise BadLocation({_path(one["loc"]): _say(one) for one in error.errors()}) from None
    if row.number in place.on_call:
        raise BadLocation({"on_call": "is the clinic's own number: a page would reach nobody"})
    if row.number == place.office_phone:
        raise BadLocation({"office_phone": "is the clinic's own number: a call would ring itself"})
    return place.columns()


def _path(parts: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in parts)


def _say(problem: Any) -> str:
    if problem["type"] == "too_short":
        return "needs at least one"
    said: str = problem["msg"]
    return said.removeprefix("Value error, ")
