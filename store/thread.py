"""One mobile's conversation, and what else belongs to a patient's page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from care.delivery import MAY_HAVE_LEFT, Status
from store.outbox import IMMEDIATE
from store.tables import Appointment, ConsentEvent, Conversation, InboxText, OutboxText, Patient, Ticket

#: States in which staff see a text in the conversation: it left, or it is a reply on its way or refused.
_SHOWN = tuple(status.value for status in (*MAY_HAVE_LEFT, Status.FAILED))
#: States in which a phone shows it.
ON_THE_PHONE = (Status.SENT.value, Status.DELIVERED.value)


@dataclass(frozen=True)
class Said:
    """One text of a conversation, either way. Exactly one of ``sent`` and ``came`` is there."""

    at: datetime
    sent: OutboxText | None = None
    came: InboxText | None = None


def conversation(session: Session, mobile: str, limit: int = 100, place: str | None = None) -> list[Said]:
    """The latest texts to and from a mobile, oldest first; replies that wait or were refused too.

    ``place``: only those of this location.
    """
    replies = OutboxText.lane.in_([int(lane) for lane in IMMEDIATE])
    wanted = OutboxText.status.in_(_SHOWN) | replies
    return _merged(session, mobile, wanted, limit, place)


def on_the_phone(session: Session, mobile: str, limit: int = 40) -> list[Said]:
    """What the phone itself would show, oldest first."""
    return _merged(session, mobile, OutboxText.status.in_(ON_THE_PHONE), limit)


def _merged(
    session: Session, mobile: str, wanted: ColumnElement[bool], limit: int, place: str | None = None
) -> list[Said]:
    here = [] if place is None else [OutboxText.location_id == place]
    sent = session.scalars(
        select(OutboxText)
        .options(joinedload(OutboxText.patient))
        .where(OutboxText.mobile == mobile, wanted, *here)
        .order_by(OutboxText.due_at.desc())
        .limit(limit)
    )
    here = [] if place is None else [InboxText.location_id == place]
    came = session.scalars(
        select(InboxText)
        .where(InboxText.mobile == mobile, *here)
        .order_by(InboxText.received_at.desc())
        .limit(limit)
    )
    said = [Said(text.sent_at or text.due_at, sent=text) for text in sent]
    said += [Said(text.received_at, came=text) for text in came]
    return sorted(said, key=lambda one: (one.at, one.sent is not None))[-limit:]


def who_spoke_last(session: Session, talk: Conversation, written_by: str) -> str | None:
    """The user name of the colleague who wrote last in this conversation; None when it was the patient.

    ``written_by``: how the reason of a person's text begins, before the user name.
    """
    wrote = session.execute(
        select(OutboxText.created_at, OutboxText.why)
        .where(
            OutboxText.mobile == talk.mobile,
            OutboxText.location_id == talk.location_id,
            OutboxText.purpose == "staff",
        )
        .order_by(OutboxText.created_at.desc())
        .limit(1)
    ).one_or_none()
    if wrote is None or (talk.last_came_at is not None and talk.last_came_at > wrote.created_at):
        return None
    return str(wrote.why).removeprefix(written_by)


def consent_history(session: Session, mobile: str, patient_id: str) -> Sequence[ConsentEvent]:
    """What she, or her phone, agreed to and revoked; the latest first."""
    return session.scalars(
        select(ConsentEvent)
        .where(
            ConsentEvent.mobile == mobile,
            or_(ConsentEvent.patient_id.is_(None), ConsentEvent.patient_id == patient_id),
        )
        .order_by(ConsentEvent.id.desc())
    ).all()


def visits_of(session: Session, patient_id: str) -> Sequence[Appointment]:
    """A patient's visits, the latest first."""
    return session.scalars(
        select(Appointment)
        .options(joinedload(Appointment.location), joinedload(Appointment.patient))
        .where(Appointment.patient_id == patient_id)
        .order_by(Appointment.starts_at.desc())
    ).all()


def visit_by_id(session: Session, visit_id: str) -> Appointment | None:
    """One visit with its patient and location."""
    return session.scalar(
        select(Appointment)
        .options(joinedload(Appointment.location), joinedload(Appointment.patient))
        .where(Appointment.id == visit_id)
    )


def tickets_of(session: Session, patient: Patient, limit: int = 30) -> Sequence[Ticket]:
    """Tickets about a patient, or about her phone from before she was known; the latest first."""
    return session.scalars(
        select(Ticket)
        .options(joinedload(Ticket.patient))
        .where(
            or_(
                Ticket.patient_id == patient.id,
                Ticket.patient_id.is_(None) & (Ticket.mobile == patient.mobile),
            )
        )
        .order_by(Ticket.created_at.desc())
        .limit(limit)
    ).all()


def ticket_by_id(session: Session, ticket_id: str) -> Ticket | None:
    """One ticket with its patient."""
    return session.scalar(select(Ticket).options(joinedload(Ticket.patient)).where(Ticket.id == ticket_id))


def inbox_texts(session: Session, ids: Collection[str]) -> dict[str, InboxText]:
    """The incoming texts of these ids."""
    found = session.scalars(select(InboxText).where(InboxText.id.in_(ids)))
    return {text.id: text for text in found}


def patients_by_mobile(session: Session, mobiles: Collection[str]) -> dict[str, list[Patient]]:
    """Who owns each of these mobiles, oldest first."""
    owners: dict[str, list[Patient]] = {}
    found = select(Patient).where(Patient.mobile.in_(mobiles)).order_by(Patient.created_at, Patient.id)
    for patient in session.scalars(found):
        owners.setdefault(patient.mobile, []).append(patient)
    return owners
