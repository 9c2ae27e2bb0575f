"""Taking due texts in hand and letting go of them: always many in one statement."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from care.delivery import RANK, Status
from store.asking import any_of
from store.outbox import LEASE, LEFT, Lane, in_state
from store.tables import Appointment, Enrolment, OutboxText, SenderRow

#: The states of a text that the carrier is not known to have.
_BEFORE_SENT = [status.value for status, rank in RANK.items() if rank < RANK[Status.SENT]]


class DueText(NamedTuple):
    """What the last look needs to know of a row of the outbox."""

    id: str
    dedupe_key: str
    location_id: str
    mobile: str
    patient_id: str | None
    enrolment_id: str | None
    lane: int
    purpose: str
    step: str | None
    anchor_at: datetime | None
    rung: int
    wording: str | None
    body: str | None
    worded_by: str | None
    expires_at: datetime
    attempts: int
    created_at: datetime


#: The texts that a sender has in hand, by id, and when it took each: the moment tells its claim from others.
Hand = Mapping[str, datetime]

_COLUMNS = [getattr(OutboxText, name) for name in DueText._fields]


def places_with_due(session: Session, lanes: Iterable[Lane], now: datetime) -> dict[Lane, list[str]]:
    """The locations that have anything due, by lane, the most pressing first; no lane without any."""
    places: dict[Lane, list[str]] = {}
    for lane, location_id in session.execute(_places(tuple(sorted(lanes))), {"now": now}):
        places.setdefault(Lane(lane), []).append(location_id)
    return dict(sorted(places.items()))


@cache
def _places(lanes: tuple[Lane, ...]) -> CompoundSelect[Any]:
    each: list[Any] = []
    for lane in lanes:
        here = *_due(lane), OutboxText.location_id == SenderRow.location_id
        due = select(OutboxText.id).where(*here).exists()
        each.append(select(literal_column(str(int(lane))), SenderRow.location_id).where(due))
    return union_all(*each)


def any_due(session: Session, now: datetime) -> bool:
    """Whether anything is due from a number that is neither stopped nor held."""
    free = select(SenderRow.location_id).where(
        SenderRow.stopped_until.is_(None), SenderRow.held_since.is_(None)
    )
    may_send = set(session.scalars(free))
    return any(may_send.intersection(places) for places in places_with_due(session, Lane, now).values())


def take_due(session: Session, location_id: str, lane: Lane, now: datetime, limit: int) -> list[DueText]:
    """Lock the texts of a location that are due in this lane, the longest due first.

    Rows that another sender has locked are skipped. So are the texts to a mobile that another text is on
    its way to: they are looked at once that one is settled, so that an opt-out it brings stops them. What
    is said to a patient in danger only waits for what was said to her about it before.
    """
    rows = session.execute(_taking(lane), {"here": location_id, "now": now, "most": limit})
    return [DueText(*row) for row in rows]


@cache
def _taking(lane: Lane) -> Select[Any]:
    due = select(*_COLUMNS).where(*_due(lane), OutboxText.location_id == bindparam("here"))
    other = aliased(OutboxText)
    on_its_way = select(other.id).where(other.mobile == OutboxText.mobile, in_state("claimed", of=other))
    if lane is Lane.SAFETY:
        on_its_way = on_its_way.where(other.lane == lane)
    due = (
        due.where(~on_its_way.exists())
        .order_by(OutboxText.due_at, OutboxText.created_at)
        .limit(bindparam("most", type_=Integer))
    )
    return due.with_for_update(skip_locked=True, of=OutboxText)


def _due(lane: Lane) -> list[ColumnElement[bool]]:
    return [in_state(Status.PLANNED), OutboxText.lane == lane, OutboxText.due_at <= bindparam("now")]


_STILL_IN_HAND = select(OutboxText.id, OutboxText.handed_at).where(
    OutboxText.id.in_(any_of("ids")),
    in_state(Status.CLAIMED),
    OutboxText.recalled_at.is_(None),
    OutboxText.claimed_until > bindparam("now"),
)


def still_in_hand(session: Session, hand: Hand, now: datetime) -> set[str]:
    """Those of these texts that this hand still holds and nobody has recalled."""
    rows = session.execute(_STILL_IN_HAND, {"ids": list(hand), "now": now})
    return {text_id for text_id, at in rows if at == hand[text_id]}


def renew(session: Session, hand: Hand, now: datetime) -> None:
    """This hand lives: what it holds is not lost, recalled or not."""
    for change in _of_hand(hand):
        session.execute(change.values(claimed_until=now + LEASE))


def put_back(session: Session, hand: Hand, now: datetime) -> None:
    """These were in this hand and never left: the last look decides again. It was no try of theirs."""
    planned = {
        "status": Status.PLANNED.value,
        "attempts": OutboxText.attempts - 1,
        "due_at": now,
        "updated_at": now,
        **dict.fromkeys(("claimed_until", "handed_at", "recalled_at")),
    }
    for change in _of_hand(hand):
        session.execute(change.values(planned))


def _of_hand(hand: Hand) -> Iterator[Update]:
    """A change of those texts that are still in this hand and in no other since, per claim."""
    claims: dict[datetime, list[str]] = {}
    for text_id, since in hand.items():
        claims.setdefault(since, []).append(text_id)
    for since, ids in claims.items():
        mine = OutboxText.id.in_(ids), in_state(Status.CLAIMED), OutboxText.handed_at == since
        yield update(OutboxText).where(*mine).execution_options(synchronize_session=False)


def mark_taken(session: Session, sids: Mapping[str, str], now: datetime) -> None:
    """The carrier has these texts, under its own ids. A receipt may have come first and know more."""
    rows = [{"text_id": text_id, "sid": sid, "now": now} for text_id, sid in sids.items()]
    if rows:
        session.connection().execute(_taken(), rows)


@cache
def _taken() -> Update:
    table = cast(Table, OutboxText.__table__)
    climbing = or_(
        *(table.c.status == status for status in _BEFORE_SENT)
    )  # an IN cannot be sent many at once
    return (
        update(table)
        .where(table.c.id == bindparam("text_id", type_=table.c.id.type))
        .values(
            status=case((climbing, Status.SENT.value), else_=table.c.status),
            reason=case((climbing, table.c.why), else_=table.c.reason),
            provider_sid=bindparam("sid"),
            sent_at=func.coalesce(table.c.sent_at, bindparam("now", type_=table.c.sent_at.type)),
            claimed_until=None,
            updated_at=bindparam("now", type_=table.c.sent_at.type),
        )
    )


def locations_of(session: Session, ids: Collection[str]) -> list[str]:
    """The locations whose numbers these texts belong to."""
    return list(session.scalars(select(OutboxText.location_id).where(OutboxText.id.in_(ids)).distinct()))


class Asked(NamedTuple):
    """A timed text that left, and the course it belongs to: it may have asked something."""

    step: str
    rung: int
    location_id: str
    mobile: str
    enrolment_id: str
    protocol_version_id: str
    starts_at: datetime


_ASKED = (
    select(
        OutboxText.step,
        OutboxText.rung,
        OutboxText.location_id,
        OutboxText.mobile,
        OutboxText.enrolment_id,
        Enrolment.protocol_version_id,
        Appointment.starts_at,
    )
    .join(Enrolment, Enrolment.id == OutboxText.enrolment_id)
    .join(Appointment, Appointment.id == Enrolment.appointment_id)
    .where(OutboxText.id.in_(any_of("ids")), OutboxText.step.is_not(None), OutboxText.worded_by.is_(None))
)


def asked(session: Session, ids: Collection[str]) -> list[Asked]:
    """Those of these texts that belong to a course, in its own words: what a person wrote asks nothing."""
    return [Asked._make(row) for row in session.execute(_ASKED, {"ids": list(ids)})]


def rows_to_settle(session: Session, ids: Collection[str]) -> Sequence[OutboxText]:
    """Lock these texts, whole."""
    return session.scalars(
        select(OutboxText).where(OutboxText.id.in_(ids)).with_for_update(of=OutboxText)
    ).all()


def write_fates(session: Session, fates: Iterable[Mapping[str, Any]]) -> None:
    """Set columns on many rows by id: rows that set the same columns share one statement."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for fate in fates:
        names = tuple(sorted(name for name in fate if name != "id"))
        alike.setdefault(names, []).append({f"new_{name}": value for name, value in fate.items()})
    for names, rows in alike.items():
        session.connection().execute(_setting(names), rows)


