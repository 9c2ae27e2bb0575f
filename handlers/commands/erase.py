"""``erase``: one patient's name, number and words taken out for good."""

from typing import TYPE_CHECKING

import click

from handlers.commands.asking import Wrong
from handlers.commands.whom import patient_called

if TYPE_CHECKING:
    from handlers.commands.context import Needs
    from store.erasing import Erased

ACTOR = "command line"


@click.command()
@click.argument("who", metavar="ID")
@click.option("--yes", is_flag=True, help="Really erase; without it only what would be done is said.")
@click.pass_obj
def erase(needs: "Needs", who: str, yes: bool) -> None:
    """Erase one patient: her name, her mobile, the words of every text. It cannot be undone.

    What was done and when stays, about nobody. All that is planned for her is cancelled. If she
    opted out, the bare number stays opted out, so that she is never texted again. On a phone that
    a family shares only her part goes. Refused while a text to her is on its way or an urgent ticket
    about her is open.

    Not in reach: earlier back-ups, and what the carrier keeps. `export` first if she wants a copy;
    take her out of the booking system first, or it may enrol her anew.

    \b
    python bot.py erase 7b0c2f3e-9d1a-4c55-8a53-3f0e6f1d2c44 --yes
    """
    from handlers.commands.rehearsal import Rehearsal
    from store import erasing

    database = needs.database if yes else Rehearsal(needs.database)
    try:
        with database.writing() as session:
            patient_id = (patient := patient_called(session, who)).id
            done = erasing.erase(session, patient, ACTOR, needs.clock())
    except erasing.NotNow as error:
        raise Wrong(f"not now: {error}") from None
    _say(patient_id, done, yes=yes)
    if yes and not erasing.scrub(needs.database):
        click.echo(
            "The database was busy: the disk may still have her words until `erase` or SQLite's VACUUM runs."
        )


def _say(patient_id: str, done: "Erased", *, yes: bool) -> None:
    click.echo(f"Patient {patient_id} {'is' if yes else 'would be'} erased:")
    click.echo(f"  words of {done.texts_out} text(s) to her and {done.texts_in} from her")
    click.echo(f"  {done.cancelled} planned text(s) cancelled")
    if done.opted_out:
        click.echo("  her number stays opted out: it is never texted again")
    if done.left:
        click.echo(f"  {done.left} text(s) from the shared phone stay: nobody can tell who wrote them")
    if not yes:
        click.echo("Nothing is done yet. To do it, add --yes")
