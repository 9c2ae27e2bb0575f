"""A visit moved and taken back: what would become of each text, found by really moving it.

The move runs in a transaction that is never kept: what is shown is what the move does, because it is
the move (docs/decisions/0013).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from care.delivery import MAY_HAVE_LEFT, Status
from care.protocol import Anchor
from care.reading import Urgency
from messages.render import placeholders
from scheduler.booking import AppointmentChange
from scheduler.changing import apply_to
from scheduler.works import Works
from store.locks import one_at_a_time
from store.outbox import texts_of
from store.tables import Appointment, Enrolment, OutboxText
from store.tickets import open_calls
from store.visits import enrolments_of, find_appointment

#: What names the visit's day or hour in a text: such a text is wrong once the visit has moved.
NAMES_THE_TIME = frozenset({"day", "time", "date5", "date2"})


@dataclass(frozen=True)
class Stands:
    """One timed text as it stands. ``names_time``: its words name the visit's day or hour.

    ``own_words``: a person wrote them, so only reading tells. ``corrects``: it tells her a new time.
    """

    text_id: str
    key: tuple[str, str]  #: enrolment and step: what takes its place when the visit moves
    status: Status
    planned_for: datetime
    sent_at: datetime | None
    reason: str
    names_time: bool = False
    own_words: bool = False
    corrects: bool = False
    by_hand: str | None = None  #: who of the staff changed it

    @property
    def step(self) -> str:
        """The step's name."""
        return self.key[1]

    @property
    def waits(self) -> bool:
        """Whether it is planned to leave."""
        return self.status is Status.PLANNED


@dataclass(frozen=True)
class Call:
    """A call that somebody must make."""

    reason: str
    urgent: bool


@dataclass(frozen=True)
class Standing:
    """All her timed texts, in order of time, and the calls that are open, by id."""

    texts: Sequence[Stands]
    calls: Mapping[str, Call]


@dataclass(frozen=True)
class Shift:
    """One text that will leave at ``to`` (UTC); ``was``: when it was to leave, None for a new one."""

    step: str
    to: datetime
    was: datetime | None = None
    corrects: bool = False


@dataclass(frozen=True)
class Gone:
    """One text that will not leave, and why."""

    step: str
    was: datetime
    reason: str


@dataclass(frozen=True)
class SentWrong:
    """One text that she has, and that names the old time, or may in a person's own words."""

    step: str
    sent_at: datetime
    own_words: bool


@dataclass(frozen=True)
class Difference:
    """What a change makes otherwise; each list in order of time."""

    moves: tuple[Shift, ...] = ()
    stays: tuple[Shift, ...] = ()
    new: tuple[Shift, ...] = ()
    gone: tuple[Gone, ...] = ()
    wrong: tuple[SentWrong, ...] = ()
    anew: tuple[tuple[str, str], ...] = ()  #: changed by hand, and planned anew all the same: step, by whom
    calls: tuple[Call, ...] = ()  #: to be made because of it
    spared: tuple[Call, ...] = ()  #: no longer to be made


@dataclass(frozen=True)
class Rehearsed:
    """The world as it would be, to look at until the block ends. ``replaced``: ids of what does not leave."""

    session: Session
    visit: Appointment
    enrolments: Sequence[Enrolment]
    difference: Difference
    replaced: frozenset[str]


@contextmanager
def rehearsed(works: Works, external_id: str, starts_at: datetime, actor: str) -> Iterator[Rehearsed | None]:
    """Move the visit, look, take it back; None when there is none. Raises BadField when it cannot be."""
    with works.database.trying() as session:
        one_at_a_time(session, f"visit:{external_id}")
        visit = find_appointment(session, external_id)
        if visit is None:
            yield None
            return
        before = standing(session, works, visit.patient_id)
        apply_to(session, works, visit, AppointmentChange(starts_at=starts_at), actor)
        after = standing(session, works, visit.patient_id)
        waits = {text.text_id for text in after.texts if text.waits}
        replaced = frozenset(text.text_id for text in before.texts if text.waits) - waits
        mine = [one for one in enrolments_of(session, visit.patient_id) if one.appointment_id == visit.id]
        yield Rehearsed(session, visit, mine, difference(before, after), replaced)


