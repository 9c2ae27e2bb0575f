"""Accounts: who may sign in. Passwords are kept as argon2id hashes only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from store.people import staff_by_username
from store.tables import Staff

ADMIN = "admin"
ROLES = ("front_desk", "clinician", ADMIN)
#: Who may decide what patients are told. Anybody may write; nothing leaves until one of these approves.
MAY_APPROVE = frozenset({"clinician", ADMIN})
#: Length is what makes a password hard to guess (NIST SP 800-63B); nothing else is asked of it.
SHORTEST = 12
_HASHER = PasswordHasher()


class BadAccount(ValueError):
    """The account cannot be made. The message says why and what to do."""


@dataclass(frozen=True)
class NewStaff:
    """Somebody who shall be able to sign in. ``role``: one of ROLES."""

    username: str
    name: str
    password: str
    role: str


def create_staff(session: Session, new: NewStaff, now: datetime) -> Staff:
    """Add an account. Raises BadAccount; nothing is written then."""
    username = new.username.strip().lower()
    if not username or not new.name.strip():
        raise BadAccount("An account needs a user name and a name")
    if new.role not in ROLES:
        raise BadAccount(f"There is no role {new.role!r}: choose one of {', '.join(ROLES)}")
    _check_length(new.password)
    if staff_by_username(session, username) is not None:
        raise BadAccount(f"The user name {username} is taken: choose another")
    staff = Staff(
        username=username,
        name=new.name.strip(),
        password_hash=_HASHER.hash(new.password),
        role=new.role,
        created_at=now,
    )
    session.add(staff)
    session.flush()
    return staff


def check_password(session: Session, username: str, password: str) -> Staff | None:
    """The account, if the password is its own and it is active.

    An unknown name takes as long as a wrong password: the time tells nothing. A hash made
    with older parameters is renewed, so call this inside a writing transaction.
    """
    staff = staff_by_username(session, username)
    if staff is None or not staff.active:
        _matches(_nobody(), password)
        return None
    if not _matches(staff.password_hash, password):
        return None
    if _HASHER.check_needs_rehash(staff.password_hash):
        staff.password_hash = _HASHER.hash(password)
    return staff


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash that no password opens, to be as slow about strangers as about staff."""
    return _HASHER.hash("nobody has this account")


def active_staff(session: Session, staff_id: str) -> Staff | None:
    """The account of that id, unless it was closed."""
    staff = session.get(Staff, staff_id)
    return staff if staff is not None and staff.active else None


def is_active(session: Session, username: str) -> bool:
    """Whether somebody of that user name may sign in."""
    staff = staff_by_username(session, username)
    return staff is not None and staff.active


def working_staff(session: Session) -> Sequence[Staff]:
    """Everybody who may sign in, by name."""
    return session.scalars(select(Staff).where(Staff.active.is_(True)).order_by(Staff.name)).all()


def first_staff(session: Session) -> Staff | None:
    """Whoever is first among the active accounts, an admin before others."""
    admins_first = case((Staff.role == "admin", 0), else_=1)
    return session.scalar(
        select(Staff).where(Staff.active.is_(True)).order_by(admins_first, Staff.created_at).limit(1)
    )


def may_approve(session: Session, username: str) -> bool:
    """Whether this account may decide about words: its role as it is now, and still active."""
    staff = staff_by_username(session, username)
    return staff is not None and staff.active and staff.role in MAY_APPROVE


def approvers(session: Session) -> Sequence[Staff]:
    """Everybody who may decide about words, by name."""
    able = select(Staff).where(Staff.active.is_(True), Staff.role.in_(sorted(MAY_APPROVE)))
    return session.scalars(able.order_by(Staff.name)).all()


def staff_names(session: Session) -> Mapping[str, str]:
    """User name to the name people know."""
    return dict(session.execute(select(Staff.username, Staff.name)).all())


def all_staff(session: Session) -> Sequence[Staff]:
    """Every account, closed ones too, by user name."""
    return session.scalars(select(Staff).order_by(Staff.username)).all()


def set_password(session: Session, username: str, password: str) -> Staff:
    """Give an account another password; older sessions end with the old one. Raises BadAccount."""
    staff = _known(session, username)
    _check_length(password)
    staff.password_hash = _HASHER.hash(password)
    return staff


def disable_staff(session: Session, username: str) -> Staff:
    """Close an account: nobody signs in with it any more. Raises BadAccount."""
    staff = _known(session, username)
    _keep_an_admin(session, staff)
    staff.active = False
    return staff


def enable_staff(session: Session, username: str) -> Staff:
    """Open a closed account again. Raises BadAccount."""
    staff = _known(session, username)
    staff.active = True
    return staff


def set_role(session: Session, username: str, role: str) -> Staff:
    """What somebody may do, changed. Raises BadAccount."""
    staff = _known(session, username)
    if role not in ROLES:
        raise BadAccount(f"There is no role {role!r}: choose one of {', '.join(ROLES)}")
    if role != ADMIN:
        _keep_an_admin(session, staff)
    staff.role = role
    return staff


def _keep_an_admin(session: Session, staff: Staff) -> None:
    """Somebody must be left who may change settings and accounts. The admins are locked: two who close
    each other's account at once would else leave nobody."""
    admins = session.scalars(
        select(Staff).where(Staff.role == ADMIN, Staff.active.is_(True)).order_by(Staff.id).with_for_update()
    ).all()
    if [one.id for one in admins] == [staff.id]:
        raise BadAccount("This is the last admin: make somebody else one first")


def _known(session: Session, username: str) -> Staff:
    staff = staff_by_username(session, username)
    if staff is None:
        raise BadAccount(f"There is no account {username}: `user list` shows those there are")
    return staff


def _check_length(password: str) -> None:
    if len(password) < SHORTEST:
        raise BadAccount(f"The password is too short: use at least {SHORTEST} characters")
