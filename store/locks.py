"""Taking turns: two requests about the same thing, at the same moment, one after the other."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def one_at_a_time(session: Session, *things: str) -> None:
    """Wait until no other transaction holds any of these names; hold them until this one ends.

    SQLite has one writer anyway. Names are taken in order, so that two never wait for each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        for thing in sorted(things):
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(thing))))
