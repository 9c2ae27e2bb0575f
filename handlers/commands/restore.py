"""``restore``: a copy put back, and nothing of it sent before the carrier was asked."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.commands.asking import Wrong

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.commands.context import Needs
    from store.doubt import Doubt

BY_HAND = "pg_restore --clean --if-exists --no-owner --single-transaction --dbname=NAME {file}"


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--force", is_flag=True, help="Replace a database that holds data; it is kept under a new name."
)
@click.option(
    "--reconcile", is_flag=True, help="Only mark what is in doubt, after pg_restore put the data back."
)
@click.pass_obj
def restore(needs: "Needs", file: Path | None, force: bool, reconcile: bool) -> None:
    """Put a copy made by `backup` back, with nothing running.

    What fell due since the copy was made may have left already. None of it is sent before the
    carrier was asked: what its list has is marked sent, what it proves absent is sent if it is
    still of use, and where it cannot say for an hour a person gets a ticket.

    On PostgreSQL, stop everything, run pg_restore yourself, then `restore --reconcile`, and only
    then start again.

    \b
    python bot.py restore /backups/afterglow-2026-12-08.db --force
    pg_restore --clean --if-exists --no-owner --dbname=afterglow FILE && python bot.py restore --reconcile
    """
    from store.database import BadDatabase
    from store.sqlite_file import BadCopy

    if reconcile == (file is not None):
        raise Wrong("name the FILE to put back, or give --reconcile after pg_restore: one of the two")
    now = needs.clock()
    try:
        doubt = _put_back(needs, file, now, force=force) if file else _reconcile(needs, now)
    except (BadCopy, BadDatabase) as error:
        raise Wrong(str(error)) from None
    _say(doubt)


def _put_back(needs: "Needs", file: Path, now: "datetime", *, force: bool) -> "Doubt":
    from store.database import Database
    from store.restore import restore as put_back

    database = Database(needs.settings.database_url)
    if not database.is_sqlite:
        by_hand = BY_HAND.format(file=file)
        raise Wrong(
            f"PostgreSQL is put back by its own tool: {by_hand}; then: python bot.py restore --reconcile"
        )
    restored = put_back(database, file, now, force=force)
    click.echo(f"{file} is back in its place.")
    if restored.aside:
        click.echo(f"What stood there is kept as {restored.aside}")
    return restored.doubt


def _reconcile(needs: "Needs", now: "datetime") -> "Doubt":
    from store.restore import doubt_restored

    return doubt_restored(needs.database, now)


def _say(doubt: "Doubt") -> None:
    until = f"{doubt.newest:%Y-%m-%d %H:%M} UTC" if doubt.newest else "nothing"
    click.echo(
        f"The newest thing in it: {until}. What was booked, answered or agreed after that is not in it."
    )
    click.echo(
        f"{doubt.texts} text(s) may have left since: the carrier is asked about each once Afterglow runs."
    )
    if doubt.unread:
        click.echo(f"{doubt.unread} text(s) from patients were unread in it: each is an urgent ticket now.")
    click.echo("Enter what changed since (bookings, opt-outs) before you start the worker.")
