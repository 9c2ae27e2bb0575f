"""One planned text of one patient, changed by a person: not sent, at another moment, in other words.

Each can be taken back while the text is of use. A new plan respects it (care.reconcile); a visit that
moves makes the step a new text, in the approved words at its own moment.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.consent import Consent, Refused, may_send
from care.delivery import Status
from care.gate import Situation, last_moment, why_not_at
from care.protocol import Purpose, Step
from care.why import say_instant
from scheduler.booking import BadField
from scheduler.planning import replan
from scheduler.replying import LONGEST
from scheduler.works import Works
from store.accounts import staff_names
from store.audit import note
from store.consent import consents_of
from store.courses import course_of, facts_for
from store.database import retried
from store.outbox import text_locked
from store.tables import Enrolment, OutboxText
from store.visits import find_enrolment, zones_of

#: The longest reason that is kept, characters.
LONGEST_WHY = 200
#: What can be taken back, and the column that says who did it.
_BY_HAND = {"drop": "dropped_by", "time": "retimed_by", "words": "worded_by"}
_IN_HAND = (Status.CLAIMED.value, Status.UNKNOWN.value)


@dataclass(frozen=True)
class Seen:
    """One text as the page showed it. ``changed_at``: when a person last changed it, if one did."""

    text_id: str
    changed_at: datetime | None = None


@retried
def drop(works: Works, seen: Seen, why: str, actor: str) -> None:
    """Not send this text. Raises BadField without a reason, or when it can no longer be changed."""
    why = " ".join(why.split())
    if not 0 < len(why) <= LONGEST_WHY:
        raise BadField({"why": f"Say why, in {LONGEST_WHY} characters at most: it stands on the text"})
    with works.database.writing() as session, _altering(session, works, seen, actor) as one:
        one.text.dropped_by, one.text.status = actor, Status.CANCELLED.value
        one.text.reason = f"Dropped by {one.name}: {why}"
        one.note("text dropped")


@retried
def retime(works: Works, seen: Seen, at: datetime, actor: str) -> None:
    """Send it at another moment. Raises BadField outside its useful time and her daytime."""
    at = at.astimezone(UTC)
    with works.database.writing() as session, _altering(session, works, seen, actor) as one:
        if why := why_not_at(one.step, one.text.rung, one.situation(), at, one.now):
            raise BadField({"at": why})
        if at == one.text.planned_for:
            raise BadField({"at": "is the one it has already"})
        own = say_instant(one.text.planned_for, ZoneInfo(one.text.location.timezone))
        before = one.text.why if one.text.retimed_by else f"Planned for {own}"
        one.text.why = f"{before.partition(';')[0]}; moved to this time by {one.name}"
        one.text.reason, one.text.retimed_by = one.text.why, actor
        one.text.planned_for = one.text.due_at = at
        one.note("text moved")
    works.wake()


@retried
def reword(works: Works, seen: Seen, body: str, actor: str) -> None:
    """Say it in a person's own words. Raises BadField when they are no text, or may not reach her."""
    body = body.strip()
    if not 0 < len(body) <= LONGEST:
        raise BadField({"body": f"needs between 1 and {LONGEST} characters"})
    with works.database.writing() as session, _altering(session, works, seen, actor) as one:
        allowed = may_send(one.consent, Purpose(one.text.purpose))
        if isinstance(allowed, Refused):
            raise BadField({"body": allowed.reason})
        one.text.body, one.text.worded_by = body, actor
        one.text.wording = one.text.wording_version = None
        one.note("text reworded")


def useful_until(session: Session, works: Works, enrolment: Enrolment, text: OutboxText) -> datetime:
    """Until when a text is of use in the words it is planned with (UTC)."""
    one = _Altering(session, works, text, enrolment, "")
    return last_moment(one.step, text.rung, one.situation())


@retried
def take_back(works: Works, text_id: str, what: str, actor: str) -> None:
    """Undo one of these: ``drop``, ``time`` or ``words``. Raises BadField when there is nothing to undo."""
    field_name, now = _BY_HAND[what], works.clock()
    with works.database.writing() as session:
        text = text_locked(session, text_id)
        enrolment = find_enrolment(session, text.enrolment_id) if text and text.enrolment_id else None
        if text is None or enrolment is None or getattr(text, field_name) is None:
            raise BadField({"text": "That was taken back already"})
        if text.status not in (Status.PLANNED.value, Status.CANCELLED.value, Status.SUPPRESSED.value):
            raise BadField({"text": _why_fixed(text, {})})
        if text.expires_at <= now:
            raise BadField({"text": "Its useful time has passed: it cannot be sent any more"})
        one = _Altering(session, works, text, enrolment, actor)
        setattr(text, field_name, None)
        text.changed_at = text.updated_at = now
        one.note(f"text {what} taken back")
        replan(session, works, one.enrolment, now)
    works.wake()


@dataclass(frozen=True)
class _Altering:
    """One text in a person's hand, within one transaction."""

    session: Session
    works: Works
    text: OutboxText
    enrolment: Enrolment
    actor: str
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", self.works.clock())

    @property
    def name(self) -> str:
        """Who does it, as people know her."""
        return staff_names(self.session).get(self.actor, self.actor)

    @property
    def step(self) -> Step:
        """The step it is a text of."""
        return self.works.protocol_of(self.enrolment.protocol_version).step(self.text.step or "")

    @property
    def consent(self) -> Consent:
        """What she agreed to."""
        patient = self.enrolment.appointment.patient
        return consents_of(self.session, [patient.mobile]).of(patient.mobile, patient.id)

    def situation(self) -> Situation:
        """How her course stands."""
        protocol = self.works.protocol_of(self.enrolment.protocol_version)
        course = course_of(self.session, self.enrolment, protocol)
        facts = facts_for(self.session, self.enrolment)
        return Situation(course, facts, zones_of(self.enrolment.appointment), self.consent)

    def note(self, action: str) -> None:
        """Who did what to which of her texts."""
        about = ("patient", self.enrolment.appointment.patient_id)
        said = {"text": self.text.id, "step": self.text.step}
        note(self.session, self.actor, action, about, self.now, **said)


@contextmanager
def _altering(session: Session, works: Works, seen: Seen, actor: str) -> Iterator[_Altering]:
    """The text, locked, if it can still be changed and nobody has changed it since. Raises BadField."""
    text = text_locked(session, seen.text_id)
    enrolment = find_enrolment(session, text.enrolment_id) if text and text.enrolment_id else None
    if text is None or enrolment is None:
        raise BadField({"text": "There is no such planned text"})
    names = staff_names(session)
    if text.status != Status.PLANNED.value:
        raise BadField({"text": _why_fixed(text, names)})
    if text.changed_at != seen.changed_at:
        by = text.worded_by or text.retimed_by or text.dropped_by or ""
        who = names.get(by, by) or "Somebody"
        raise BadField({"text": f"{who} changed this text meanwhile: look at it again, as it is now"})
    one = _Altering(session, works, text, enrolment, actor)
    yield one
    text.changed_at = text.updated_at = one.now


def _why_fixed(text: OutboxText, names: Mapping[str, str]) -> str:
    """Why a text is not to be changed any more."""
    if text.dropped_by:
        return f"{names.get(text.dropped_by, text.dropped_by)} dropped this text already"
    if text.status in _IN_HAND:
        return "It is just leaving: it cannot be changed any more"
    if text.sent_at:
        return "It has left already: it cannot be changed any more"
    return f"It will not be sent as it is: {text.reason}"
