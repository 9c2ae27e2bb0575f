"""The inbox's list: conversations of a location, and the last words of each. A fixed number of questions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from store.search import FEWEST_DIGITS
from store.tables import Conversation, InboxText, OutboxText, Patient, Standing

#: So many of the latest texts are looked through for words; all that was ever written would take too long.
LOOKED_THROUGH = 20_000
#: A search that finds more phones than this is not narrow enough to be of use.
MOST_FOUND = 400
#: What answers her: the program's replies, a person's words.
ANSWERS = ("reply", "staff")
#: More unread ones than this are "99+".
MOST_COUNTED = 100


class View(StrEnum):
    """Which conversations are looked at."""

    OPEN = "open"
    UNREAD = "unread"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class LastWords(NamedTuple):
    """What she said last, and what was answered last, by the program or a person; no planned text counts."""

    came: InboxText | None
    went: OutboxText | None

    @property
    def answered(self) -> bool:
        """Whether ours are the later words."""
        return self.went is not None and (self.came is None or _left(self.went) >= self.came.received_at)


def _left(text: OutboxText) -> datetime:
    return text.handed_at or text.due_at


@dataclass(frozen=True)
class Wanted:
    """Of which place, in which view, for whom; ``words``: searched for, in every view."""

    location_id: str
    view: View
    me: str
    now: datetime
    words: str = ""


def conversations_page(session: Session, wanted: Wanted, offset: int, limit: int) -> Sequence[Conversation]:
    """Unread first, then who waits for a person, then by time; snoozed ones by the end of the snooze."""
    found = select(Conversation).where(Conversation.location_id == wanted.location_id)
    found = _searched(session, found, wanted) if wanted.words else found.where(*_in_view(wanted))
    if wanted.view is View.SNOOZED and not wanted.words:
        found = found.order_by(Conversation.snoozed_until, Conversation.id)
    else:
        found = found.order_by(
            Conversation.standing.desc(), Conversation.talked_at.desc(), Conversation.id.desc()
        )
    return session.scalars(found.offset(offset).limit(limit)).all()


def _in_view(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    is_open = Conversation.standing >= int(Standing.OPEN)
    in_view = or_(Conversation.snoozed_until.is_(None), Conversation.snoozed_until <= wanted.now)
    return {
        View.OPEN: (is_open, in_view),
        View.UNREAD: (Conversation.standing == int(Standing.UNREAD), in_view),
        View.MINE: (Conversation.assigned_to == wanted.me, is_open, in_view),
        View.UNASSIGNED: (is_open, Conversation.assigned_to.is_(None), in_view),
        View.SNOOZED: (Conversation.snoozed_until > wanted.now,),
        View.RESOLVED: (Conversation.standing == int(Standing.RESOLVED),),
    }[wanted.view]


def _searched(session: Session, found: Select[Conversation], wanted: Wanted) -> Select[Conversation]:
    """By name, by number, by what she wrote."""
    mobiles = {*_by_name(session, wanted), *_by_words(session, wanted)}
    digits = re.sub(r"\D", "", wanted.words)
    is_number = re.fullmatch(r"[\d\s().+-]+", wanted.words) is not None
    ways: list[ColumnElement[bool]] = [Conversation.mobile.in_(mobiles)]
    if is_number and len(digits) >= FEWEST_DIGITS:
        ways.append(Conversation.mobile.contains(digits))
    return found.where(or_(*ways), Conversation.standing >= int(Standing.RESOLVED))


def _by_name(session: Session, wanted: Wanted) -> Sequence[str]:
    named = select(Patient.mobile).where(
        Patient.location_id == wanted.location_id, Patient.name.icontains(wanted.words, autoescape=True)
    )
    return session.scalars(named.limit(MOST_FOUND)).all()


def _by_words(session: Session, wanted: Wanted) -> Sequence[str]:
    latest = (
        select(InboxText.mobile, InboxText.body)
        .where(InboxText.location_id == wanted.location_id)
        .order_by(InboxText.received_at.desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    said = select(latest.c.mobile).where(latest.c.body.icontains(wanted.words, autoescape=True))
    return session.scalars(said.distinct().limit(MOST_FOUND)).all()


def count_unread(session: Session, location_id: str, now: datetime) -> int:
    """How many stand unread in view; :data:`MOST_COUNTED` when there are more."""
    wanted = Wanted(location_id, View.UNREAD, "", now)
    some = select(Conversation.id).where(Conversation.location_id == location_id, *_in_view(wanted))
    return session.scalar(select(func.count()).select_from(some.limit(MOST_COUNTED).subquery())) or 0


def last_words(session: Session, talks: Sequence[Conversation]) -> dict[str, LastWords]:
    """What was said last in each, by conversation; what only waits to leave was not said."""
    came = (
        select(InboxText.id)
        .where(InboxText.mobile == Conversation.mobile, InboxText.location_id == Conversation.location_id)
        .order_by(InboxText.received_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    went = (
        select(OutboxText.id)
        .where(
            OutboxText.mobile == Conversation.mobile,
            OutboxText.location_id == Conversation.location_id,
            OutboxText.handed_at.is_not(None),
            OutboxText.purpose.in_(ANSWERS),
        )
        .order_by(OutboxText.handed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    asked = select(Conversation.id, came, went).where(Conversation.id.in_([talk.id for talk in talks]))
    rows = session.execute(asked).all()
    hers = {one.id: one for one in _by_id(session, InboxText, [row[1] for row in rows])}
    ours = {one.id: one for one in _by_id(session, OutboxText, [row[2] for row in rows])}
    return {talk: LastWords(hers.get(one), ours.get(other)) for talk, one, other in rows}


_Text = TypeVar("_Text", InboxText, OutboxText)


def _by_id(session: Session, table: type[_Text], ids: Sequence[str | None]) -> Sequence[_Text]:
    return session.scalars(select(table).where(table.id.in_([one for one in ids if one]))).all()
