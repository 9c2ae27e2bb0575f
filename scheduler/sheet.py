"""A file of bookings as a spreadsheet writes it: bytes in, rows out, or one sentence about what is wrong."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

from scheduler.sheet_rows import COLUMNS, OURS, Row

#: The most that one file may hold; a year of a busy clinic fits.
MOST_ROWS = 5_000
MOST_BYTES = 4_000_000
_NO_SHEET = {b"PK\x03\x04": "an Excel workbook", b"\xd0\xcf\x11\xe0": "an Excel workbook", b"%PDF": "a PDF"}


class BadSheet(ValueError):
    """The file cannot be read as a whole. The message says why and what to do."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a file; empty ones are left out. ``encoding``: how its letters were read."""

    rows: list[Row]
    encoding: str


def read_sheet(raw: bytes, facts: Collection[str]) -> Sheet:
    """Read a CSV file: commas, semicolons or tabs; UTF-8, or what Excel writes. Raises BadSheet."""
    text, encoding = _decoded(raw)
    header = text.split("\n", 1)[0]
    if not header.strip():
        raise BadSheet("The file has no header: its first line must name the columns")
    separator = max(",;\t", key=header.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    columns = _columns(next(reader), facts)
    rows = []
    for row in _rows(reader, columns):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise BadSheet(f"The file has more than {MOST_ROWS:,} rows: send it in several parts")
    return Sheet(rows, encoding)


def _decoded(raw: bytes) -> tuple[str, str]:
    if len(raw) > MOST_BYTES:
        raise BadSheet(f"The file is larger than {MOST_BYTES // 1_000_000} MB: send it in several parts")
    for begins, what in _NO_SHEET.items():
        if raw.startswith(begins):
            raise BadSheet(f"This is {what}: save it as “CSV UTF-8” and send that")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(raw, "utf-16"), "UTF-16"
    if b"\0" in raw:
        raise BadSheet("This is not a text file: save it as “CSV UTF-8” and send that")
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _as(raw, "cp1252"), "Windows-1252"


def _as(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise BadSheet("The letters in this file cannot be read: save it as “CSV UTF-8”") from None


def _columns(header: list[str], facts: Collection[str]) -> list[str]:
    columns = [name.strip().casefold().replace(" ", "_") for name in header]
    unknown = [name for name in columns if name not in (*COLUMNS, *OURS, *facts)]
    if unknown:
        known = ", ".join((*COLUMNS, *facts))
        raise BadSheet(f"unknown column {', '.join(map(repr, unknown))}; known are: {known}")
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise BadSheet(f"column {', '.join(twice)} is there twice; leave one")
    missing = [name for name in ("name", "mobile") if name not in columns]
    if not {"visit", "visit_local"} & set(columns):
        missing.append("visit (or visit_local)")
    if missing:
        raise BadSheet(f"column {', '.join(missing)} is missing")
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
    named = {name: _plain(cell) for name, cell in zip(columns, cells, strict=False) if name not in OURS}
    return Row(line, named, problem)


def _plain(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell
