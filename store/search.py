"""Finding patients: by a part of the name, or by digits of the number."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from care.course import VisitStatus
from store.tables import Appointment, Patient

#: Fewer digits than this match half the clinic.
FEWEST_DIGITS = 3


def search_patients(session: Session, wanted: str, limit: int = 20) -> Sequence[Patient]:
    """Patients whose name has these words, or whose mobile has these digits, in any shape."""
    wanted = wanted.strip()
    if not wanted:
        return []
    found = select(Patient).where(or_(_by_name(wanted), _by_digits(wanted)))
    return session.scalars(found.order_by(func.lower(Patient.name), Patient.id).limit(limit)).all()


def _by_name(wanted: str) -> ColumnElement[bool]:
    return Patient.name.icontains(wanted, autoescape=True)


def _by_digits(wanted: str) -> ColumnElement[bool]:
    """Digits count only when nothing but a number was typed: "Ann 2" is a name."""
    digits = re.sub(r"\D", "", wanted)
    is_number = re.fullmatch(r"[\d\s().+-]+", wanted) is not None
    return Patient.mobile.contains(digits) if is_number and len(digits) >= FEWEST_DIGITS else false()


def patients_page(session: Session, offset: int, limit: int) -> Sequence[Patient]:
    """One page of all patients, by name."""
    by_name = (func.lower(Patient.name), Patient.id)  # ids are put in order first: whole rows would be heavy
    page = select(Patient.id).order_by(*by_name).offset(offset).limit(limit).subquery()
    return session.scalars(select(Patient).join(page, page.c.id == Patient.id).order_by(*by_name)).all()


def next_visits(session: Session, patient_ids: Collection[str], now: datetime) -> dict[str, datetime]:
    """When each of these patients comes next, if she is booked."""
    rows = session.execute(
        select(Appointment.patient_id, func.min(Appointment.starts_at))
        .where(
            Appointment.patient_id.in_(patient_ids),
            Appointment.status.in_((VisitStatus.BOOKED.value, VisitStatus.ARRIVED.value)),
            Appointment.starts_at >= now,
        )
        .group_by(Appointment.patient_id)
    )
    return dict(rows.all())
