"""Consent: events in, what they add up to out. Nothing is ever rewritten."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Consent, ConsentKind
from store.asking import any_of
from store.tables import ConsentEvent, Location, Patient

ALL = "all"  #: an opt-out, or its end, for every text to a mobile


def record_consent(session: Session, event: ConsentEvent) -> bool:
    """Append one event, unless the last of its kind for the same person said the same. True if new."""
    last = session.scalar(
        select(ConsentEvent)
        .where(
            ConsentEvent.mobile == event.mobile,
            ConsentEvent.kind == event.kind,
            ConsentEvent.patient_id.is_(None)
            if event.patient_id is None
            else ConsentEvent.patient_id == event.patient_id,
        )
        .order_by(ConsentEvent.id.desc())
        .limit(1)
    )
    if last is not None and last.granted == event.granted:
        return False
    session.add(event)
    session.flush()
    return True


def consents_of(session: Session, mobiles: Iterable[str]) -> "Consents":
    """All that was agreed and revoked for these mobiles."""
    events = [Said(*row) for row in session.execute(_EVENTS, {"mobiles": list(set(mobiles))})]
    stopped = {event.mobile for event in events if event.kind == ALL and not event.granted}
    return Consents(events, _zones(session, stopped) if stopped else {})


def _zones(session: Session, mobiles: set[str]) -> dict[str, ZoneInfo]:
    """Whose clock tells when each of these mobiles opted out: her location's, or the clinic's first."""
    first = session.scalar(select(Location.timezone).order_by(Location.id).limit(1)) or "UTC"
    hers = session.execute(
        select(Patient.mobile, Location.timezone)
        .join(Location, Location.id == Patient.location_id)
        .where(Patient.mobile.in_(mobiles))
    )
    return {mobile: ZoneInfo(zone) for mobile, zone in [*((one, first) for one in mobiles), *hers]}


class Said(NamedTuple):
    """What counts of one consent event."""

    mobile: str
    patient_id: str | None
    kind: str
    granted: bool
    method: str
    at: datetime


_EVENTS = (
    select(*(getattr(ConsentEvent, name) for name in Said._fields))
    .where(ConsentEvent.mobile.in_(any_of("mobiles")))
    .order_by(ConsentEvent.id)
)


class Consents:
    """Consent events of some mobiles, ready to be asked about any patient on them."""

    def __init__(self, events: Iterable[Said], zones: Mapping[str, ZoneInfo]) -> None:
        self._zones = zones
        self._events: defaultdict[str, list[Said]] = defaultdict(list)
        for event in events:
            self._events[event.mobile].append(event)

    def of(self, mobile: str, patient_id: str | None) -> Consent:
        """What the events add up to for this patient on this mobile.

        An opt-out ends everything for the mobile until she texts START herself; it also
        ends marketing for good: START brings back care texts only.
        """
        state = {ConsentKind.CARE.value: False, ConsentKind.MARKETING.value: False}
        opted_out: Said | None = None
        for event in self._events[mobile]:
            if event.kind == ALL:
                opted_out = None if event.granted else event
                state[ConsentKind.MARKETING.value] &= event.granted
            elif event.patient_id in (None, patient_id):
                state[event.kind] = event.granted
        said = (opted_out.method, opted_out.at, self._zones[mobile]) if opted_out else None
        return Consent(
            care=state[ConsentKind.CARE.value],
            marketing=state[ConsentKind.MARKETING.value],
            opted_out=why_opted_out(*said) if said else None,
            opted_out_at=opted_out.at if opted_out else None,
        )


def why_opted_out(method: str, at: datetime, zone: ZoneInfo) -> str:
    """The reason on every text an opt-out keeps back. The words themselves stay in the event."""
    how = {"text": "she texted STOP", "carrier": "the carrier says she opted out"}
    local = at.astimezone(zone)
    when = f"{local:%b} {local.day}, {local.year}, at {local:%-I:%M %p}"
    return f"Not sent: {how.get(method, 'she opted out')} on {when}"
