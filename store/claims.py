"""Taking due texts in hand and letting go of them: always many in one statement."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session, joinedload

from care.delivery import Status
from care.protocol import Purpose
from store.outbox import LEFT, Lane
from store.tables import Appointment, Enrolment, OutboxText

_COUNTED = (Purpose.CARE.value, Purpose.MARKETING.value)


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
    expires_at: datetime
    attempts: int
    created_at: datetime


_COLUMNS = [getattr(OutboxText, name) for name in DueText._fields]


def take_due(
    session: Session, now: datetime, lanes: Collection[Lane], limit: int, busy: Collection[str] = ()
) -> list[DueText]:
    """Lock the due texts of the most pressing lane that has any, but for the mobiles that are busy.

    Another sender's are skipped.

    One lane at a time: what is said to a patient in danger has left before anything else is looked at.
    """
    for lane in sorted(lanes):
        due = (
            select(*_COLUMNS)
            .where(
                OutboxText.status == Status.PLANNED.value,
                OutboxText.lane == lane,
                OutboxText.due_at <= now,
                OutboxText.mobile.not_in(busy),
            )
            .order_by(OutboxText.due_at, OutboxText.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if taken := [DueText(*row) for row in session.execute(due)]:
            return taken
    return []


class TextInHand(NamedTuple):
    """What settling a text that was taken needs to know of it."""

    id: str
    location_id: str
    mobile: str
    enrolment_id: str | None
    step: str | None
    rung: int
    status: str
    sent_at: datetime | None
    why: str
    protocol_version_id: str | None
    starts_at: datetime | None


_IN_HAND = [getattr(OutboxText, name) for name in TextInHand._fields[:-2]]


def texts_in_hand(session: Session, ids: Collection[str]) -> list[TextInHand]:
    """Lock these texts, with what their enrolments say."""
    rows = session.execute(
        select(*_IN_HAND, Enrolment.protocol_version_id, Appointment.starts_at)
        .outerjoin(Enrolment, Enrolment.id == OutboxText.enrolment_id)
        .outerjoin(Appointment, Appointment.id == Enrolment.appointment_id)
        .where(OutboxText.id.in_(ids))
        .with_for_update(of=OutboxText)
    )
    return [TextInHand(*row) for row in rows]


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
    table = cast(Table, OutboxText.__table__)
    for names, rows in alike.items():
        change = update(table).where(table.c.id == bindparam("new_id", type_=table.c.id.type))
        values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        session.connection().execute(change.values(values), rows)


def sent_times(session: Session, mobiles: Collection[str], since: datetime) -> dict[str, list[datetime]]:
    """When timed texts, the booking's own apart, went to each of these mobiles."""
    rows = session.execute(
        select(OutboxText.mobile, OutboxText.handed_at).where(
            OutboxText.mobile.in_(mobiles),
            OutboxText.purpose.in_(_COUNTED),
            OutboxText.status.in_(LEFT),
            OutboxText.handed_at >= since,
        )
    )
    times: dict[str, list[datetime]] = {}
    for mobile, at in rows:
        if at is not None:
            times.setdefault(mobile, []).append(at)
    return times


def lost(session: Session, now: datetime, limit: int = 100) -> Sequence[OutboxText]:
    """Texts whose outcome nobody knows: marked so, or in a hand that let go without a word."""
    return session.scalars(
        select(OutboxText)
        .options(joinedload(OutboxText.location))
        .where(
            or_(
                and_(OutboxText.status == Status.UNKNOWN.value, OutboxText.due_at <= now),
                and_(OutboxText.status == Status.CLAIMED.value, OutboxText.claimed_until < now),
            )
        )
        .order_by(OutboxText.handed_at)
        .limit(limit)
    ).all()


def known_sids(session: Session, sids: Collection[str]) -> set[str]:
    """Which of the carrier's ids already belong to texts of ours."""
    mine = select(OutboxText.provider_sid).where(OutboxText.provider_sid.in_(sids))
    return {sid for sid in session.scalars(mine) if sid}
