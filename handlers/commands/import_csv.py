"""``import``: enrol many patients from a CSV file, with a report on every row."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from handlers.commands.context import Needs
    from handlers.commands.rows import Row
    from scheduler.booking import EnrolmentBody
    from scheduler.works import Works

ACTOR = "import"
CREATED, KNOWN, MOVED, REFUSED = "created", "known", "moved", "refused"


@dataclass
class Importing:
    """One run over a file. ``seen``: the visits of its rows so far, each with its row."""

    needs: "Needs"
    works: "Works"
    facts: Sequence[str]
    seen: "dict[str, tuple[int, EnrolmentBody]]" = field(default_factory=dict)

    def row(self, row: "Row") -> tuple[str, str]:
        """What became of one row: one of the four words above, and what to say about it."""
        from handlers.commands.rows import by_column, request_of
        from scheduler.booking import BadField, parse_enrolment
        from scheduler.enrolling import enrol

        try:
            request = request_of(row, self.needs.clinic, self.works.catalog.protocols, self.facts)
            body = parse_enrolment(request)
            visit = body.appointment
            held = self._held(body)
            created = enrol(self.works, body, ACTOR).created
        except BadField as error:
            return REFUSED, by_column(error)
        self.seen.setdefault(visit.external_id, (row.line, body))
        if held is not None and held != visit.starts_at:
            return MOVED, f"to {visit.starts_at.isoformat()}"
        if created and held is None:
            return CREATED, f"appointment {visit.external_id}"
        return KNOWN, "nothing new is planned"

    def _held(self, body: "EnrolmentBody") -> datetime | None:
        """When the visit was known to start. Raises BadField when an earlier row says otherwise."""
        from scheduler.booking import BadField
        from store.visits import find_appointment

        external_id = body.appointment.external_id
        if external_id in self.seen:
            earlier, known = self.seen[external_id]
            if (known.patient, known.appointment) != (body.patient, body.appointment):
                said = f"is in row {earlier} too, and that row says otherwise: leave one of the two"
                raise BadField({"external_id": said})
            return known.appointment.starts_at
        with self.works.database.reading() as session:
            visit = find_appointment(session, external_id)
            return visit.starts_at if visit else None


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
      consent_care, consent_marketing        yes or no; no when empty
      consent_method   how she agreed, such as intake form
      and one for each fact, by its name: cold_sores, antiviral_rx, kit_given, ...

    \b
    python bot.py import bookings.csv --dry-run
    """
    from handlers.commands.rows import read_rows

    facts = [fact.name for p in needs.catalog.protocols.values() for fact in p.facts if not fact.derived]
    rows = read_rows(file, facts)
    importing = Importing(needs, _rehearsal(needs.works) if dry_run else needs.works, facts)
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
