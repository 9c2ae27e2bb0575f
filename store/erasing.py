"""One patient erased: what identifies her is replaced, what was done and when stays as numbers.

Her opt-out stays as it was said, on the bare number: see docs/decisions/0009.
"""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from care.course import VisitStatus
from care.delivery import Status
from care.reading import Urgency
from store.audit import note
from store.consent import ALL, consents_of
from store.database import Database
from store.files import NOTHING
from store.inbox import RECEIVED
from store.locks import one_at_a_time
from store.people import plain_name
from store.record import Record
from store.tables import ConsentEvent, ImportBatch, Patient
from store.tickets import RESOLVED
from store.visits import UPCOMING

NAME, WHY = "Erased", "Her data was erased"
PAUSED = "paused by"  #: a reason that holds it quotes the one who paused her texts (scheduler.pausing)
_ON_ITS_WAY = (Status.CLAIMED.value, Status.UNKNOWN.value)


class NotNow(ValueError):
    """She cannot be erased at this moment. The message says why and what to do."""


@dataclass(frozen=True)
class Erased:
    """What was done: texts to her and from her, planned ones cancelled, numbers that stay opted out.

    ``left``: texts from a shared phone that stay, because nobody can tell who wrote them.
    """

    texts_out: int
    texts_in: int
    cancelled: int
    opted_out: int
    left: int


def erase(session: Session, patient: Patient, actor: str, now: datetime) -> Erased:
    """Replace all that identifies this patient, within one transaction. Raises NotNow.

    Everything that is planned for her is cancelled, her visits to come too; nothing can be sent to her again.
    """
    record = Record(session, patient)
    one_at_a_time(session, *(f"mobile:{mobile}" for mobile in record.mobiles))
    _refuse_while_busy(record)
    nobody = f"erased:{patient.id}"
    out = [number for number in record.alone if consents_of(session, [number]).of(number, None).opted_out]
    done = Erased(
        texts_out=len(record.texts_out),
        texts_in=len(record.texts_in),
        cancelled=_erase_texts(record, nobody, now),
        opted_out=len(out),
        left=record.not_told_apart,
    )
    _erase_tickets(record, nobody, now)
    _erase_consents(record, nobody, set(out), now)
    _erase_lines(record)
    _erase_visits(record)
    _erase_person(record, nobody)
    note(session, actor, "patient erased", ("patient", patient.id), now)
    session.flush()
    return done


def scrub(database: Database) -> bool:
    """Overwrite what SQLite still has of deleted words on disk. False when others kept it busy.

    PostgreSQL does so by itself, in time (autovacuum).
    """
    if not database.is_sqlite:
        return True
    with suppress(sqlite3.OperationalError), database.engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.execute("VACUUM")
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    return False


def _refuse_while_busy(record: Record) -> None:
    if any(text.status in _ON_ITS_WAY for text in record.texts_out):
        raise NotNow("a text to her is on its way: try again in a few minutes")
    if any(text.state == RECEIVED for text in record.texts_in):
        raise NotNow("a text of hers is just being read: try again in a minute")
    urgent = [t.id for t in record.tickets if t.status != RESOLVED and t.urgency >= Urgency.URGENT]
    if urgent:
        raise NotNow(f"an urgent ticket about her is not resolved: {', '.join(urgent)}. Resolve it first")


def _erase_texts(record: Record, nobody: str, now: datetime) -> int:
    """The words of all texts, both ways. Returns how many of ours were still planned."""
    cancelled = 0
    for text in record.texts_out:
        if text.status == Status.PLANNED.value:
            text.status, text.reason, cancelled = Status.CANCELLED.value, WHY, cancelled + 1
        if text.dropped_by or PAUSED in text.reason:  # what somebody wrote about her
            text.reason = WHY
        if text.mobile in text.dedupe_key:
            text.dedupe_key = f"erased:{text.id}"
        text.mobile, text.body, text.updated_at = nobody, None, now
    for came in record.texts_in:
        came.mobile, came.body, came.reading = nobody, "", None
        for medium in came.media:
            record.session.delete(medium)
    for conversation in record.conversations:
        record.session.delete(conversation)
    return cancelled


def _erase_tickets(record: Record, nobody: str, now: datetime) -> None:
    for ticket in record.tickets:
        ticket.mobile, ticket.reason, ticket.dedupe_key = nobody, WHY, f"erased:{ticket.id}"
        if ticket.status != RESOLVED:
            ticket.status, ticket.resolved_at, ticket.next_page_at = RESOLVED, now, None


def _erase_consents(record: Record, nobody: str, opted_out: set[str], now: datetime) -> None:
    """What she agreed to, without her words; the last opt-out of a number stays on the number."""
    keep = {
        event.mobile: event for event in record.consents if event.kind == ALL and event.mobile in opted_out
    }
    for event in record.consents:
        event.words = ""
        if keep.get(event.mobile) is not event:
            event.mobile = nobody
    never = ConsentEvent(mobile=nobody, kind=ALL, granted=False, method="erased", words="", at=now)
    record.session.add(never)


def _erase_lines(record: Record) -> None:
    """What the lines of files said about her; that there was a line, and what became of it, stays."""
    name = plain_name(record.patient.name)
    for row in record.file_lines:
        for column, nothing in NOTHING.items():
            setattr(row, column, nothing)
        batch = record.session.get_one(ImportBatch, row.batch_id)
        if name in plain_name(batch.name):
            batch.name = "A file that is forgotten"


def _erase_visits(record: Record) -> None:
    """Her visits lose the booking system's id; those to come are cancelled: nothing is planned anew."""
    for visit in record.visits:
        visit.external_id, visit.area, visit.on_hold = f"erased:{visit.id}", None, None
        if visit.status in UPCOMING:
            visit.status = VisitStatus.CANCELLED.value


def _erase_person(record: Record, nobody: str) -> None:
    patient = record.patient
    for fact in patient.facts:
        record.session.delete(fact)
    patient.name, patient.mobile, patient.external_id, patient.timezone = NAME, nobody, None, None
    patient.paused_at = patient.paused_by = patient.paused_why = None
