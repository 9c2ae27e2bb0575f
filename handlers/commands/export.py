"""``export``: all that we hold about one patient, as JSON."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.commands.asking import Wrong
from handlers.commands.whom import patient_called

if TYPE_CHECKING:
    from handlers.commands.context import Needs

ACTOR = "command line"


@click.command()
@click.argument("who", metavar="MOBILE_OR_ID")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this new file instead of the screen.")
@click.pass_obj
def export(needs: "Needs", who: str, out: Path | None) -> None:
    """Print all that is held about one patient, as JSON: what she may ask for by law.

    Herself, what is known of her, what she agreed to, her visits, every text both ways, tickets, who
    did what. Times are UTC. On a phone that a family shares, only what is surely hers; how many
    texts nobody can tell apart stands at the end. That it was exported is in the audit log.

    \b
    python bot.py export 781-555-0121 --out anna.json
    """
    from store.audit import note
    from store.exporting import everything_about
    from store.record import Record

    now = needs.clock()
    with needs.database.writing() as session:
        patient = patient_called(session, who)
        document = everything_about(Record(session, patient), now)
        note(session, ACTOR, "patient exported", ("patient", patient.id), now)
    said = json.dumps(document, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(said)
        return
    _write(out, said)
    click.echo(f"Written to {out}, which only you can read: {len(said.encode()) / 1000:.0f} kB")


def _write(out: Path, said: str) -> None:
    """A new file that only this user can read. Raises Wrong."""
    try:
        handle = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise Wrong(f"--out {out} is there already: choose another name") from None
    except OSError as error:
        raise Wrong(f"--out {out} cannot be written ({error.strerror})") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(said + "\n")
