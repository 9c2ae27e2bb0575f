"""``user``: who may sign in to the staff console."""

import sys
from typing import TYPE_CHECKING

import click

from handlers.commands.asking import Wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.commands.context import Needs
    from store.tables import Staff

ACTOR = "command line"
_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of stdin."
)


@click.group()
def user() -> None:
    """Accounts of the staff console: add, list, disable, set a password.

    \b
    python bot.py user add maria --name "Maria Silva" --role front_desk
    """


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="The name that colleagues see.")
@click.option(
    "--role", type=click.Choice(["front_desk", "clinician", "admin"]), required=True, help="What she may do."
)
@_STDIN
@click.pass_obj
def add(needs: "Needs", *, username: str, name: str, role: str, password_stdin: bool) -> None:
    """Add an account; the password is asked for twice, and is not shown.

    \b
    python bot.py user add maria --name "Maria Silva" --role clinician
    """
    from store.accounts import NewStaff, create_staff

    new = NewStaff(username, name, ask_password(from_stdin=password_stdin), role)
    staff = _change(needs, "account added", lambda session: create_staff(session, new, needs.clock()))
    click.echo(f"Added {staff.username} ({staff.role})")


@user.command("list")
@click.pass_obj
def list_accounts(needs: "Needs") -> None:
    """List every account, closed ones too."""
    from store.accounts import all_staff

    with needs.database.reading() as session:
        for staff in all_staff(session):
            state = "" if staff.active else "  closed"
            click.echo(f"{staff.username:<20} {staff.role:<12} {staff.name}{state}")


@user.command()
@click.argument("username")
@click.pass_obj
def disable(needs: "Needs", username: str) -> None:
    """Close an account: nobody signs in with it any more. What it did stays in the records.

    \b
    python bot.py user disable maria
    """
    from store.accounts import disable_staff

    staff = _change(needs, "account closed", lambda session: disable_staff(session, username))
    click.echo(f"Closed {staff.username}")


@user.command()
@click.argument("username")
@_STDIN
@click.pass_obj
def password(needs: "Needs", username: str, password_stdin: bool) -> None:
    """Give an account a new password; whoever is signed in with the old one is signed out.

    \b
    python bot.py user password maria
    """
    from store.accounts import set_password

    new = ask_password(from_stdin=password_stdin)
    staff = _change(needs, "password set", lambda session: set_password(session, username, new))
    click.echo(f"New password for {staff.username}")


def ask_password(*, from_stdin: bool) -> str:
    """A password, typed twice without being shown, or the first line of stdin."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def _change(needs: "Needs", action: str, change: "Callable[..., Staff]") -> "Staff":
    """Carry out one change to an account, with its line in the audit log. Raises Wrong."""
    from store.accounts import BadAccount
    from store.audit import note

    try:
        with needs.database.writing() as session:
            staff = change(session)
            session.flush()
            note(session, ACTOR, action, ("staff", staff.id), needs.clock())
    except BadAccount as error:
        raise Wrong(str(error)) from None
    return staff