def standing(session: Session, works: Works, patient_id: str) -> Standing:
    """How all her timed texts, and the calls about her, stand."""
    session.flush()
    texts = [
        _stands(works, text, enrolment)
        for enrolment in enrolments_of(session, patient_id)
        for text in texts_of(session, enrolment.id)
    ]
    calls = {
        ticket.id: Call(ticket.reason, ticket.urgency >= Urgency.URGENT)
        for ticket in open_calls(session, patient_id)
    }
    return Standing(sorted(texts, key=lambda text: (text.planned_for, text.key)), calls)


def _stands(works: Works, text: OutboxText, enrolment: Enrolment) -> Stands:
    protocol, step = works.protocol_of(enrolment.protocol_version), text.step or ""
    said = works.catalog.wordings.get(text.wording or "")
    return Stands(
        text_id=text.id,
        key=(enrolment.id, step),
        status=Status(text.status),
        planned_for=text.planned_for,
        sent_at=(text.sent_at or text.handed_at) if text.status in MAY_HAVE_LEFT else None,
        reason=text.reason,
        names_time=said is None or not NAMES_THE_TIME.isdisjoint(placeholders(said.texts["en"])),
        own_words=text.worded_by is not None,
        corrects=protocol.step(step).at.anchor is Anchor.MOVE,
        by_hand=text.worded_by or text.retimed_by or text.dropped_by,
    )


def difference(before: Standing, after: Standing) -> Difference:
    """What is otherwise in the second than in the first."""
    was = {text.text_id: text for text in before.texts}
    waited = {text.key: text for text in before.texts if text.waits}
    planned = [text for text in after.texts if text.waits]
    new_keys = {text.key for text in planned if text.text_id not in was or not was[text.text_id].waits}
    shifts = [_shift(text, was, waited) for text in planned]
    return Difference(
        moves=tuple(shift for shift in shifts if shift.was not in (None, shift.to)),
        stays=tuple(shift for shift in shifts if shift.was == shift.to),
        new=tuple(shift for shift in shifts if shift.was is None),
        gone=tuple(_gone(before, after, {text.key for text in planned})),
        wrong=tuple(
            SentWrong(text.step, text.sent_at, text.own_words)
            for text in before.texts
            if text.sent_at and text.names_time
        ),
        anew=tuple(
            (text.step, text.by_hand) for text in before.texts if text.by_hand and text.key in new_keys
        ),
        calls=tuple(call for key, call in after.calls.items() if key not in before.calls),
        spared=tuple(call for key, call in before.calls.items() if key not in after.calls),
    )


def _shift(text: Stands, was: Mapping[str, Stands], waited: Mapping[tuple[str, str], Stands]) -> Shift:
    """Where this text was before: itself, or the one whose place it takes."""
    same = was.get(text.text_id)
    earlier = same if same is not None and same.waits else waited.get(text.key)
    return Shift(text.step, text.planned_for, earlier.planned_for if earlier else None, text.corrects)


def _gone(before: Standing, after: Standing, planned: set[tuple[str, str]]) -> Iterator[Gone]:
    """What waited and has nothing in its place: why it does not leave, or why what replaces it may not."""
    refused = {
        text.key: text.reason for text in after.texts if text.status in (Status.SUPPRESSED, Status.EXPIRED)
    }
    now = {text.text_id: text for text in after.texts}
    for text in before.texts:
        if text.waits and text.key not in planned:
            yield Gone(text.step, text.planned_for, refused.get(text.key) or now[text.text_id].reason)
    known = {text.text_id for text in before.texts}
    for text in after.texts:
        if text.corrects and text.text_id not in known and text.key in refused:
            yield Gone(text.step, text.planned_for, text.reason)
