"""One row of a front desk's file, turned into the one request that everybody makes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.booking import RIGHT_TIME, BadField, external_id_for, in_reach, on_the_wall, only_protocol

#: Every column there is, beside one for each fact, and what it holds.
COLUMNS = {
    "name": "her name",
    "mobile": "her mobile, in any shape",
    "language": "en, es or pt; en when empty",
    "timezone": "where she lives, if not in the clinic's zone",
    "visit": f"when the visit starts, with its time zone: {RIGHT_TIME}",
    "visit_local": "or, on the location's clock: 2026-12-11 14:00",
    "external_id": "the visit's id in your booking system",
    "area": "the area treated",
    "location": "which location, when the clinic has several",
    "protocol": "which protocol, when there are several",
    "consent_care": "yes or no: did she agree to care texts? Empty: not asked",
    "consent_marketing": "yes or no: and to invitations?",
    "consent_method": "how she agreed, such as intake form",
}
#: Columns of our own list of refused rows; such a list, corrected, may be sent as it is.
OURS = ("row", "reason")
#: Which column holds which field of the request.
_FIELDS = {
    "patient.name": "name",
    "patient.mobile": "mobile",
    "patient.language": "language",
    "patient.timezone": "timezone",
    "appointment.starts_at": "visit",
    "appointment.external_id": "external_id",
    "appointment.area": "area",
    "consent.method": "consent_method",
}
_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0", ""}


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (the header is line 1), and its cells by column.

    ``problem``: why its cells cannot be trusted, if they cannot.
    """

    line: int
    cells: Mapping[str, str]
    problem: str | None = None


@dataclass(frozen=True)
class Clinic:
    """What a row is read against: the time zone of each location, the protocols, the facts they ask about.

    ``location``: where a row belongs that does not say.
    """

    zones: Mapping[str, str]
    protocols: Collection[str]
    facts: Collection[str]
    location: str | None = None


def request_of(row: Row, clinic: Clinic) -> dict[str, Any]:
    """The request that the API would have been sent. Raises BadField naming each column that is wrong."""
    if row.problem:
        raise BadField({"the row": row.problem})
    cells = {name: value for name, value in row.cells.items() if value}
    location = _location(cells, clinic)
    starts_at, consent = _starts_at(cells, ZoneInfo(clinic.zones[location])), _consent(cells)
    mobile, name = cells.get("mobile", ""), cells.get("name", "")
    return {
        "patient": {
            "name": name,
            "mobile": mobile,
            "language": cells.get("language", "en").lower(),
            "timezone": cells.get("timezone"),
        },
        "appointment": {
            "external_id": cells.get("external_id") or external_id_for(location, mobile, name, starts_at),
            "starts_at": starts_at,
            "area": cells.get("area"),
        },
        "protocol": cells.get("protocol") or only_protocol(dict.fromkeys(clinic.protocols)),
        "location": location,
        "facts": {
            fact: cells[fact].lower() for fact in clinic.facts if fact in cells and fact not in COLUMNS
        },
        "consent": consent,
    }


def _location(cells: Mapping[str, str], clinic: Clinic) -> str:
    only = next(iter(clinic.zones)) if len(clinic.zones) == 1 else ""
    key = cells.get("location") or clinic.location or only
    if key not in clinic.zones:
        known = ", ".join(clinic.zones)
        raise BadField({"location": f"is not a location of the clinic; choose one of: {known}"})
    return key


def _starts_at(cells: Mapping[str, str], zone: ZoneInfo) -> datetime:
    given = [column for column in ("visit", "visit_local") if column in cells]
    if len(given) != 1:
        raise BadField({"visit": "and visit_local are both filled: leave one" if given else "is missing"})
    [column] = given
    right = RIGHT_TIME if column == "visit" else "2026-12-11 14:00"
    try:
        at = datetime.fromisoformat(cells[column])
    except ValueError:
        raise BadField({column: f"is not a time: {cells[column]!r}; write it like {right}"}) from None
    if column == "visit" and at.tzinfo is None:
        said = f"needs a time zone, such as {RIGHT_TIME}; times on the clinic's clock go into visit_local"
        raise BadField({column: said})
    if column == "visit_local" and at.tzinfo is not None:
        raise BadField({column: "has a time zone: put it into the column visit"})
    try:
        return in_reach(at) if at.tzinfo else on_the_wall(at, zone)
    except ValueError as error:
        raise BadField({column: str(error)}) from None


def _consent(cells: Mapping[str, str]) -> dict[str, Any]:
    """What she agreed to; an empty cell is no answer: what she said before still holds."""
    care, marketing = _yes(cells, "consent_care"), _yes(cells, "consent_marketing")
    asked = "consent_care" in cells
    if (care or marketing) and "consent_method" not in cells:
        raise BadField({"consent_method": "is missing: say how she agreed, such as intake form"})
    return {
        "care": care if asked else None,
        "marketing": marketing or None,
        "method": cells.get("consent_method", "not asked"),
    }


def _yes(cells: Mapping[str, str], column: str) -> bool:
    value = cells.get(column, "").casefold()
    if value not in _YES | _NO:
        raise BadField({column: f"cannot be {cells[column]!r}; write yes or no"})
    return value in _YES


def by_column(error: BadField) -> list[tuple[str, str]]:
    """The same complaints, naming the columns instead of the fields of a request."""
    return [
        (_FIELDS.get(field, field.removeprefix("facts.")), problem)
        for field, problem in error.problems.items()
    ]
