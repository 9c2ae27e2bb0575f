"""The promises of the design, as questions to ask after every step. Each raises AssertionError."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select

from care.consent import Consent
from care.course import WHY_OFF, Course
from care.delivery import Status
from care.protocol import Anchor, Protocol, Window
from care.reading import Urgency
from carriers.base import OutgoingText
from scheduler.acting import ONE_SAFETY_REPLY
from scheduler.breaking import BREAKER
from scheduler.paging import SLOW
from scheduler.works import Works
from store.consent import consents_of
from store.courses import standing_of
from store.inbox import ANSWERED, CRASHED, JOINED, RECEIVED, SILENT, WITH_PERSON
from store.mobile import spoken
from store.outbox import UNHELD, Lane
from store.tables import Base, Enrolment, InboxText, OutboxText, Proposal, RulingRow, Ticket
from store.tickets import OPEN
from store.visits import zones_of
from tests.promises.faulty import Taking

#: No timed text before or after these hours, whatever a step's own window says.
WAKING = Window(time(8), time(21))
LIMITED = ("care", "marketing")


@dataclass(frozen=True)
class Then:
    """The world when the carrier took a text: its row, her consent, and for a timed text her visit."""

    row: OutboxText
    consent: Consent
    zone: ZoneInfo
    course: Course | None = None
    protocol: Protocol | None = None
    paused: bool = False


def witness(works: Works, text: OutgoingText) -> Then:
    """Look at the database at the moment the carrier takes this text."""
    with works.database.reading() as session:
        row = session.get_one(OutboxText, text.id)
        consent = consents_of(session, [row.mobile]).of(row.mobile, row.patient_id)
        here = ZoneInfo(row.location.timezone)
        if row.enrolment_id is None:
            return Then(row, consent, here)
        enrolment = session.get_one(Enrolment, row.enrolment_id)
        visit = enrolment.appointment
        protocol = works.protocol_of(enrolment.protocol_version)
        paused = visit.patient.paused_at is not None
        return Then(row, consent, zones_of(visit).patient, standing_of(enrolment).course(), protocol, paused)


@dataclass(frozen=True)
class World:
    """All there is at the end of a step."""

    works: Works
    now: datetime
    taken: list[Taking]
    outbox: dict[str, OutboxText]
    inbox: list[InboxText]
    tickets: list[Ticket]
    rulings: list[tuple[RulingRow, Proposal | None]]  #: in the order in which they were made


def look_around(works: Works, taken: list[Taking]) -> World:
    """Read everything."""
    with works.database.reading() as session:
        return World(
            works,
            works.clock(),
            taken,
            {row.id: row for row in session.scalars(select(OutboxText))},
            list(session.scalars(select(InboxText).order_by(InboxText.received_at))),
            list(session.scalars(select(Ticket))),
            [(row, proposal) for row, proposal in session.execute(_RULINGS)],
        )


_RULINGS = (
    select(RulingRow, Proposal)
    .outerjoin(Proposal, Proposal.id == RulingRow.proposal_id)
    .order_by(RulingRow.id)
)


def snapshot(works: Works) -> dict[str, list[tuple]]:
    """Every row of every table, but for when it was last written."""
    with works.database.reading() as session:
        return {
            table.name: sorted(
                session.execute(select(*(c for c in table.c if c.name != "updated_at"))).all(), key=repr
            )
            for table in Base.metadata.sorted_tables
        }


# -- 1 ------------------------------------------------------------------------------------------------


def nothing_after_an_opt_out(world: World) -> None:
    """But the one confirmation, and a safety reply that was written no later than the opt-out."""
    confirmed: Counter[tuple[str, datetime]] = Counter()
    for taking in world.taken:
        row, consent = taking.then.row, taking.then.consent
        if consent.opted_out_at is None:
            continue
        if row.wording == "opted_out":
            confirmed[row.mobile, consent.opted_out_at] += taking.arrived
            continue
        in_one_breath = row.lane == Lane.SAFETY and row.created_at <= consent.opted_out_at
        assert in_one_breath, f"{row.purpose} {row.wording} left after the opt-out"
    assert not confirmed or max(confirmed.values()) <= 1, "an opt-out was confirmed twice"


# -- 2 ------------------------------------------------------------------------------------------------


def timed_texts_keep_to_their_time(world: World) -> None:
    """In the window on her clock, before they expire, about a visit that stands where they thought."""
    for taking in world.taken:
        row, course, protocol = taking.then.row, taking.then.course, taking.then.protocol
        if row.lane != Lane.TIMED:
            continue
        step = protocol.step(row.step)
        clock = taking.at.astimezone(taking.then.zone).time()
        for window in (WAKING, step.window):
            assert window.opens <= clock < window.closes, f"{row.step} left at {clock} her time"
        assert taking.at <= row.expires_at, f"{row.step} left after it expired"
        assert not taking.then.paused, f"{row.step} left while her texts were paused"
        assert course.status not in WHY_OFF, f"{row.step} left for a visit that is {course.status}"
        assert course.anchors.get(step.at.anchor) == row.anchor_at, f"{row.step} left for a moved visit"
        if course.ended_at:
            assert step.at.anchor is Anchor.VISIT_END, f"{row.step} left after the visit"


# -- 3 ------------------------------------------------------------------------------------------------


def nothing_leaves_twice(world: World) -> None:
    """As often as we meant to say these words to this mobile, unless the carrier lost them on the way.

    Two texts in the same words may change places in the carrier's list: only their number counts.
    """
    meant = Counter((row.mobile, row.body) for row in world.outbox.values())
    said = Counter((one.text.to, one.text.body) for one in world.taken if one.arrived)
    for (mobile, body), times in said.items():
        assert times <= meant[mobile, body], f"left {times} times: {body}"


# -- 4 ------------------------------------------------------------------------------------------------


def every_state_has_a_reason(world: World) -> None:
    """Staff can see why each text stands where it stands."""
    for row in world.outbox.values():
        assert row.reason, f"{row.step or row.purpose} is {row.status} without a reason"


def nothing_is_stuck(world: World) -> None:
    """Once the carrier is honest again and some hours have passed."""
    for row in world.outbox.values():
        assert row.status not in (Status.CLAIMED, Status.UNKNOWN), f"{row.wording} is stuck {row.status}"
        overdue = row.status == Status.PLANNED and row.due_at <= world.now
        assert not overdue, f"{row.step or row.purpose} was due and is still planned"
        late = row.status == Status.PLANNED and row.due_at > row.expires_at + timedelta(hours=1)
        assert not late, f"{row.step or row.purpose} waits for a moment after its end"


# -- 5 ------------------------------------------------------------------------------------------------


def every_text_in_was_handled_once(world: World) -> None:
    """Answered, silent for a reason, or with a person."""
    replies, tickets = defaultdict(list), {ticket.id for ticket in world.tickets}
    for row in world.outbox.values():
        replies[row.inbox_id].append(row)
    states = {text.id: text.state for text in world.inbox}
    for text in world.inbox:
        assert text.state != CRASHED, f"could not be read: {text.body!r}"
        if text.state == RECEIVED:
            continue
        assert text.handled_at is not None
        if text.state == JOINED:
            assert states[text.reading["with"]] not in (RECEIVED, JOINED), f"joined to nothing: {text.body!r}"
            continue
        assert len(replies[text.id]) <= len(text.reading["replies"])
        held = {ANSWERED: replies[text.id], WITH_PERSON: tickets & set(text.reading.get("held_by", ()))}
        if text.state == SILENT:
            assert text.reading["silence"] or text.reading["actions"], f"silent for no reason: {text.body!r}"
        else:
            assert held[text.state], f"{text.state} by nothing: {text.body!r}"


def nobody_waits_for_an_answer(world: World) -> None:
    """At the end: no text lies unread, and a reply that did not arrive is a person's to make up for."""
    told = {ticket.mobile for ticket in world.tickets}
    for text in world.inbox:
        assert text.state != RECEIVED, f"nobody read: {text.body!r}"
    for row in world.outbox.values():
        lost = row.status in (Status.EXPIRED, Status.FAILED, Status.UNDELIVERED)
        if row.inbox_id and lost and row.error_code != "21610":
            assert row.mobile in told, f"the reply {row.wording} is {row.status}, and nobody knows"


