"""The outbox: every text is a row before it is a call, and stays one after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, literal_column, select, update
from sqlalchemy.orm import Session, joinedload

from care.delivery import MAY_HAVE_LEFT, Status
from care.planned import PlannedMessage
from care.reconcile import Change, DropText, Known, MoveText, PlanText
from store.tables import Enrolment, OutboxText

#: How long a text stays in a hand that says nothing. A sender renews it while the text is in its hand;
#: one that was killed does not, and the text counts as lost.
LEASE = timedelta(seconds=10)

#: The clocks of two machines that share a database may differ by this much.
CLOCKS_DIFFER = timedelta(minutes=1)

#: The states of a text that may have reached her, as the database has them.
LEFT = [status.value for status in MAY_HAVE_LEFT]


def in_state(*states: str, of: type[OutboxText] = OutboxText) -> ColumnElement[bool]:
    """Texts in these states, written out: so a database sees that a partial index of theirs fits."""
    written: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in states]
    return of.status == written[0] if len(written) == 1 else of.status.in_(written)


class Lane(IntEnum):
    """Who goes first. A safety reply overtakes everything; a reply overtakes what was planned."""

    SAFETY = 0
    PEOPLE = 1  #: a page to staff, a person's own words to a patient
    REPLY = 2
    TIMED = 3


IMMEDIATE = (Lane.SAFETY, Lane.PEOPLE, Lane.REPLY)
#: What no pace, no limit and no stopped number holds back.
UNHELD = (Lane.SAFETY, Lane.PEOPLE)


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
    held = text_by_key(session, text.dedupe_key)
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


def text_by_key(session: Session, dedupe_key: str) -> OutboxText | None:
    """The text that was written under this key, if one was."""
    return session.scalar(select(OutboxText).where(OutboxText.dedupe_key == dedupe_key))


def text_by_id(session: Session, text_id: str) -> OutboxText | None:
    """One text with its patient and location."""
    both = joinedload(OutboxText.patient), joinedload(OutboxText.location)
    return session.scalar(select(OutboxText).options(*both).where(OutboxText.id == text_id))


def text_locked(session: Session, text_id: str) -> OutboxText | None:
    """A text that nobody else changes until this transaction ends."""
    return session.get(OutboxText, text_id, with_for_update={"of": OutboxText})


def timed_key(enrolment_id: str, step: str, anchor_at: datetime) -> str:
    """What makes a timed text the same text: whose, which step, and the instant it hangs on."""
    return f"{enrolment_id}:{step}:{anchor_at:%Y%m%dT%H%M%S.%fZ}"


def texts_of(session: Session, enrolment_id: str) -> Sequence[OutboxText]:
    """All timed texts of an enrolment, in order."""
    return session.scalars(_OF_COURSE, {"enrolment": enrolment_id}).all()


def any_texts_of(session: Session, enrolment_id: str) -> bool:
    """Whether it has any."""
    return session.scalar(_ANY_OF_COURSE, {"enrolment": enrolment_id}) is not None


_HERS = OutboxText.enrolment_id == bindparam("enrolment"), OutboxText.step.is_not(None)
_OF_COURSE = select(OutboxText).where(*_HERS).order_by(OutboxText.planned_for, OutboxText.id)
_ANY_OF_COURSE = select(OutboxText.id).where(*_HERS).limit(1)


def known(texts: Iterable[OutboxText]) -> list[Known]:
    """The same, as reconciling wants to see them."""
    return [
        Known(
            key=(text.step, text.anchor_at),
            status=Status(text.status),
            planned_for=text.planned_for,
            rung=text.rung,
            expires_at=text.expires_at,
            wording=text.wording,
            dropped=text.dropped_by is not None,
            retimed=text.retimed_by is not None,
            worded=text.worded_by is not None,
        )
        for text in texts
        if text.step and text.anchor_at
    ]


def apply_changes(session: Session, enrolment: Enrolment, changes: Iterable[Change], now: datetime) -> None:
    """Carry out the differences between what she should get and what we hold; all new texts at once."""
    new = []
    for change in changes:
        if isinstance(change, PlanText):
            new.append(_planned_row(enrolment, change, now))
        else:
            _apply(session, enrolment, change, now)
    if new:
        session.execute(_NEW_TEXTS, new)


_NEW_TEXTS = insert(OutboxText)


def _apply(session: Session, enrolment: Enrolment, change: DropText | MoveText, now: datetime) -> None:
    step, anchor_at = change.key
    row = session.scalars(
        select(OutboxText).where(OutboxText.dedupe_key == timed_key(enrolment.id, step, anchor_at))
    ).one()
    row.updated_at = now
    if isinstance(change, DropText):
        row.status, row.reason = change.status.value, change.reason
    elif isinstance(change, MoveText):
        _move(row, change.message)


def _move(row: OutboxText, message: PlannedMessage) -> None:
    """Another moment; what a person decided about this text is kept, unless her moment is of no use now."""
    gives_way = row.retimed_by is not None and message.due_at != row.planned_for
    if gives_way:
        row.retimed_by = None
    if gives_way or not (row.retimed_by or row.worded_by):
        row.why = message.reason
    if row.worded_by is None:
        row.wording, row.body = message.wording, None
    row.status, row.reason = Status.PLANNED.value, row.why
    row.planned_for = row.due_at = message.due_at
    row.expires_at, row.rung = message.expires_at, message.rung


def _planned_row(enrolment: Enrolment, change: PlanText, now: datetime) -> dict[str, Any]:
    message, patient = change.message, enrolment.appointment.patient
    return {
        "dedupe_key": timed_key(enrolment.id, message.step, message.anchor_at),
        "location_id": enrolment.appointment.location_id,
        "mobile": patient.mobile,
        "patient_id": patient.id,
        "enrolment_id": enrolment.id,
        "lane": Lane.TIMED,
        "purpose": message.purpose.value,
        "step": message.step,
        "anchor_at": message.anchor_at,
        "rung": message.rung,
        "wording": message.wording,
        "language": patient.language,
        "planned_for": message.due_at,
        "due_at": message.due_at,
        "expires_at": message.expires_at,
        "why": message.reason,
        "status": change.status.value,
        "reason": change.reason,
        "created_at": now,
        "updated_at": now,
    }


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
    recall(session, OutboxText.mobile == mobile, now)
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


def recall(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    """Texts that a sender has in hand and has not handed over yet shall be looked at once more.

    The sender lets go of what still waits for a line. What is on its way stays on it, and is settled as
    ever. Their lease is left alone: a hand that lives must not be taken for a dead one.

    What a sender is just taking in hand is waited for, and no sender takes any of these from now on until
    the transaction ends.
    """
    if session.get_bind().dialect.name == "postgresql":
        may_be_taken = in_state(Status.PLANNED), OutboxText.due_at <= now + CLOCKS_DIFFER
        session.execute(select(OutboxText.id).where(which, *may_be_taken).with_for_update()).all()
    session.execute(
        update(OutboxText)
        .where(which, in_state(Status.CLAIMED))
        .values(recalled_at=now)
        .execution_options(synchronize_session=False)
    )


def wake_held(session: Session, patient_id: str, now: datetime) -> None:
    """Look again at once at what was held back for this patient beyond its planned moment."""
    _wake(session, OutboxText.patient_id == patient_id, now)


def wake_mobile(session: Session, mobile: str, now: datetime) -> None:
    """The same for everything to this mobile."""
    _wake(session, OutboxText.mobile == mobile, now)


def wake_location(session: Session, location_id: str, now: datetime) -> None:
    """The same for everything of a location that its stopped number kept waiting."""
    _wake(session, and_(OutboxText.location_id == location_id, OutboxText.lane.in_(UNHELD)), now)


def drop_pages(session: Session, ticket_id: str, now: datetime) -> None:
    """Nobody needs to be paged for this ticket any more."""
    session.execute(
        update(OutboxText)
        .where(OutboxText.ticket_id == ticket_id, in_state(Status.PLANNED))
        .values(status=Status.CANCELLED.value, reason="The ticket is resolved", updated_at=now)
    )


def _wake(session: Session, whose: ColumnElement[bool], now: datetime) -> None:
    held = session.scalars(
        select(OutboxText).where(
            whose, OutboxText.status == Status.PLANNED.value, OutboxText.due_at > OutboxText.planned_for
        )
    )
    for text in held:
        text.due_at = max(now, text.planned_for)
