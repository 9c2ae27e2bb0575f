"""The outbox: every text is a row before it is a call, and stays one after."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from care.delivery import MAY_HAVE_LEFT, Status
from care.protocol import Purpose
from care.reconcile import Change, DropText, Known, MoveText, PlanText
from store.tables import Enrolment, OutboxText

#: How long a sender may take over the texts it has in hand before they count as lost.
LEASE = timedelta(minutes=2)
_LEFT = [status.value for status in MAY_HAVE_LEFT]
_COUNTED = (Purpose.CARE.value, Purpose.MARKETING.value)


class Lane(IntEnum):
    """Who goes first. A safety reply overtakes everything; a reply overtakes what was planned."""

    SAFETY = 0
    PAGE = 1
    REPLY = 2
    TIMED = 3


IMMEDIATE = (Lane.SAFETY, Lane.PAGE, Lane.REPLY)


@dataclass(frozen=True)
class NowText:
    """A text that leaves at once: a reply, a page to staff, a person's own words."""

    dedupe_key: str
    lane: Lane
    purpose: str
    location_id: str
    mobile: str
    language: str
    body: str
    reason: str
    expires_at: datetime
    wording: str | None = None
    wording_version: str | None = None
    patient_id: str | None = None
    inbox_id: str | None = None
    ticket_id: str | None = None


def add_now(session: Session, text: NowText, now: datetime) -> OutboxText:
    """Put a text in the outbox to leave at once. The same key twice is the same text."""
    held = session.scalar(select(OutboxText).where(OutboxText.dedupe_key == text.dedupe_key))
    if held is not None:
        return held
    row = OutboxText(
        **vars(text),
        why=text.reason,
        planned_for=now,
        due_at=now,
        status=Status.PLANNED.value,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def timed_key(enrolment_id: str, step: str, anchor_at: datetime) -> str:
    """What makes a timed text the same text: whose, which step, and the instant it hangs on."""
    return f"{enrolment_id}:{step}:{anchor_at:%Y%m%dT%H%M%S.%fZ}"


def texts_of(session: Session, enrolment_id: str) -> Sequence[OutboxText]:
    """All timed texts of an enrolment, in order."""
    return session.scalars(
        select(OutboxText)
        .where(OutboxText.enrolment_id == enrolment_id, OutboxText.step.is_not(None))
        .order_by(OutboxText.planned_for, OutboxText.id)
    ).all()


def known(texts: Iterable[OutboxText]) -> list[Known]:
    """The same, as reconciling wants to see them."""
    return [
        Known((text.step, text.anchor_at), Status(text.status), text.planned_for, text.rung)
        for text in texts
        if text.step and text.anchor_at
    ]


def apply_change(session: Session, enrolment: Enrolment, change: Change, now: datetime) -> None:
    """Carry out one difference between what she should get and what we hold."""
    if isinstance(change, PlanText):
        session.add(_planned_row(enrolment, change, now))
        return
    step, anchor_at = change.key
    row = session.scalars(
        select(OutboxText).where(OutboxText.dedupe_key == timed_key(enrolment.id, step, anchor_at))
    ).one()
    row.updated_at = now
    if isinstance(change, DropText):
        row.status, row.reason = change.status.value, change.reason
    elif isinstance(change, MoveText):
        message = change.message
        row.status, row.reason, row.why = Status.PLANNED.value, message.reason, message.reason
        row.planned_for = row.due_at = message.due_at
        row.expires_at, row.rung, row.wording = message.expires_at, message.rung, message.wording


def _planned_row(enrolment: Enrolment, change: PlanText, now: datetime) -> OutboxText:
    message, patient = change.message, enrolment.appointment.patient
    return OutboxText(
        dedupe_key=timed_key(enrolment.id, message.step, message.anchor_at),
        location_id=enrolment.appointment.location_id,
        mobile=patient.mobile,
        patient_id=patient.id,
        enrolment_id=enrolment.id,
        lane=Lane.TIMED,
        purpose=message.purpose.value,
        step=message.step,
        anchor_at=message.anchor_at,
        rung=message.rung,
        wording=message.wording,
        language=patient.language,
        planned_for=message.due_at,
        due_at=message.due_at,
        expires_at=message.expires_at,
        why=message.reason,
        status=change.status.value,
        reason=change.reason,
        created_at=now,
        updated_at=now,
    )


def take_due(session: Session, now: datetime, lanes: Collection[Lane], limit: int) -> list[OutboxText]:
    """Lock the texts that are due, the most pressing lane first. Another sender's are skipped."""
    taken: list[OutboxText] = []
    for lane in sorted(lanes):
        if len(taken) < limit:
            due = (
                select(OutboxText)
                .where(
                    OutboxText.status == Status.PLANNED.value,
                    OutboxText.lane == lane,
                    OutboxText.due_at <= now,
                )
                .order_by(OutboxText.due_at, OutboxText.created_at)
                .limit(limit - len(taken))
                .options(joinedload(OutboxText.location), joinedload(OutboxText.patient))
                .with_for_update(skip_locked=True, of=OutboxText)
            )
            taken.extend(session.scalars(due))
    return taken


def next_due(session: Session) -> datetime | None:
    """When the next planned text falls due, if any is planned."""
    return session.scalar(
        select(OutboxText.due_at)
        .where(OutboxText.status == Status.PLANNED.value)
        .order_by(OutboxText.due_at)
        .limit(1)
    )


def sent_times(session: Session, mobiles: Collection[str], since: datetime) -> dict[str, list[datetime]]:
    """When timed texts, the booking's own apart, went to each of these mobiles."""
    rows = session.execute(
        select(OutboxText.mobile, OutboxText.handed_at).where(
            OutboxText.mobile.in_(mobiles),
            OutboxText.purpose.in_(_COUNTED),
            OutboxText.status.in_(_LEFT),
            OutboxText.handed_at >= since,
        )
    )
    times: dict[str, list[datetime]] = {}
    for mobile, at in rows:
        if at is not None:
            times.setdefault(mobile, []).append(at)
    return times


def wordings_sent(session: Session, enrolment_ids: Collection[str]) -> set[tuple[str, datetime, str]]:
    """(enrolment, anchor, wording) of every timed text that may have left."""
    rows = session.execute(
        select(OutboxText.enrolment_id, OutboxText.anchor_at, OutboxText.wording).where(
            OutboxText.enrolment_id.in_(enrolment_ids), OutboxText.status.in_(_LEFT)
        )
    )
    return {(whose, anchor, wording) for whose, anchor, wording in rows if whose and anchor and wording}


def suppress_planned(session: Session, mobile: str, reason: str, now: datetime) -> int:
    """An opt-out: nothing that waited for this mobile may leave. Returns how many it stopped.

    What was written in the same breath, such as the one confirmation, is left to the last look.
    """
    waiting = session.scalars(
        select(OutboxText).where(
            OutboxText.mobile == mobile,
            OutboxText.status == Status.PLANNED.value,
            OutboxText.created_at < now,
        )
    ).all()
    for text in waiting:
        text.status, text.reason, text.updated_at = Status.SUPPRESSED.value, reason, now
    return len(waiting)


def wake_held(session: Session, patient_id: str, now: datetime) -> None:
    """Look again at once at what was held back for this patient beyond its planned moment."""
    held = session.scalars(
        select(OutboxText).where(
            OutboxText.patient_id == patient_id,
            OutboxText.status == Status.PLANNED.value,
            OutboxText.due_at > OutboxText.planned_for,
        )
    )
    for text in held:
        text.due_at = max(now, text.planned_for)


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