# -- 6 ------------------------------------------------------------------------------------------------


def emergencies_come_first(world: World, emergencies: dict[str, bool]) -> None:
    """911 before all else. ``emergencies``: the carrier's id of each, and whether she had opted out."""
    rows = {row.dedupe_key: row for row in world.outbox.values()}
    for text in world.inbox:
        if text.provider_sid not in emergencies or text.state == RECEIVED:
            continue
        mine = [ticket for ticket in world.tickets if ticket.id in text.reading["held_by"]]
        assert max(ticket.urgency for ticket in mine) >= Urgency.CRISIS, f"with nobody: {text.body!r}"
        held_by = {ticket.id for ticket in mine}
        paged = [row for row in world.outbox.values() if row.purpose == "page" and row.ticket_id in held_by]
        assert any(row.created_at == text.handled_at for row in paged), f"pages nobody: {text.body!r}"
        stopped_since = text.handled_at > text.received_at and any("opted out" in t.reason for t in mine)
        if not emergencies[text.provider_sid] and not stopped_since:  # while no process was there to read it
            first = rows.get(f"reply:{text.id}:0") or _said_lately(world, text)
            assert first is not None, f"not answered: {text.body!r}"
            assert first.lane == Lane.SAFETY, f"not answered first: {text.body!r}"
            assert "911" in first.body
            _leaves_first(world, first)


def _said_lately(world: World, text: InboxText) -> OutboxText | None:
    """The safety reply of the last ten minutes that stands for this one too."""
    return next(
        (
            row
            for row in world.outbox.values()
            if row.mobile == text.mobile
            and row.lane == Lane.SAFETY
            and timedelta(0) <= text.handled_at - row.created_at < ONE_SAFETY_REPLY
            and "911" in row.body
        ),
        None,
    )


def _leaves_first(world: World, first: OutboxText) -> None:
    """Unless the carrier refused it at first: then the others need not wait."""
    order = [one.text.id for one in world.taken if one.then.row.inbox_id == first.inbox_id]
    assert not order or order[0] == first.id or first.attempts > 1 or first.id not in order


def pages_go_on(world: World) -> None:
    """An urgent ticket nobody has taken always has a next page, and soon; any other has none."""
    for ticket in world.tickets:
        pages = ticket.status == OPEN and ticket.urgency >= Urgency.URGENT
        assert (ticket.next_page_at is not None) == pages, f"{ticket.kind} {ticket.status}"
        assert not pages or ticket.next_page_at <= world.now + SLOW


def somebody_was_paged(world: World, since: datetime) -> None:
    """At the end: each ticket nobody has taken was paged again, and the page left."""
    paged = {one.then.row.ticket_id for one in world.taken if one.at >= since}
    for ticket in world.tickets:
        if ticket.status == OPEN and ticket.urgency >= Urgency.URGENT:
            assert ticket.id in paged, f"nobody is paged any more for {ticket.kind}"


# -- 7 ------------------------------------------------------------------------------------------------


def only_approved_words(world: World) -> None:
    """Each body fills the version that its row records, approved when it was worded; or it is own words."""
    for taking in world.taken:
        row = taking.then.row
        assert row.dropped_by is None, f"{row.step} left though it was dropped"
        if row.worded_by:
            assert taking.text.body == f"Own words {row.id}", taking.text.body
            continue
        worded_at = row.handed_at if row.lane == Lane.TIMED else row.created_at
        approved = _approved_at(world, row.wording, worded_at)
        assert row.wording_version in approved, f"{row.wording} {row.wording_version} is not approved"
        texts = approved[row.wording_version]
        template = texts.get(row.language, texts["en"])
        pattern = _pattern(template, row.location.clinic, spoken(row.location.number))
        assert pattern.fullmatch(taking.text.body), taking.text.body


def _approved_at(world: World, name: str, at: datetime) -> dict[str, Mapping[str, str]]:
    """The words that might be said at this instant, by version: what was decided before it, or in it."""
    shipped = world.works.shipped.wordings[name]
    of_the_release = {shipped.version: shipped.texts} if shipped.on else {}
    states = [(datetime.min.replace(tzinfo=UTC), of_the_release)]
    for row, proposal in world.rulings:
        if row.subject == name:
            approved = {proposal.version: proposal.texts} if proposal else of_the_release
            states.append((row.at, {} if row.verdict == "withdrawn" else approved))
    before = [said for since, said in states if since < at][-1]
    then = [said for since, said in states if since == at]
    return {version: texts for said in (before, *then) for version, texts in said.items()}


@cache
def _pattern(template: str, clinic: str, phone: str) -> re.Pattern[str]:
    """The template as a pattern: what is the same in every text stands as it is."""
    values = {"clinic": clinic, "phone": phone}
    parts = re.split(r"\{(\w+)\}", template)
    names = [re.escape(values[name]) if name in values else r"[^{}]+" for name in parts[1::2]]
    words = [re.escape(part) for part in parts[0::2]]
    return re.compile("".join(a + b for a, b in zip(words, [*names, ""], strict=True)))


# -- 9 ------------------------------------------------------------------------------------------------


def never_a_burst(world: World) -> None:
    """Two timed texts a day on her clock, two hours apart, whoever on the phone they are for."""
    at: defaultdict[str, list[datetime]] = defaultdict(list)
    for taking in world.taken:
        if taking.then.row.purpose in LIMITED and taking.arrived:
            at[taking.text.to].append(taking.at.astimezone(taking.then.zone))
    for times in at.values():
        assert max(Counter(one.date() for one in times).values()) <= 2, f"a burst: {times}"
        for one, other in pairwise(sorted(times)):
            assert other - one >= timedelta(hours=2), f"too close: {one} and {other}"


# -- 10 -----------------------------------------------------------------------------------------------


def a_runaway_is_stopped(world: World) -> None:
    """No more automatic texts to a mobile within a day than may, but after somebody let them go on."""
    most = world.works.limits.per_day or 0
    released = [ticket for ticket in world.tickets if ticket.kind == BREAKER and ticket.resolved_at]
    went: defaultdict[str, list[datetime]] = defaultdict(list)
    for taking in world.taken:
        if taking.then.row.lane not in UNHELD:
            went[taking.text.to].append(taking.at)
    for mobile, times in went.items():
        for first, last in zip(times, times[most:], strict=False):
            let_go = any(
                ticket.mobile == mobile and first <= ticket.resolved_at <= last for ticket in released
            )
            assert let_go or last - first >= timedelta(days=1), f"a runaway: {times}"


AFTER_EACH_STEP = (
    nothing_after_an_opt_out,
    timed_texts_keep_to_their_time,
    nothing_leaves_twice,
    every_state_has_a_reason,
    every_text_in_was_handled_once,
    pages_go_on,
    only_approved_words,
    never_a_burst,
    a_runaway_is_stopped,
)
AT_THE_END = (nothing_is_stuck, nobody_waits_for_an_answer)
