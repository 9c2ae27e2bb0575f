"""Tickets: what a person must do, with a clock on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload

from care.reading import Urgency
from store.asking import any_of
from store.outbox import drop_pages
from store.tables import Ticket
from store.tables.work import UNRESOLVED

OPEN, TAKEN, RESOLVED = "open", "taken", "resolved"
LONGEST_REASON = 600  #: characters: what one can take in at a glance
_SIGNS = ("clinical", "photo")


@dataclass(frozen=True)
class NewTicket:
    """What a ticket says. ``dedupe_key``: the same reason twice is the same ticket."""

    dedupe_key: str
    location_id: str
    mobile: str
    kind: str
    urgency: Urgency
    reason: str
    due_at: datetime
    patient_id: str | None = None
    inbox_id: str | None = None
    enrolment_id: str | None = None
    holds_visit: bool = False


def open_ticket(session: Session, new: NewTicket, now: datetime) -> tuple[Ticket, bool]:
    """Open a ticket, or find the one already open for the same reason. True when it is new."""
    held = session.scalar(select(Ticket).where(Ticket.dedupe_key == new.dedupe_key))
    if held is not None:
        return held, False
    ticket = Ticket(
        **{**vars(new), "urgency": int(new.urgency)},
        status=OPEN,
        created_at=now,
        next_page_at=now if new.urgency >= Urgency.URGENT else None,
    )
    session.add(ticket)
    session.flush()
    return ticket, True


def keys_known(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these keys that a ticket was opened under, whatever became of it."""
    return set(session.scalars(select(Ticket.dedupe_key).where(Ticket.dedupe_key.in_(keys))))


def same_matter(session: Session, new: NewTicket) -> Ticket | None:
    """The ticket already there about the same: nobody has taken it yet, or, if routine, finished it."""
    urgent = new.urgency >= Urgency.URGENT
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.mobile == new.mobile,
            Ticket.location_id == new.location_id,
            Ticket.kind == new.kind,
            Ticket.urgency >= int(new.urgency),
            Ticket.status == OPEN if urgent else Ticket.status != RESOLVED,
        )
        .order_by(Ticket.created_at.desc())
        .limit(1)
        .with_for_update(of=Ticket)
    ).first()


def add_to(ticket: Ticket, new: NewTicket) -> None:
    """One more text about the same: what it says beyond the first, and the earlier of the two due times."""
    if new.reason not in ticket.reason:
        ticket.reason = f"{ticket.reason}; {new.reason}"[:LONGEST_REASON]
    ticket.holds_visit = ticket.holds_visit or new.holds_visit
    ticket.due_at = min(ticket.due_at, new.due_at)
    ticket.inbox_id = new.inbox_id


def unresolved(session: Session, location_ids: Collection[str], limit: int = 200) -> Sequence[Ticket]:
    """Open and taken tickets, the most urgent first, then by due time."""
    return session.scalars(
        select(Ticket)
        .options(joinedload(Ticket.patient))
        .where(*_unresolved(location_ids))
        .order_by(Ticket.urgency.desc(), Ticket.due_at)
        .limit(limit)
    ).all()


def how_many_unresolved(session: Session, location_ids: Collection[str]) -> int:
    """How many they are, all of them."""
    return session.scalar(select(func.count()).select_from(Ticket).where(*_unresolved(location_ids))) or 0


def _unresolved(location_ids: Collection[str]) -> list[ColumnElement[bool]]:
    """Written out, so that a database sees that the index of the unresolved fits."""
    return [Ticket.location_id.in_(location_ids), literal_column(f"tickets.{UNRESOLVED}")]


def left_open(session: Session, location_id: str, since: datetime, now: datetime) -> tuple[int, int]:
    """How many tickets from before ``since`` are unresolved, and how many of those are overdue ``now``."""
    counts = session.execute(
        select(func.count(), func.count().filter(Ticket.due_at < now)).where(
            Ticket.status != RESOLVED, Ticket.location_id == location_id, Ticket.created_at < since
        )
    ).one()
    return counts[0], counts[1]


def due_pages(session: Session, now: datetime) -> Sequence[Ticket]:
    """Tickets that nobody has taken and whose next page is due."""
    return session.scalars(
        select(Ticket)
        .where(Ticket.status == OPEN, Ticket.next_page_at <= now)
        .order_by(Ticket.urgency.desc(), Ticket.next_page_at)
        .with_for_update(skip_locked=True, of=Ticket)
    ).all()


