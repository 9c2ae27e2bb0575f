"""What the page of a file tells: how far it is, how many rows of each sort, and each row with its reason."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from io import StringIO

from sqlalchemy.orm import Session

from handlers.access import works
from handlers.console.desk import names
from handlers.console.looks import Look
from scheduler.file_work import GRACE, KEPT
from scheduler.files import wanted
from scheduler.importing import Outcome
from store.files import first_text_at, leaving, rows_of, same_file, tally, text_that_left
from store.tables import ImportBatch, ImportRow, Location
from store.tables.files import AT_WORK

#: Rows on one page of the list.
A_PAGE = 50
#: Without a step for so long, somebody should look whether anything works at all.
STALLED = timedelta(seconds=30)

STATES = {
    "checking": Look("Being checked", "clock", "plain"),
    "checked": Look("Checked, not started", "eye", "amber"),
    "enrolling": Look("Enrolling", "user-plus", "teal"),
    "done": Look("Done", "circle-check", "teal"),
    "undoing": Look("Being taken back", "undo-2", "amber"),
    "undone": Look("Taken back", "undo-2", "never"),
    "dropped": Look("Put away", "circle-slash", "never"),
}
#: Before it is done, and after.
FORESEEN = {
    "new": Look("Will be enrolled", "user-plus", "teal"),
    "changes": Look("Changes something", "pencil", "amber"),
    "known": Look("Known, nothing changes", "check", "plain"),
    "duplicate": Look("Twice in the file", "circle-dashed", "plain"),
    "refused": Look("Refused", "circle-alert", "amber"),
}
DONE = {
    "new": Look("Enrolled", "user-check", "teal"),
    "changes": Look("Changed", "pencil", "teal"),
    "undone": Look("Taken back", "undo-2", "never"),
}
LEFT_ALONE = Look("Left alone", "minus", "plain")


def seen(db: Session, batch: ImportBatch, now: datetime, show: str, page: int) -> dict[str, object]:
    """All that the page tells."""
    foreseen, done = tally(db, batch.id)
    sorts = _sorts(foreseen, done)
    shown = show if show in sorts else ("refused" if sorts.get("refused") and not show else "")
    rows = _rows(db, batch, shown, page)
    soon, today = leaving(db, batch.id, wanted(with_changes=False))
    over = batch.state in ("done", "undoing", "undone")
    location = db.get_one(Location, batch.location_id)
    return {
        "batch": batch,
        "zone": location.timezone,
        "names": names(db),
        "busy": batch.state in AT_WORK,
        "stalled": batch.state in AT_WORK and now - batch.updated_at > STALLED,
        "progress": _progress(batch, foreseen, done),
        "sorts": {sort: (number, look_of(sort, over)) for sort, number in sorts.items()},
        "new": foreseen["new"],
        "changes": foreseen["changes"],
        "enrolled": done["new"],
        "soon": soon,
        "limit": works().limits.per_hour,
        "today": today,
        "grace": round(GRACE.total_seconds() / 60),
        "kept": KEPT.days,
        "shown": shown,
        "page": page,
        "rows": rows[:A_PAGE],
        "more": len(rows) > A_PAGE,
        "look_of": lambda row: look_of(row.outcome or row.foreseen, over, applied=bool(row.outcome)),
        "twin": same_file(db, batch),
        "states": STATES,
        **_undoing(db, batch),
    }


def _sorts(foreseen: Counter[str], done: Counter[str]) -> dict[str, int]:
    """How many rows of each sort: what became of a row counts, else what will."""
    order = [sort.value for sort in Outcome]
    became = Counter(foreseen)
    if done["undone"]:
        became["new"] -= done["undone"]
        became["undone"] = done["undone"]
    late = done["refused"] + done["known"]  # between the check and the press somebody else was there
    became["new"] -= late
    became["refused"] += done["refused"]
    became["known"] += done["known"]
    return {sort: became[sort] for sort in order if became[sort] > 0}


def look_of(sort: str | None, over: bool, *, applied: bool = True) -> Look:
    """How a row is shown; one that was foreseen and not done, once all is over, was left alone."""
    if over and sort in DONE:
        return DONE[sort] if applied else LEFT_ALONE
    return FORESEEN.get(sort or "", STATES["checking"])


def _rows(db: Session, batch: ImportBatch, shown: str, page: int) -> Sequence[ImportRow]:
    if batch.state in AT_WORK:
        return ()
    return rows_of(db, batch.id, shown or None, (max(page, 1) - 1) * A_PAGE, A_PAGE + 1)


def _progress(batch: ImportBatch, foreseen: Counter[str], done: Counter[str]) -> tuple[int, int]:
    """How many rows are behind us, of how many."""
    if batch.state == "checking":
        return batch.rows - foreseen[""], batch.rows
    if batch.state == "undoing":
        return done["undone"], done["undone"] + done["new"]
    sorts = wanted(batch.with_changes)
    worked = sum(number for outcome, number in done.items() if outcome)
    return worked, max(sum(foreseen[sort] for sort in sorts), worked)


def _undoing(db: Session, batch: ImportBatch) -> dict[str, object]:
    """Whether it can still be taken back, and until when."""
    if batch.state != "done":
        return {"left": False, "first_at": None}
    return {"left": text_that_left(db, batch.id), "first_at": first_text_at(db, batch.id)}


def refused_csv(rows: Iterable[ImportRow]) -> str:
    """The rows as they came, with their line and the reason; nothing in it is run by a spreadsheet."""
    kept = [row for row in rows if row.cells]
    columns = list(dict.fromkeys(name for row in kept for name in row.cells))
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*columns, "row", "reason"])
    for row in kept:
        reason = "; ".join(f"{column} {words}".strip() for column, words in row.said)
        cells = [str(row.cells.get(name, "")) for name in columns]
        writer.writerow([_harmless(cell) for cell in (*cells, str(row.line), reason)])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet runs what begins like a formula: behind an apostrophe it is text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
