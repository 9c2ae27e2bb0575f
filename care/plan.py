"""What a patient should get, when, and why: the whole course, from the instants we know.

``plan`` is the only place that decides what is texted when. Booking, moving, marking
done, learning a fact: all of them call it again, and :func:`care.reconcile.reconcile`
finds the difference. It never looks at a clock; the same course gives the same plan.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from care import why
from care.course import WHY_OFF, Course
from care.instants import Zones, local_day, next_opening, resolve
from care.planned import CallNeeded, Plan, PlannedMessage, Skipped
from care.protocol import (
    Anchor,
    Call,
    Facts,
    Protocol,
    Purpose,
    Rung,
    Step,
    Window,
    choose,
    condition_met,
)
from care.spacing import next_slot, not_tonight

#: The visit's day keeps a place free for the text that follows the visit: it carries the red flags.
KEPT_FREE = timedelta(hours=3)
#: A step whose own moment is nearer than this to the booking counts as missed.
TOO_SOON = timedelta(hours=2)


def plan(protocol: Protocol, course: Course, facts: Facts, zones: Zones) -> Plan:
    """The course of texts for one visit.

    Before the visit is marked done there is no aftercare; once it is, only aftercare.
    A cancelled or missed visit has an empty plan.
    """
    if course.status in WHY_OFF:
        return Plan()
    return _Planning(protocol, course, facts, zones).result()


@dataclass(frozen=True)
class _Candidate:
    """A step with the moment and the rung it would like, before the days are shared out."""

    step: Step
    due_at: datetime
    rung: int = 0
    late: bool = False

    @property
    def covers(self) -> frozenset[str]:
        return self.step.ladder[self.rung].covers


@dataclass(frozen=True)
class _Place:
    """The moment a candidate got, and the rung that still holds then; None: none does."""

    candidate: _Candidate
    due_at: datetime
    rung: int | None


class _Planning:
    """One run of :func:`plan`: its arguments, and what has been decided so far."""

    def __init__(self, protocol: Protocol, course: Course, facts: Facts, zones: Zones) -> None:
        self.protocol, self.course, self.facts, self.zones = protocol, course, facts, zones
        self.order = {step.name: place for place, step in enumerate(protocol.steps)}
        self.skipped: list[Skipped] = []
        self.missed: list[Step] = []
        self.anchors = course.anchors
        for anchor in (Anchor.BOOKING, Anchor.MOVE):  # a booking made at night is answered in the morning
            if anchor in self.anchors:
                self.anchors[anchor] = next_opening(self.anchors[anchor], Window(), zones.patient)
        self.welcomed_at = self.anchors.get(Anchor.MOVE, self.anchors[Anchor.BOOKING])

    def result(self) -> Plan:
        candidates = [c for step in self.protocol.steps if (c := self._candidate(step))]
        laid = list(self._lay(self._merged(candidates)))
        while sooner := self._merged_sooner(laid):
            laid = list(self._lay(self._merged(sooner)))
        for place in laid:
            if place.rung is None:
                self._give_up(place.candidate.step)
        messages = [self._message(place, place.rung) for place in laid if place.rung is not None]
        return Plan(tuple(messages), tuple(self.skipped), tuple(self._calls()))

    # -- each step's own wish

    def _candidate(self, step: Step) -> _Candidate | None:
        """The step's own moment, or its catch-up; None, with the reason kept, when it has neither."""
        aftercare = step.at.anchor is Anchor.VISIT_END
        if step.at.anchor not in self.anchors or aftercare != (self.course.ended_at is not None):
            return None
        if reason := self._why_not(step):
            self._skip(step, reason)
            return None
        ideal = resolve(step.at, self.anchors, self.zones.clinic, self.facts)
        if not self._missed(step, ideal):
            return _Candidate(step, ideal)
        if self.course.already_told(step.name):
            self._skip(step, why.why_told(self.course.told[step.name], self.zones.clinic))
            return None
        return self._catch_up(step)

    def _why_not(self, step: Step) -> str | None:
        if not condition_met(step.only_if, self.facts):
            return why.why_condition(step, self.facts)
        starts = self.course.starts_at.astimezone(self.zones.clinic).time()
        if step.only_from and starts < step.only_from:
            return why.why_early_visit(step)
        if step.at.anchor is Anchor.MOVE and self.course.planned_from < self.anchors[Anchor.BOOKING]:
            return why.why_move_unneeded()
        return None

    def _missed(self, step: Step, ideal: datetime) -> bool:
        """Its moment lies before the booking, or so soon after that it would crowd the first texts."""
        if step.at.anchor is not Anchor.VISIT:
            return False
        return ideal < self.welcomed_at + TOO_SOON or ideal < self._known_at(step)

    def _known_at(self, step: Step) -> datetime:
        """When the facts this step depends on were last learnt."""
        names = {name for wanted in step.only_if for name in wanted}
        learnt = (fact.known_at for name, fact in self.facts.items() if name in names)
        return max(learnt, default=self.course.planned_from)

    def _catch_up(self, step: Step) -> _Candidate | None:
        """The first rung that can still be said in time, at its wait after the booking."""
        for index in range(len(step.ladder)):
            if candidate := self._late(step, index):
                return candidate
        self._give_up(step)
        return None

    def _late(self, step: Step, index: int) -> _Candidate | None:
        """This rung at its wait after the booking, if it has one and still holds then."""
        rung = step.ladder[index]
        if rung.catch_up is None:
            return None
        start = max(self.welcomed_at, self._known_at(step))
        due = not_tonight(start + rung.catch_up, step.window, self.zones)
        return _Candidate(step, due, index, late=True) if due <= self._until(rung) else None

    def _give_up(self, step: Step) -> None:
        """Another text carries it, or a person calls."""
        if step.carried_by:
            self._skip(step, why.why_carried(step), late=True)
        else:
            self.missed.append(step)
            self._skip(step, why.why_too_late(step), late=True)

    # -- the wishes beside each other

    def _merged(self, candidates: list[_Candidate]) -> list[_Candidate]:
        """Leave out the late steps that another late wording asks about as well."""
        kept = []
        for candidate in candidates:
            other = next((c for c in candidates if self._swallows(c, candidate)), None)
            if other:
                self._skip(candidate.step, why.why_merged(other.step), late=True)
            else:
                kept.append(candidate)
        carried = {name for candidate in kept for name in candidate.covers}
        self.missed = [step for step in self.missed if step.name not in carried]
        return kept

    def _swallows(self, one: _Candidate, other: _Candidate) -> bool:
        """Of two that cover each other, the first in the protocol stays."""
        name, rival = one.step.name, other.step.name
        if one is other or not other.late or rival not in one.covers:
            return False
        return name not in other.covers or self.order[name] < self.order[rival]

    def _lay(self, candidates: Iterable[_Candidate]) -> Iterator[_Place]:
        """Give each its moment, in order of time: one that is pushed queues again at its new one.

        One that no wording fits any more at its moment takes nobody's place.
        """
        queue = [(c.due_at, self.order[c.step.name], c) for c in candidates]
        heapify(queue)
        taken = [] if self.course.ended_at else [self.course.starts_at + KEPT_FREE]
        while queue:
            due, order, candidate = heappop(queue)
            limited = candidate.step.purpose is not Purpose.BOOKING
            at = next_slot(due, taken if limited else (), candidate.step.window, self.zones)
            if at > due:
                heappush(queue, (at, order, candidate))
                continue
            rung = self._rung_at(candidate, at)
            if limited and rung is not None:
                taken.append(at)
            yield _Place(candidate, at, rung)

    def _rung_at(self, candidate: _Candidate, due: datetime) -> int | None:
        """Its own rung, or the next one down that still holds at that moment."""
        ladder = candidate.step.ladder
        return next((i for i in range(candidate.rung, len(ladder)) if due <= self._until(ladder[i])), None)

    def _merged_sooner(self, laid: list[_Place]) -> list[_Candidate] | None:
        """Where the days do not suffice: merge at once, not after half of it was asked.

        A late text that is pushed so far that its merged wording is due would ask again
        what another late text had asked before it.
        """
        for place in laid:
            mine = place.candidate
            if mine.late and place.rung is not None and place.rung > mine.rung:
                sooner = self._late(mine.step, place.rung)
                others = [other.candidate for other in laid if other is not place]
                if sooner and any(self._swallows(sooner, other) for other in others):
                    return [sooner if other is place else other.candidate for other in laid]
        return None

    def _message(self, place: _Place, index: int) -> PlannedMessage:
        """The text at the moment it got, in the words that hold then."""
        step, candidate = place.candidate.step, place.candidate
        return PlannedMessage(
            step=step.name,
            code=step.code,
            anchor_at=self.course.anchors[step.at.anchor],
            due_at=place.due_at,
            expires_at=self._until(step.ladder[-1]),
            wording=choose(step.ladder[index].text, self.facts),
            rung=index,
            purpose=step.purpose,
            reason=why.why_sent(step, candidate.late, place.due_at - candidate.due_at),
            late=candidate.late,
        )

    # -- what people must do

    def _calls(self) -> Iterator[CallNeeded]:
        """Calls the booking itself asks for, then those that stand in for missed steps."""
        if self.course.ended_at is None:
            for call in self.protocol.calls:
                if self._fires(call):
                    yield CallNeeded(call.name, call.reason, call.urgent, holds_visit=call.holds_visit)
        reasons = {call.name: call for call in self.protocol.calls}
        wanted = {step.if_missed: step for step in self.missed if step.if_missed}
        for name, step in wanted.items():
            yield CallNeeded(name, reasons[name].reason, reasons[name].urgent, step.name)

    def _fires(self, call: Call) -> bool:
        """A call with neither condition stands in for a missed step and never fires by itself."""
        if call.within_days is None and not call.only_if:
            return False
        zone = self.zones.clinic
        ahead = (local_day(self.course.starts_at, zone) - local_day(self.course.planned_from, zone)).days
        near = call.within_days is None or ahead <= call.within_days
        far = call.beyond_days is None or ahead > call.beyond_days
        return near and far and condition_met(call.only_if, self.facts)

    def _until(self, rung: Rung) -> datetime:
        return resolve(rung.useful_until, self.anchors, self.zones.clinic, self.facts)

    def _skip(self, step: Step, reason: str, *, late: bool = False) -> None:
        self.skipped.append(Skipped(step.name, step.code, reason, late))
