"""Accounts, changed on the page: each change with its line in the audit log."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from scheduler.booking import BadField
from scheduler.works import Works
from store.accounts import (
    BadAccount,
    NewStaff,
    check_password,
    create_staff,
    disable_staff,
    enable_staff,
    set_password,
    set_role,
)
from store.audit import note
from store.tables import Staff


def add(works: Works, new: NewStaff, actor: str) -> None:
    """Somebody new may sign in. Raises BadField."""
    _change(works, "account added", actor, lambda session: create_staff(session, new, works.clock()))


def close(works: Works, username: str, actor: str) -> None:
    """Nobody signs in with it any more; what it did stays in the records. Raises BadField."""
    _change(works, "account closed", actor, lambda session: disable_staff(session, username))


def reopen(works: Works, username: str, actor: str) -> None:
    """A closed account opens again, with the password it had. Raises BadField."""
    _change(works, "account opened again", actor, lambda session: enable_staff(session, username))


def give_role(works: Works, username: str, role: str, actor: str) -> None:
    """What somebody may do. Raises BadField."""
    _change(works, f"role set to {role}", actor, lambda session: set_role(session, username, role))


def give_password(works: Works, username: str, password: str, actor: str) -> None:
    """A new password; whoever is signed in with the old one is signed out. Raises BadField."""
    _change(works, "password set", actor, lambda session: set_password(session, username, password))


def change_own_password(works: Works, username: str, old: str, new: str) -> None:
    """A new password for oneself, by whoever knows the old one. Raises BadField."""

    def change(session: Session) -> Staff:
        if check_password(session, username, old) is None:
            raise BadAccount("That is not your password now")
        return set_password(session, username, new)

    _change(works, "own password set", username, change)


def _change(works: Works, action: str, actor: str, change: Callable[[Session], Staff]) -> None:
    try:
        with works.database.writing() as session:
            staff = change(session)
            session.flush()
            note(session, actor, action, ("staff", staff.id), works.clock())
    except BadAccount as error:
        raise BadField({"account": str(error)}) from None
