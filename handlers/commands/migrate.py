"""``migrate``: bring the database to this version."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from handlers.commands.context import Needs


@click.command()
@click.pass_obj
def migrate(needs: "Needs") -> None:
    """Bring the database to this version's tables, and copy the clinic file into it.

    `run` and `demo` do this themselves; run it by hand before several processes start,
    and after every upgrade. Twice is once.

    \b
    DATABASE_URL=postgresql://localhost/afterglow python bot.py migrate
    """
    kind = "SQLite" if needs.database.is_sqlite else "PostgreSQL"
    click.echo(f"The {kind} database is at this version; {len(needs.clinic.locations)} location(s) known.")