def who_wrote_about(session: Session, ticket_id: str) -> tuple[str, str] | None:
    """(location, mobile) of the text a ticket is about, if about one; not the row, which may yet change."""
    found = session.execute(
        select(Ticket.location_id, Ticket.mobile).where(Ticket.id == ticket_id, Ticket.inbox_id.is_not(None))
    ).one_or_none()
    return (found[0], found[1]) if found else None


def take_ticket(session: Session, ticket_id: str, owner: str) -> Ticket | None:
    """Take an open ticket; None when somebody else has it or it is done."""
    ticket = _locked(session, ticket_id)
    if ticket is None or ticket.status != OPEN:
        return None
    ticket.status, ticket.owner, ticket.next_page_at = TAKEN, owner, None
    return ticket


def resolve_ticket(session: Session, ticket_id: str, owner: str, now: datetime) -> Ticket | None:
    """Close a ticket; None when it is closed already."""
    ticket = _locked(session, ticket_id)
    if ticket is None or ticket.status == RESOLVED:
        return None
    ticket.status, ticket.resolved_at, ticket.next_page_at = RESOLVED, now, None
    ticket.owner = ticket.owner or owner
    return ticket


def last_resolved(session: Session, kind: str, mobile: str) -> datetime | None:
    """When a ticket of this kind about this mobile was last resolved (UTC)."""
    return session.scalar(
        select(func.max(Ticket.resolved_at)).where(Ticket.kind == kind, Ticket.mobile == mobile)
    )


def resolve_all(session: Session, kind: str, location_id: str, now: datetime) -> None:
    """Close a location's tickets of this kind: what they were about has mended itself."""
    for ticket in session.scalars(
        select(Ticket).where(
            Ticket.kind == kind, Ticket.location_id == location_id, Ticket.status != RESOLVED
        )
    ):
        ticket.status, ticket.resolved_at, ticket.next_page_at = RESOLVED, now, None
        drop_pages(session, ticket.id, now)


def open_calls(session: Session, patient_id: str) -> Sequence[Ticket]:
    """The calls about a patient that her plans ask for and that nobody has made yet, the oldest first."""
    return session.scalars(
        select(Ticket)
        .where(Ticket.patient_id == patient_id, Ticket.status != RESOLVED, Ticket.kind.like("call:%"))
        .order_by(Ticket.created_at, Ticket.dedupe_key)
    ).all()


_CALLS = select(Ticket).where(
    Ticket.enrolment_id == bindparam("enrolment"), Ticket.status != RESOLVED, Ticket.kind.like("call:%")
)


def close_calls(session: Session, enrolment_id: str, wanted: Collection[str], now: datetime) -> None:
    """Close the calls about an enrolment that its plan no longer asks for."""
    held = session.scalars(_CALLS, {"enrolment": enrolment_id})
    for ticket in held:
        if ticket.dedupe_key not in wanted:
            ticket.status, ticket.resolved_at, ticket.next_page_at = RESOLVED, now, None


def _locked(session: Session, ticket_id: str) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.id == ticket_id).with_for_update(of=Ticket))


def worst_open(session: Session, location_id: str, mobile: str) -> Urgency:
    """How urgent the worst ticket is that is still open about a phone."""
    return worst_of(session, location_id, [mobile]).get(mobile, Urgency.NONE)


def worst_of(session: Session, location_id: str, mobiles: Collection[str]) -> dict[str, Urgency]:
    """The same for many phones; those without an open ticket are not in it."""
    worst = select(Ticket.mobile, func.max(Ticket.urgency)).where(
        Ticket.mobile.in_(mobiles), Ticket.location_id == location_id, Ticket.status != RESOLVED
    )
    return {mobile: Urgency(most) for mobile, most in session.execute(worst.group_by(Ticket.mobile))}


_HOLDING = select(Ticket.patient_id, Ticket.mobile, Ticket.urgency).where(
    Ticket.status != RESOLVED,
    Ticket.mobile.in_(any_of("mobiles")),
    or_(Ticket.urgency >= int(Urgency.URGENT), Ticket.kind.in_(_SIGNS)),
)


def holdings(session: Session, mobiles: Mapping[str, str]) -> dict[str, Urgency]:
    """The worst ticket still open about each patient, or about her phone from before she was known.

    ``mobiles``: patient id -> mobile. Of the routine ones only signs count (kinds ``clinical`` and
    ``photo``): an open question about the price holds no text back.
    """
    rows = session.execute(_HOLDING, {"mobiles": list(set(mobiles.values()))}).all()
    worst = dict.fromkeys(mobiles, Urgency.NONE)
    for about, mobile, urgency in rows:
        for patient_id in [about] if about else [who for who, phone in mobiles.items() if phone == mobile]:
            if patient_id in worst:
                worst[patient_id] = max(worst[patient_id], Urgency(urgency))
    return worst
