"""One patient's timed texts paused by a person, with a reason, and let go again.

What she is answered, and what a person writes to her, is not held: only what we would begin.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import and_
from sqlalchemy.orm import Session

from care.why import say_instant
from scheduler.booking import BadField
from scheduler.works import Works
from store.accounts import staff_names
from store.audit import note
from store.database import retried
from store.outbox import Lane, recall, wake_held
from store.people import patient_locked
from store.tables import OutboxText, Patient

#: The longest reason that is kept, characters: it stands on every text that waits.
LONGEST_WHY = 200


@retried
def pause(works: Works, patient_id: str, why: str, actor: str) -> None:
    """Hold her timed texts from now on. Raises BadField without a reason, or when they are paused already.

    What a sender has in hand and has not handed over is looked at once more.
    """
    now, why = works.clock(), " ".join(why.split())
    if not 0 < len(why) <= LONGEST_WHY:
        raise BadField({"why": f"Say why, in {LONGEST_WHY} characters at most: it stands on each held text"})
    with works.database.writing() as session:
        patient = patient_locked(session, patient_id)
        if patient.paused_at:
            raise BadField({"paused": f"Her texts are {why_paused(session, patient)}"})
        patient.paused_at, patient.paused_by, patient.paused_why = now, actor, why
        recall(session, and_(OutboxText.patient_id == patient_id, OutboxText.lane == Lane.TIMED), now)
        note(session, actor, "texts paused", ("patient", patient_id), now)


@retried
def resume(works: Works, patient_id: str, actor: str) -> None:
    """Let them go: what waits is looked at again at once. Raises BadField when somebody did so already."""
    now = works.clock()
    with works.database.writing() as session:
        patient = patient_locked(session, patient_id)
        if not patient.paused_at:
            raise BadField({"paused": "Her texts are not paused: somebody has let them go already"})
        patient.paused_at = patient.paused_by = patient.paused_why = None
        note(session, actor, "texts resumed", ("patient", patient_id), now)
        session.flush()
        wake_held(session, patient_id, now)
    works.wake()


def why_paused(session: Session, patient: Patient) -> str | None:
    """``paused by Kim on Dec 3, 4:12 PM: she is abroad``; None while they are not."""
    return say_pause(patient, staff_names(session), ZoneInfo(patient.location.timezone))


class Pause(Protocol):
    """What carries a pause: a patient, or what the last look reads of her."""

    @property
    def paused_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def paused_by(self) -> str | None: ...  # noqa: D102
    @property
    def paused_why(self) -> str | None: ...  # noqa: D102


def say_pause(pause: Pause, names: Mapping[str, str], zone: ZoneInfo) -> str | None:
    """The same, where the names of staff are known; ``zone``: whose clock tells when."""
    if pause.paused_at is None:
        return None
    by = pause.paused_by or ""
    return f"paused by {names.get(by, by)} on {say_instant(pause.paused_at, zone)}: {pause.paused_why}"
