"""The numbers as a file for a spreadsheet: one line for each single number."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from carriers.errors import explain
from handlers.console import words
from scheduler.figures import NOT_ARRIVED, TAKEN
from store.counting import Figure, Tally

COLUMNS = ("day", "location", "figure", "name", "outcome", "cause", "in words", "number", "parts")
MORE = ("estimated dollars", "minutes")
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[tuple[str, date, Tally]], names: Mapping[str, str], price: Decimal) -> str:
    """The file. ``price``: dollars for one part."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, *MORE))
    for place, day, one in rows:
        texts = (names.get(place, place), one.figure, one.name, one.outcome, one.cause, _in_words(one))
        cost = f"{price * one.parts:.4f}" if one.outcome in TAKEN else ""
        minutes = " ".join(str(each) for each in sorted(one.minutes))
        writer.writerow((day.isoformat(), *map(safe, texts), one.number, one.parts, cost, minutes))
    return out.getvalue()


def safe(cell: str) -> str:
    """A text that no spreadsheet runs: what looks like a formula is led by an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _in_words(one: Tally) -> str:
    if one.figure == Figure.TEXT and one.outcome in NOT_ARRIVED:
        return why_not(one.outcome, one.cause)
    return words.title(one.name) if one.name else ""


def why_not(outcome: str, code: str) -> str:
    """Why a text did not arrive, in one sentence for staff."""
    if outcome == "expired":
        return "It could not leave in time to be of use"
    if outcome == "failed" and not code:
        return "The text could not be filled in"
    return explain(code)
