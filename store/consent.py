"""Consent: events in, what they add up to out. Nothing is ever rewritten."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Consent, ConsentKind
from store.tables import ConsentEvent

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
    rows = session.scalars(
        select(ConsentEvent).where(ConsentEvent.mobile.in_(set(mobiles))).order_by(ConsentEvent.id)
    )
    return Consents(rows)


class Consents:
    """Consent events of some mobiles, ready to be asked about any patient on them."""

    def __init__(self, events: Iterable[ConsentEvent]) -> None:
        self._events: defaultdict[str, list[ConsentEvent]] = defaultdict(list)
        for event in events:
            self._events[event.mobile].append(event)

    def of(self, mobile: str, patient_id: str | None) -> Consent:
        """What the events add up to for this patient on this mobile.

        An opt-out ends everything for the mobile until she texts START herself; it also
        ends marketing for good: START brings back care texts only.
        """
        state = {ConsentKind.CARE.value: False, ConsentKind.MARKETING.value: False}
        opted_out: ConsentEvent | None = None
        for event in self._events[mobile]:
            if event.kind == ALL:
                opted_out = None if event.granted else event
                state[ConsentKind.MARKETING.value] &= event.granted
            elif event.patient_id in (None, patient_id):
                state[event.kind] = event.granted
        return Consent(
            care=state[ConsentKind.CARE.value],
            marketing=state[ConsentKind.MARKETING.value],
            opted_out=why_opted_out(opted_out.method, opted_out.at) if opted_out else None,
            opted_out_at=opted_out.at if opted_out else None,
        )


def why_opted_out(method: str, at: datetime) -> str:
    """The reason on every text an opt-out keeps back. The words themselves stay in the event."""
    how = {"text": "she texted STOP", "carrier": "the carrier says she opted out"}
    return f"Not sent: {how.get(method, 'she opted out')} on {at:%b} {at.day}, {at.year}"
