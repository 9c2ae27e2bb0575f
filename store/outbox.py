"""The outbox: every text is a row before it is a call, and stays one after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.delivery import MAY_HAVE_LEFT, Status
from care.reconcile import Change, DropText, Known, MoveText, PlanText
from store.tables import Enrolment, OutboxText

#: How long a sender may take over the texts it has in hand before they count as lost.
LEASE = timedelta(minutes=2)

#: The states of a text that may have reached her, as the database has them.
LEFT = [status.value for status in MAY_HAVE_LEFT]


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
        Known((text.step, text.anchor_at), Status(text.status), text.planned_for, text.rung, text.expires_at)
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


def replies_since(session: Session, mobile: str, since: datetime) -> int:
    """How many automatic replies were written to this mobile since then."""
    count = select(func.count()).where(
        OutboxText.mobile == mobile, OutboxText.purpose == "reply", OutboxText.created_at >= since
    )
    return session.scalar(count) or 0


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