@cache
def _setting(names: tuple[str, ...]) -> Update:
    table = cast(Table, OutboxText.__table__)
    change = update(table).where(table.c.id == bindparam("new_id", type_=table.c.id.type))
    return change.values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names})


_LEFT_SINCE = select(OutboxText.mobile, OutboxText.handed_at, OutboxText.purpose).where(
    OutboxText.mobile.in_(any_of("mobiles")),
    OutboxText.handed_at >= bindparam("since"),
    OutboxText.status.in_(LEFT),
    OutboxText.lane != Lane.PEOPLE,
)


def left_since(
    session: Session, mobiles: Collection[str], since: datetime
) -> dict[str, list[tuple[datetime, str]]]:
    """When automatic texts went to each of these mobiles, and for what purpose."""
    rows = session.execute(_LEFT_SINCE, {"mobiles": list(mobiles), "since": since})
    left: dict[str, list[tuple[datetime, str]]] = {}
    for mobile, at, purpose in rows:
        if at is not None:
            left.setdefault(mobile, []).append((at, purpose))
    return left


def lost(session: Session, now: datetime, limit: int = 500) -> Sequence[OutboxText]:
    """Texts whose outcome nobody knows: marked so, or in a hand that let go without a word."""
    unknown = and_(in_state(Status.UNKNOWN), OutboxText.due_at <= now)
    let_go = and_(in_state(Status.CLAIMED), OutboxText.claimed_until < now)
    return [
        text
        for fits in (unknown, let_go)
        for text in session.scalars(
            select(OutboxText).where(fits).order_by(OutboxText.handed_at).limit(limit)
        )
    ]


def known_sids(session: Session, sids: Collection[str]) -> set[str]:
    """Which of the carrier's ids already belong to texts of ours."""
    mine = select(OutboxText.provider_sid).where(OutboxText.provider_sid.in_(sids))
    return {sid for sid in session.scalars(mine) if sid}
