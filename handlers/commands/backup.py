"""``backup``: a copy of everything, while everything runs."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.commands.asking import Wrong

if TYPE_CHECKING:
    from handlers.commands.context import Needs


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE when it is there already.")
@click.pass_obj
def backup(needs: "Needs", file: Path, force: bool) -> None:
    """Copy the whole database to FILE, while everything runs.

    The copy is the state of one moment. It appears under its name only when it is whole, and only
    this user can read it: it holds patients' names and texts, so keep it where the law asks.
    SQLite: one file. PostgreSQL: an archive for pg_restore, made by pg_dump.
    Put it back with `restore`. Afterglow's settings, clinic.yaml and your protocols are not in it.

    \b
    python bot.py backup /backups/afterglow-$(date +%F).db
    """
    from store.backup import back_up
    from store.database import BadDatabase, Database
    from store.sqlite_file import BadCopy

    began = time.monotonic()
    try:
        database = Database(needs.settings.database_url)  # as it is: before an upgrade, nothing is migrated
        holds = back_up(database, file, needs.clock(), force=force)
        database.close()
    except (BadCopy, BadDatabase) as error:
        raise Wrong(str(error)) from None
    took = time.monotonic() - began
    click.echo(f"{file}: {holds.size / 1e6:.1f} MB in {took:.1f} s")
    click.echo(f"It holds {holds.patients} patient(s), {holds.texts_in} text(s) from them, ", nl=False)
    click.echo(f"{holds.texts_out} to them and to staff, those still planned among them")
