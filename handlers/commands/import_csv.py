"""``import``: enrol many patients from a CSV file, with a report on every row."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.commands.asking import Wrong

if TYPE_CHECKING:
    from handlers.commands.context import Needs
    from scheduler.booking import EnrolmentBody
    from scheduler.importing import Earlier, Verdict
    from scheduler.sheet_rows import Clinic, Row
    from scheduler.works import Works

ACTOR = "import"
CREATED, KNOWN, MOVED, REFUSED = "created", "known", "moved", "refused"


@dataclass
class Importing:
    """One run over a file. ``seen``: the visits of its rows so far, each with its row."""

    works: "Works"
    clinic: "Clinic"
    seen: "dict[str, Earlier]" = field(default_factory=dict)

    def row(self, row: "Row") -> tuple[str, str]:
        """What became of one row: one of the four words above, and what to say about it."""
        from scheduler.booking import BadField, parse_enrolment
        from scheduler.importing import Outcome
        from scheduler.sheet_rows import by_column, request_of

        try:
            body = parse_enrolment(request_of(row, self.clinic))
            external_id = body.appointment.external_id
            done = self._take(body, self.seen.get(external_id))
        except BadField as error:
            return REFUSED, "; ".join(f"{column} {problem}" for column, problem in by_column(error))
        self.seen.setdefault(external_id, (row.line, body))
        if done.moved_to:
            return MOVED, f"to {body.appointment.starts_at.isoformat()}"
        if done.outcome is Outcome.NEW:
            return CREATED, f"appointment {external_id}"
        said = "; ".join(words for _, words in done.said if done.outcome is Outcome.CHANGES)
        return KNOWN, said or "nothing new is planned"

    def _take(self, body: "EnrolmentBody", earlier: "Earlier | None") -> "Verdict":
        from scheduler.enrolling import Entry
        from scheduler.importing import take
        from store.database import retried

        @retried
        def once() -> "Verdict":
            with self.works.database.writing() as session:
                return take(session, self.works, body, earlier, Entry(ACTOR, self.works.clock()))

        done = once()
        self.works.wake()
        return done


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check every row and report; store nothing.")
@click.pass_obj
def import_csv(needs: "Needs", file: Path, dry_run: bool) -> None:
    """Enrol many patients from FILE, a CSV file with a header.

    Each row is reported: created, known, moved, or refused and why. A bad row never stops
    the others, and the same file twice changes nothing. The exit code is 1 when a row was
    refused.

    \b
    Columns, in any order; only name, mobile and one of the two visits must be there:
      name, mobile     in any shape
      visit            with its time zone: 2026-12-11T14:00-05:00
      visit_local      or on the location's clock: 2026-12-11 14:00
      language         en, es or pt; en when empty
      timezone         where she lives, if not in the clinic's zone
      external_id      the visit's id in your booking system. Without one, the same
                       visit is known again, but one at another time is another visit
      area, location, protocol
      consent_care, consent_marketing        yes or no; empty: she was not asked
      consent_method   how she agreed, such as intake form
      and one for each fact, by its name: cold_sores, antiviral_rx, kit_given, ...

    \b
    python bot.py import bookings.csv --dry-run
    """
    from scheduler.files import clinic_of

    with needs.database.reading() as session:
        clinic = clinic_of(session, needs.works)
    rows = _rows(file, clinic)
    importing = Importing(_rehearsal(needs.works) if dry_run else needs.works, clinic)
    outcomes: Counter[str] = Counter()
    with _progress(len(rows)) as (say, advance):
        for row in rows:
            outcome, said = importing.row(row)
            outcomes[outcome] += 1
            say(f"row {row.line}: {outcome}: {said}")
            advance()
    total = ", ".join(f"{outcomes[word]} {word}" for word in (CREATED, KNOWN, MOVED, REFUSED))
    click.echo(f"{'Dry run, nothing stored: ' if dry_run else ''}{total}")
    sys.exit(1 if outcomes[REFUSED] else 0)


def _rows(file: Path, clinic: "Clinic") -> "list[Row]":
    """The rows of the file. Raises Wrong when it, or its header, cannot be read."""
    from scheduler.sheet import BadSheet, read_sheet

    try:
        return read_sheet(file.read_bytes(), clinic.facts).rows
    except BadSheet as error:
        raise Wrong(f"{file}: {error}") from None


def _rehearsal(works: "Works") -> "Works":
    """The same works, but every transaction is undone at its end."""
    from dataclasses import replace

    from handlers.commands.rehearsal import Rehearsal

    return replace(works, database=Rehearsal(works.database), wake=lambda: None)


@contextmanager
def _progress(rows: int) -> Iterator[tuple[Callable[[str], None], Callable[[], None]]]:
    """How to say a line and how to move the bar; the bar is only there on a terminal."""
    if not sys.stdout.isatty():
        yield click.echo, lambda: None
        return
    from rich.progress import Progress

    with Progress(transient=True) as progress:
        task = progress.add_task("Importing", total=rows)

        def say(line: str) -> None:
            progress.console.print(line, markup=False, highlight=False)

        yield say, lambda: progress.advance(task)
