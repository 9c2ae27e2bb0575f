"""A front desk's CSV file, row by row: columns checked once, each row turned into one request."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers.commands.asking import RIGHT_TIME, Wrong, location_called, on_the_wall
from handlers.commands.enrol import external_id_for, only_protocol
from scheduler.booking import BadField, in_reach
from store.clinic import ClinicFile

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
    "consent_care": "yes or no: did she agree to care texts?",
    "consent_marketing": "yes or no: and to invitations?",
    "consent_method": "how she agreed, such as intake form",
}
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


def read_rows(path: Path, facts: Collection[str]) -> list[Row]:
    """The rows of the file; empty ones are left out. Raises Wrong when the file or its header is."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Wrong(f"{path} is not UTF-8: save it as “CSV UTF-8”") from None
    lines = text.splitlines(keepends=True)
    if not lines or not lines[0].strip():
        raise Wrong(f"{path} has no header: its first line must name the columns")
    separator = max(",;\t", key=lines[0].count)
    reader = csv.reader(lines, delimiter=separator)
    columns = _columns(path, next(reader), facts)
    return list(_rows(reader, columns))


def _columns(path: Path, header: list[str], facts: Collection[str]) -> list[str]:
    columns = [name.strip().casefold().replace(" ", "_") for name in header]
    unknown = [name for name in columns if name not in COLUMNS and name not in facts]
    if unknown:
        known = ", ".join((*COLUMNS, *facts))
        raise Wrong(f"{path}: unknown column {', '.join(map(repr, unknown))}; known are: {known}")
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise Wrong(f"{path}: column {', '.join(twice)} is there twice; leave one")
    missing = [name for name in ("name", "mobile") if name not in columns]
    if not {"visit", "visit_local"} & set(columns):
        missing.append("visit (or visit_local)")
    if missing:
        raise Wrong(f"{path}: column {', '.join(missing)} is missing")
    return columns


def _rows(reader: Any, columns: list[str]) -> Iterator[Row]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.line_num, {}, f"cannot be read: {error}")
            continue
        if any(cell.strip() for cell in cells):
            yield _row(reader.line_num, columns, cells)


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    problem = None
    if len(cells) != len(columns):
        problem = f"has {len(cells)} cells, the header {len(columns)}: is there a separator in a cell?"
    elif any(ord(character) < 32 for cell in cells for character in cell):
        problem = "has a line break or control character in a cell: is a quote not closed?"
    named = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
    return Row(line, named, problem)


def request_of(
    row: Row, clinic: ClinicFile, protocols: Mapping[str, object], facts: Collection[str]
) -> dict[str, Any]:
    """The request that the API would have been sent. Raises BadField naming each column that is wrong."""
    if row.problem:
        raise BadField({"the row": row.problem})
    cells = {name: value for name, value in row.cells.items() if value}
    location, starts_at, consent = _looked_up(cells, clinic)
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
        "protocol": cells.get("protocol") or only_protocol(protocols),
        "location": location,
        "facts": {fact: cells[fact].lower() for fact in facts if fact in cells and fact not in COLUMNS},
        "consent": consent,
    }


def _looked_up(cells: Mapping[str, str], clinic: ClinicFile) -> tuple[str, datetime, dict[str, Any]]:
    """Where, when, and what she agreed to."""
    try:
        location, place = location_called(clinic, cells.get("location"))
    except Wrong as error:
        raise BadField({"location": str(error).removeprefix("--location ")}) from None
    return location, _starts_at(cells, ZoneInfo(place.timezone)), _consent(cells)


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
    care, marketing = _yes(cells, "consent_care"), _yes(cells, "consent_marketing")
    if (care or marketing) and "consent_method" not in cells:
        raise BadField({"consent_method": "is missing: say how she agreed, such as intake form"})
    return {"care": care, "marketing": marketing or None, "method": cells.get("consent_method", "not asked")}


def _yes(cells: Mapping[str, str], column: str) -> bool:
    value = cells.get(column, "").casefold()
    if value not in _YES | _NO:
        raise BadField({column: f"cannot be {cells[column]!r}; write yes or no"})
    return value in _YES


def by_column(error: BadField) -> str:
    """The same complaint, naming the columns instead of the fields of a request."""
    said = [
        f"{_FIELDS.get(field, field.removeprefix('facts.'))} {problem}"
        for field, problem in error.problems.items()
    ]
    return "; ".join(said)
