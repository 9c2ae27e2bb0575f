"""All that we hold about one patient, and nothing that may be somebody else's.

A mobile that is hers alone brings everything to and from it. On a phone that a family shares only what is
tied to her counts: her own texts, and what was written in answer to what she asked.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.inbox import JOINED
from store.mobile import BadMobile, e164
from store.people import plain_name
from store.tables import (
    Appointment,
    AuditEntry,
    ConsentEvent,
    Conversation,
    Enrolment,
    ImportRow,
    InboxText,
    OutboxText,
    Patient,
    ReceiptRow,
    Ticket,
)


def patients_called(session: Session, who: str) -> Sequence[Patient]:
    """Whoever has this id, ours or the clinic's own, or this mobile in any shape; oldest first."""
    who = who.strip()
    whose = [Patient.external_id == who]
    if len(plain := who.replace("-", "").lower()) == _ID and set(plain) <= set("0123456789abcdef"):
        whose.append(Patient.id == f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}")
    with suppress(BadMobile):
        whose.append(Patient.mobile == e164(who))
    return session.scalars(select(Patient).where(or_(*whose)).order_by(Patient.created_at, Patient.id)).all()


_ID = 32  #: hex digits of an id


class Record:
    """What of each table is about one patient. Read within one session, when it is asked for."""

    def __init__(self, session: Session, patient: Patient) -> None:
        self.session, self.patient = session, patient

    @cached_property
    def mobiles(self) -> set[str]:
        """Every number she was ever texted on."""
        tables = (OutboxText, ConsentEvent, Ticket)
        found = [
            self.session.scalars(select(t.mobile).where(t.patient_id == self.patient.id)) for t in tables
        ]
        return {self.patient.mobile, *(mobile for mobiles in found for mobile in mobiles if mobile)}

    @cached_property
    def shared(self) -> set[str]:
        """Those of them that another patient has, or was texted on."""
        theirs = [
            select(Patient.mobile).where(Patient.id != self.patient.id, Patient.mobile.in_(self.mobiles)),
            select(OutboxText.mobile).where(
                OutboxText.patient_id != self.patient.id, OutboxText.mobile.in_(self.mobiles)
            ),
        ]
        return {mobile for found in theirs for mobile in self.session.scalars(found)}

    @cached_property
    def alone(self) -> set[str]:
        """Those that are hers alone."""
        return self.mobiles - self.shared

    @cached_property
    def visits(self) -> Sequence[Appointment]:
        """Her visits, in order."""
        hers = select(Appointment).where(Appointment.patient_id == self.patient.id)
        return self.session.scalars(hers.order_by(Appointment.starts_at, Appointment.id)).all()

    @cached_property
    def enrolments(self) -> Sequence[Enrolment]:
        """Her visits' courses of texts."""
        ids = [visit.id for visit in self.visits]
        return self.session.scalars(select(Enrolment).where(Enrolment.appointment_id.in_(ids))).all()

    @cached_property
    def consents(self) -> Sequence[ConsentEvent]:
        """What she agreed to and revoked, in order."""
        return self.session.scalars(self._hers(ConsentEvent).order_by(ConsentEvent.id)).all()

    @cached_property
    def texts_out(self) -> Sequence[OutboxText]:
        """What was, or was to be, sent to her, in order; pages to staff are not hers."""
        hers = self._hers(OutboxText).where(OutboxText.purpose != "page")
        return self.session.scalars(hers.order_by(OutboxText.planned_for, OutboxText.id)).all()

    @cached_property
    def receipts(self) -> Sequence[ReceiptRow]:
        """What the carrier reported about them."""
        ids = [text.id for text in self.texts_out]
        return self.session.scalars(select(ReceiptRow).where(ReceiptRow.outbox_id.in_(ids))).all()

    @cached_property
    def tickets(self) -> Sequence[Ticket]:
        """What a person had to do about her, in order."""
        return self.session.scalars(self._hers(Ticket).order_by(Ticket.created_at, Ticket.id)).all()

    @cached_property
    def texts_in(self) -> Sequence[InboxText]:
        """What she wrote, in order."""
        answered = [row.inbox_id for row in self.texts_out] + [row.inbox_id for row in self.tickets]
        ids = {inbox_id for inbox_id in answered if inbox_id}
        found = list(self._inbox(or_(InboxText.mobile.in_(self.alone), InboxText.id.in_(ids))))
        pieces = and_(InboxText.mobile.in_(self.shared), InboxText.state == JOINED)
        found += [text for text in self._inbox(pieces) if (text.reading or {}).get("with") in ids]
        return sorted(found, key=lambda text: (text.received_at, text.id))

    def _inbox(self, which: ColumnElement[bool]) -> Sequence[InboxText]:
        return self.session.scalars(select(InboxText).where(which)).all()

    @cached_property
    def conversations(self) -> Sequence[Conversation]:
        """Which answers are awaited on a phone that is hers alone."""
        return self.session.scalars(select(Conversation).where(Conversation.mobile.in_(self.alone))).all()

    @cached_property
    def audit(self) -> Sequence[AuditEntry]:
        """Who did what about her, in order."""
        subjects = {
            "patient": [self.patient.id],
            "appointment": [visit.id for visit in self.visits],
            "enrolment": [enrolment.id for enrolment in self.enrolments],
            "ticket": [ticket.id for ticket in self.tickets],
            "inbox": [text.id for text in self.texts_in],
        }
        about = [
            and_(AuditEntry.subject == name, AuditEntry.subject_id.in_(ids)) for name, ids in subjects.items()
        ]
        return self.session.scalars(select(AuditEntry).where(or_(*about)).order_by(AuditEntry.id)).all()

    @cached_property
    def file_lines(self) -> Sequence[ImportRow]:
        """The lines of files that she came with, as long as they are kept."""
        alone = and_(ImportRow.patient_id.is_(None), ImportRow.mobile.in_(self.alone))
        hers = select(ImportRow).where(or_(ImportRow.patient_id == self.patient.id, alone))
        found = list(self.session.scalars(hers))
        shared = and_(ImportRow.patient_id.is_(None), ImportRow.mobile.in_(self.shared))
        name = plain_name(self.patient.name)
        unsure = self.session.scalars(select(ImportRow).where(shared))
        found += [row for row in unsure if plain_name(str(row.cells.get("name", ""))) == name]
        return sorted(found, key=lambda row: (row.batch_id, row.line))

    @property
    def not_told_apart(self) -> int:
        """How many texts came from a shared phone of which nobody can tell whether she wrote them."""
        ids = {text.id for text in self.texts_in}
        return sum(text.id not in ids for text in self._inbox(InboxText.mobile.in_(self.shared)))

    def _hers(self, table: Any) -> Any:
        """Rows that name her, and those that name nobody and are about a phone that is hers alone."""
        patient_id: InstrumentedAttribute[str | None] = table.patient_id
        alone = and_(patient_id.is_(None), table.mobile.in_(self.alone))
        return select(table).where(or_(patient_id == self.patient.id, alone))
