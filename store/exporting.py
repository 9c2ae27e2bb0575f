"""One patient's data out: every row that is about her, whole, in plain values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import inspect

from store.record import Record
from store.tables import Base


def everything_about(record: Record, now: datetime) -> dict[str, Any]:
    """All that is held about this patient, ready for JSON: instants as ISO 8601 in UTC, rows in order."""
    location = record.patient.location
    return {
        "exported_at": now.isoformat(),
        "clinic": {"name": location.clinic, "location": location.name, "number": location.number},
        "patient": _plain(record.patient),
        "facts": _rows(record.patient.facts),
        "consent": _rows(record.consents),
        "visits": _rows(record.visits),
        "enrolments": _rows(record.enrolments),
        "texts_to_her": _rows(record.texts_out),
        "receipts": _rows(record.receipts),
        "texts_from_her": [_plain(text) | {"media": _rows(text.media)} for text in record.texts_in],
        "conversations": _rows(record.conversations),
        "tickets": _rows(record.tickets),
        "lines_of_files": _rows(record.file_lines),
        "audit": _rows(record.audit),
        "from_a_shared_phone_not_told_apart": record.not_told_apart,
    }


def _rows(rows: Iterable[Base]) -> list[dict[str, Any]]:
    return [_plain(row) for row in rows]


def _plain(row: Base) -> dict[str, Any]:
    columns = inspect(type(row)).columns.keys()
    return {name: _value(getattr(row, name)) for name in columns}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
