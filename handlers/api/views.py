"""Rows as the API shows them. Each model is the answer and, in the OpenAPI document, its description."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from care.delivery import Status
from care.reading import Urgency
from messages.catalog import Catalog
from store.tables import Appointment, Enrolment, OutboxText, Patient, Ticket

Instant = Annotated[datetime, Field(description="UTC, ISO 8601, such as 2026-12-08T16:00:00Z")]


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MessageView(_View):
    """One text: planned, sent, or not sent and why."""

    id: str
    enrolment_id: str | None = Field(description="null for a reply or a page to staff")
    mobile: str
    step: str | None = Field(description="the step of the protocol; null for a reply or a page")
    code: str | None = Field(description="the clinician's short label of the wording, such as MC1")
    wording: str | None
    purpose: str = Field(description="booking, care, marketing, reply, page or staff")
    language: str
    planned_for: Instant
    due_at: Instant = Field(description="later than planned_for when the text is held or tried again")
    expires_at: Instant = Field(description="never sent after this")
    status: Status
    reason: str = Field(description="why it is sent, or why it was not, in words a patient could be told")
    body: str | None = Field(description="the words that left; null until then")
    sent_at: Instant | None


class EnrolmentView(_View):
    """One patient's visit on one version of a protocol, and her texts in order of time."""

    id: str
    external_id: str = Field(description="the appointment's")
    protocol: str
    version: int
    messages: list[MessageView]


class PatientView(_View):
    """Who comes."""

    id: str
    external_id: str | None
    name: str
    mobile: str
    language: str
    timezone: str | None


class AppointmentView(_View):
    """A visit, its enrolments, and all their texts in order of time."""

    external_id: str
    location: str
    patient: PatientView
    status: str = Field(description="booked, arrived, fulfilled, cancelled or noshow")
    booked_at: Instant
    starts_at: Instant
    ends_at: Instant | None = Field(description="the planned end")
    ended_at: Instant | None = Field(description="the real end; aftercare hangs on it")
    moved_at: Instant | None
    confirmed_at: Instant | None
    on_hold: str | None = Field(description="why staff are reviewing the visit, if they are")
    area: str | None
    enrolments: list[str]
    messages: list[MessageView]


class MessagesView(_View):
    """One page of texts."""

    messages: list[MessageView]
    next_cursor: str | None = Field(description="send it as cursor for the next page; null on the last")


class TicketView(_View):
    """Something a person must do."""

    id: str
    kind: str
    urgency: str = Field(description="none, routine, urgent, crisis or emergency")
    reason: str
    status: str = Field(description="open, taken or resolved")
    owner: str | None
    location: str
    mobile: str
    patient_id: str | None
    enrolment_id: str | None
    holds_visit: bool
    due_at: Instant
    created_at: Instant
    resolved_at: Instant | None


class TicketsView(_View):
    """One page of tickets."""

    tickets: list[TicketView]
    next_cursor: str | None = Field(description="send it as cursor for the next page; null on the last")


class FieldProblem(_View):
    """What is wrong with one field."""

    field: str
    detail: str


class ProblemView(_View):
    """An error, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)


def message_view(row: OutboxText, catalog: Catalog) -> MessageView:
    """One row of the outbox."""
    wording = catalog.wordings.get(row.wording or "")
    return MessageView(
        id=row.id,
        enrolment_id=row.enrolment_id,
        mobile=row.mobile,
        step=row.step,
        code=wording.code if wording else None,
        wording=row.wording,
        purpose=row.purpose,
        language=row.language,
        planned_for=row.planned_for,
        due_at=row.due_at,
        expires_at=row.expires_at,
        status=Status(row.status),
        reason=row.reason,
        body=row.body,
        sent_at=row.sent_at,
    )


def enrolment_view(enrolment: Enrolment, texts: Iterable[OutboxText], catalog: Catalog) -> EnrolmentView:
    """One enrolment with its texts."""
    return EnrolmentView(
        id=enrolment.id,
        external_id=enrolment.appointment.external_id,
        protocol=enrolment.protocol_name,
        version=enrolment.protocol_version.version,
        messages=[message_view(text, catalog) for text in texts],
    )


def appointment_view(visit: Appointment, texts: Iterable[OutboxText], catalog: Catalog) -> AppointmentView:
    """One visit with the texts of all its enrolments."""
    return AppointmentView(
        external_id=visit.external_id,
        location=visit.location_id,
        patient=patient_view(visit.patient),
        status=visit.status,
        booked_at=visit.booked_at,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        ended_at=visit.ended_at,
        moved_at=visit.moved_at,
        confirmed_at=visit.confirmed_at,
        on_hold=visit.on_hold,
        area=visit.area,
        enrolments=[enrolment.id for enrolment in visit.enrolments],
        messages=[message_view(text, catalog) for text in texts],
    )


def patient_view(patient: Patient) -> PatientView:
    """One patient."""
    return PatientView(
        id=patient.id,
        external_id=patient.external_id,
        name=patient.name,
        mobile=patient.mobile,
        language=patient.language,
        timezone=patient.timezone,
    )


def ticket_view(row: Ticket) -> TicketView:
    """One ticket."""
    return TicketView(
        id=row.id,
        kind=row.kind,
        urgency=Urgency(row.urgency).word,
        reason=row.reason,
        status=row.status,
        owner=row.owner,
        location=row.location_id,
        mobile=row.mobile,
        patient_id=row.patient_id,
        enrolment_id=row.enrolment_id,
        holds_visit=row.holds_visit,
        due_at=row.due_at,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
    )
