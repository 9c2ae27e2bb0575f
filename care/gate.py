"""The last look before a timed text leaves: may it, should it, now, and in which words?

A plan is a promise made days ahead. Between then and now she may have texted STOP,
the visit may have moved, an urgent ticket may be open, the sender may have been down
for a night. Whatever happened, the answer is one of three: send, wait, or drop.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from care.consent import Consent, Refused, may_send
from care.course import WHY_OFF, Course
from care.delivery import Status
from care.instants import Zones, next_opening, resolve
from care.protocol import Anchor, Facts, Purpose, Rung, Step, choose, condition_met
from care.reading import Urgency
from care.spacing import next_slot
from care.why import say_instant, say_time, why_condition

#: How long a held text waits before it is looked at again; releasing the hold wakes it at once.
LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Holding:
    """What may keep her texts back: the worst open ticket about her, a visit on hold, somebody's pause.

    ``paused``: who paused her texts, when and why, in words.
    """

    worst: Urgency = Urgency.NONE
    visit_on_hold: str | None = None
    paused: str | None = None


@dataclass(frozen=True)
class Situation:
    """How things stand at the moment of sending. ``sent_at``: timed texts to this mobile, UTC.

    ``wordings``: what already went to her about this same visit. ``own_words``: a person wrote
    this text anew, so what others said does not stand for it.
    """

    course: Course
    facts: Facts
    zones: Zones
    consent: Consent
    holding: Holding = Holding()
    sent_at: Collection[datetime] = ()
    wordings: Collection[str] = field(default_factory=frozenset)
    own_words: bool = False


@dataclass(frozen=True)
class Send:
    """Let it leave, in the wording of this rung."""

    wording: str
    rung: int


@dataclass(frozen=True)
class Wait:
    """Not now: look again at ``until`` (UTC)."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class Drop:
    """Never: ends in this state. ``call``: the phone call that stands in for it."""

    status: Status
    reason: str
    call: str | None = None


Verdict = Send | Wait | Drop


def look_again(step: Step, anchor_at: datetime, rung: int, situation: Situation, now: datetime) -> Verdict:
    """What to do with a due text. ``anchor_at`` and ``rung`` are what it was planned with."""
    if reason := _why_pointless(step, anchor_at, situation):
        return Drop(Status.CANCELLED, reason)
    allowed = may_send(situation.consent, step.purpose)
    if isinstance(allowed, Refused):
        return Drop(Status.SUPPRESSED, allowed.reason)
    held = _why_held(step, situation.holding)
    found = _rung_for(step, rung, situation, now)
    if found is None:
        return Drop(Status.EXPIRED, _too_late(held), step.if_missed)
    index, words = found
    wording = choose(words.text, situation.facts)
    if wording in situation.wordings and not situation.own_words:
        return Drop(Status.CANCELLED, "Carried by another text that already left")
    last = _until(step.ladder[-1], situation)
    if held is not None:
        return _held(held, last, step, now)
    wait = _why_wait(step, situation, now)
    if wait is None:
        return Send(wording, index)
    if wait.until > last:
        return Drop(Status.EXPIRED, _too_late(wait.reason), step.if_missed)
    return wait


def _held(reason: str, last: datetime, step: Step, now: datetime) -> Wait | Drop:
    """Looked at again within the hour, and once more at the last moment: it may be let go until then."""
    if now < last:
        return Wait(min(now + LOOK_AGAIN, last), reason)
    return Drop(Status.EXPIRED, _too_late(reason), step.if_missed)


def _too_late(held: str | None) -> str:
    if held is None:
        return "Its useful time passed before it could leave"
    return f"{held}, until its useful time had passed"


def last_moment(step: Step, rung: int, situation: Situation) -> datetime:
    """Until when (UTC) the words of this rung are of use."""
    return _until(step.ladder[rung], situation)


def why_not_at(step: Step, rung: int, situation: Situation, at: datetime, now: datetime) -> str | None:
    """Why a person cannot choose this moment for a planned text; None when it fits."""
    if at <= now:
        return "is in the past"
    last, clinic = _until(step.ladder[rung], situation), situation.zones.clinic
    if at > last:
        return f"is after its useful time, which ends on {say_instant(last, clinic)}"
    window = situation.zones.within(step.window)
    if next_opening(at, window, situation.zones.patient) != at:
        return f"is outside {say_time(window.opens)} to {say_time(window.closes)} her time"
    return None


def _why_pointless(step: Step, anchor_at: datetime, situation: Situation) -> str | None:
    course = situation.course
    if course.status in WHY_OFF:
        return WHY_OFF[course.status]
    if course.anchors.get(step.at.anchor) != anchor_at:
        return "The visit was moved"
    if course.ended_at is not None and step.at.anchor is not Anchor.VISIT_END:
        return "The visit is done"
    if not condition_met(step.only_if, situation.facts):
        return why_condition(step, situation.facts)
    return None


def _rung_for(step: Step, first: int, situation: Situation, now: datetime) -> tuple[int, Rung] | None:
    rungs = list(enumerate(step.ladder))[first:]
    return next(((index, rung) for index, rung in rungs if now <= _until(rung, situation)), None)


def _until(rung: Rung, situation: Situation) -> datetime:
    anchors = situation.course.anchors
    return resolve(rung.useful_until, anchors, situation.zones.clinic, situation.facts)


def _why_wait(step: Step, situation: Situation, now: datetime) -> Wait | None:
    window = situation.zones.within(step.window)
    opening = next_opening(now, window, situation.zones.patient)
    if opening > now:
        return Wait(opening, f"Held: outside {say_time(window.opens)} to {say_time(window.closes)} her time")
    if step.purpose is Purpose.BOOKING:
        return None
    slot = next_slot(now, situation.sent_at, step.window, situation.zones)
    return Wait(slot, "Held: at most two texts a day, two hours apart") if slot > now else None


def _why_held(step: Step, holding: Holding) -> str | None:
    """A pause, an emergency and a crisis hold everything; other open tickets what the step says."""
    if holding.paused:
        return f"Held: {holding.paused}"
    if holding.worst >= Urgency.CRISIS:
        return "Held: an emergency ticket is open"
    if step.held_by_urgent and holding.worst >= Urgency.URGENT:
        return "Held: an urgent ticket is open"
    if step.only_without_ticket and holding.worst >= Urgency.ROUTINE:
        return "Held: a ticket about her is open"
    if holding.visit_on_hold and step.at.anchor is not Anchor.VISIT_END:
        return f"Held: the visit is on hold ({holding.visit_on_hold})"
    return None
