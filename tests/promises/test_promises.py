"""The promises of the design, held against random histories with faults.

``PROMISES_EXAMPLES=2000 pytest tests/promises -n 0`` runs long and looks for new ones.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from care.sending import Limits
from carriers.base import IncomingText, Receipt
from scheduler.altering import Seen, drop, reword, take_back
from scheduler.approving import Signing, approve, approve_shipped, switch_on, withdraw
from scheduler.booking import BadField, parse_change, parse_enrolment
from scheduler.changing import change_visit, learn_facts, release_visit
from scheduler.chores import do_chores
from scheduler.dispatch import dispatch
from scheduler.enrolling import enrol
from scheduler.inbox import answer, receive
from scheduler.pausing import pause, resume
from scheduler.proposing import Writing, propose
from scheduler.receipts import receive_receipt
from scheduler.ticketing import resolve, take
from scheduler.works import Works
from store.consent import consents_of
from store.phones import next_event_at
from store.proposals import last_number, waiting
from store.senders import ensure_senders
from store.tables import Appointment, Base, OutboxText, Staff, Ticket
from tests.cast import CLINIC_NUMBER, NOW, ZONE, ToldClock
from tests.promises import invariants
from tests.promises.cast import EMERGENCIES, FACTS, FINAL, MOBILES, PEOPLE, WORDS, Failures
from tests.promises.faulty import STAFF, Crash, Fault, FaultyCarrier, MortalDatabase, Taking
from tests.promises.states import moves_of_the_page, moves_seen, write_down_each_move

LONG = int(os.environ.get("PROMISES_EXAMPLES", "0"))
#: Who decides about words, and about which: timed ones, one of them off as shipped.
CLINICIAN = Signing("lee")
RULED = ("health_check", "seven_day_questions", "day_before", "rest_of_day_either", "day_three")
#: Few enough for a history to reach it.
MOST_A_DAY = 5
#: Never emptied between two histories: they were copied in when the database was opened.
FURNITURE = {"locations", "protocol_versions", "wording_versions", "alembic_version"}


class Promises(RuleBasedStateMachine):
    """A clinic, a few patients, a carrier that fails, a process that dies; and time."""

    def __init__(self, database: MortalDatabase, catalog, failures: Failures) -> None:
        super().__init__()
        _empty(database)
        failures.said.clear()
        self.database, self.failures = database, failures
        self.clock = ToldClock(NOW)
        self.carrier = FaultyCarrier(self.clock, lambda text: invariants.witness(self.works, text))
        address, most = "https://texts.example.com", Limits(per_day=MOST_A_DAY)
        self.works = Works(database, catalog, self.carrier, self.clock, address, limits=most)
        self.bookings: list[dict] = []
        self.incoming: list[IncomingText] = []
        self.emergencies: dict[str, bool] = {}

    # -- the desk

    @initialize(who=st.sampled_from(PEOPLE), days=st.integers(1, 12), hour=st.integers(8, 18))
    def begin(self, who, days, hour):
        with self.database.writing() as session:
            clinician = {"username": "lee", "name": "Dr. Lee", "password_hash": "", "role": "clinician"}
            session.add(Staff(**clinician, created_at=NOW))
        self.book(who, days, hour, {}, marketing=True)

    @rule(
        who=st.sampled_from(PEOPLE),
        days=st.integers(0, 12),
        hour=st.integers(0, 23),
        facts=st.sampled_from(({}, {}, *FACTS)),
        marketing=st.booleans(),
    )
    def book(self, who, days, hour, facts, marketing):
        body = {
            "patient": who,
            "appointment": {"external_id": f"visit-{len(self.bookings)}", "starts_at": self._at(days, hour)},
            "protocol": "microneedling",
            "consent": {"care": True, "marketing": marketing, "method": "signed form"},
            "facts": facts,
        }
        if self._twice(lambda: enrol(self.works, parse_enrolment(body), "desk")):
            self.bookings.append(body)

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99))
    def enrol_again(self, which):
        self._twice(lambda: enrol(self.works, parse_enrolment(self._booking(which)), "import"))

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99), days=st.integers(0, 12), hour=st.integers(0, 23))
    def move(self, which, days, hour):
        self._change(which, {"starts_at": self._at(days, hour)})

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99), status=st.sampled_from(("cancelled", "noshow", "arrived", "booked")))
    def mark(self, which, status):
        self._change(which, {"status": status})

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99), known=st.booleans())
    def mark_done(self, which, known):
        """With its real end, or without: then it ended just now."""
        end = {"ended_at": self._starts_at(which) + timedelta(hours=1)} if known else {}
        self._change(which, {"status": "fulfilled", **end})

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99), hours=st.integers(1, 30))
    def visit_happens(self, which, hours):
        """Time passes to the visit, and somebody marks it done, late or soon."""
        starts_at = self._starts_at(which)
        if self.clock() < starts_at < self.clock() + timedelta(days=15):
            self._pass(starts_at + timedelta(hours=hours) - self.clock(), looks=12)
            self.mark_done(which, known=True)

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99), facts=st.sampled_from(FACTS))
    def learn(self, which, facts):
        patient_id = self._visit(which).patient_id
        self._twice(lambda: learn_facts(self.works, patient_id, facts, "desk"))

    @rule(name=st.sampled_from(RULED), shipped=st.booleans())
    def clinician_approves(self, name, shipped):
        """The words as shipped, or new ones of the desk."""
        wording = self.works.shipped.wordings[name]
        if shipped:
            self._survive(lambda: approve_shipped(self.works, name, wording.version, CLINICIAN))
            return
        with self.database.reading() as session:
            seen = last_number(session, name)
        texts = {language: f"{text} ({seen + 1})" for language, text in wording.texts.items()}
        self._survive(lambda: propose(self.works, Writing(name, texts, seen), "desk"))
        with self.database.reading() as session:
            ids = [one.id for one in waiting(session) if one.wording == name]
        for proposal_id in ids:
            self._survive(lambda: approve(self.works, proposal_id, CLINICIAN))  # noqa: B023 -- done at once

    @rule(name=st.sampled_from(RULED), on=st.booleans())
    def clinician_switches(self, name, on):
        if on:
            self._survive(lambda: switch_on(self.works, name, CLINICIAN))
        else:
            self._survive(lambda: withdraw(self.works, name, "It is wrong", "lee"))

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99))
    def release(self, which):
        patient_id = self._visit(which).patient_id
        self._survive(lambda: release_visit(self.works, patient_id, "desk"))

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99), paused=st.booleans())
    def pause_or_resume(self, which, paused):
        patient_id = self._visit(which).patient_id
        if paused:
            self._survive(lambda: pause(self.works, patient_id, "she is abroad", "desk"))
        else:
            self._survive(lambda: resume(self.works, patient_id, "desk"))

    @precondition(lambda self: self.bookings)
    @rule(which=st.integers(0, 99), do=st.sampled_from(("drop", "words", "back")))
    def change_one_text(self, which, do):
        """Dropped, or said in a person's own words; and taken back."""
        with self.database.reading() as session:
            waiting = OutboxText.status == "planned" if do != "back" else OutboxText.changed_at.is_not(None)
            texts = select(OutboxText).where(OutboxText.step.is_not(None), waiting)
            texts = list(session.scalars(texts.order_by(OutboxText.planned_for, OutboxText.dedupe_key)))
        if not texts:
            return
        text = texts[which % len(texts)]
        seen, back = Seen(text.id, text.changed_at), "drop" if text.dropped_by else "words"
        act = {
            "drop": lambda: drop(self.works, seen, "no need", "desk"),
            "words": lambda: reword(self.works, seen, f"Own words {text.id}", "desk"),
            "back": lambda: take_back(self.works, text.id, back, "desk"),
        }
        self._survive(act[do])

    @rule(which=st.integers(0, 99), do=st.sampled_from((take, resolve, resolve)))
    def handle_ticket(self, which, do):
        with self.database.reading() as session:
            tickets = list(session.scalars(select(Ticket).order_by(Ticket.created_at, Ticket.dedupe_key)))
        if tickets:
            self._survive(lambda: do(self.works, tickets[which % len(tickets)].id, "nurse"))

    # -- the patients

    @rule(mobile=st.sampled_from(MOBILES), body=st.sampled_from(WORDS))
    def text_in(self, mobile, body):
        self._deliver(IncomingText(f"IN{len(self.incoming):03d}", mobile, CLINIC_NUMBER, body))

    @rule(mobile=st.sampled_from(MOBILES), body=st.sampled_from(EMERGENCIES))
    def emergency(self, mobile, body):
        incoming = IncomingText(f"IN{len(self.incoming):03d}", mobile, CLINIC_NUMBER, body)
        with self.database.reading() as session:
            stopped = consents_of(session, [mobile]).of(mobile, None).opted_out is not None
        self.emergencies[incoming.provider_sid] = stopped
        self._deliver(incoming)

    @rule(mobile=st.sampled_from(STAFF), body=st.sampled_from(("1", "ok", "who is it about")))
    def on_call_answers(self, mobile, body):
        self._deliver(IncomingText(f"IN{len(self.incoming):03d}", mobile, CLINIC_NUMBER, body))

    @precondition(lambda self: self.incoming)
    @rule(which=st.integers(0, 99))
    def webhook_repeats(self, which):
        self._deliver(self.incoming[which % len(self.incoming)])

    # -- the carrier

    @rule(faults=st.lists(st.sampled_from(Fault), min_size=1, max_size=3))
    def carrier_will_fail(self, faults):
        self.carrier.faults.extend(faults)

    @rule()
    def carrier_list_goes_mute_or_speaks_again(self):
        self.carrier.mute = not self.carrier.mute

    @precondition(lambda self: self.carrier.taken)
    @rule(which=st.integers(0, 99), final=st.sampled_from(FINAL), early=st.booleans())
    def receipt(self, which, final, early):
        """In any order and as often as it likes, but of one text it reports only one end."""
        taking = self.carrier.taken[-1 - which % min(len(self.carrier.taken), 12)]
        if not early and not (taking.text.to in STAFF and final[1] == "21610"):
            taking.fate = taking.fate or final
        self._report(taking, *(("sent", None) if early or taking.fate is None else taking.fate))

    def _report(self, taking: Taking, status: str, code: str | None) -> None:
        news = Receipt(taking.text.id, status, code, taking.sid)
        self._survive(lambda: receive_receipt(self.works, news))

    # -- time, and the process

    @rule(minutes=st.sampled_from((1, 3, 11, 30, 61, 125, 300)))
    def minutes_pass(self, minutes):
        self._pass(timedelta(minutes=minutes), looks=4)

    @rule(days=st.sampled_from((1, 1, 2, 5, 22)))
    def days_pass(self, days):
        self._pass(timedelta(days=days), looks=16)

    @rule(hours=st.sampled_from((1, 4, 9, 14, 40)))
    def outage(self, hours):
        """Nothing runs; then everything that fell due meanwhile is there at once."""
        self._pass(timedelta(hours=hours), looks=1)

    @rule(transactions=st.integers(1, 6), committed=st.booleans())
    def process_will_die(self, transactions, committed):
        self.database.die_in(transactions, committed=committed)

    def _pass(self, span: timedelta, looks: int) -> None:
        """The scheduler looks whenever something falls due, but not more often than so many times."""
        end, pace = self.clock() + span, span / looks
        while self.clock() < end:
            with self.database.reading() as session:
                due = next_event_at(session) or end
            self.clock.move_to(min(max(due, self.clock() + pace), end))
            self._tick()

    def _tick(self) -> None:
        for job in (dispatch, do_chores, dispatch):
            self._survive(lambda job=job: job(self.works))

    # -- how the rules act

    @contextmanager
    def _process(self) -> Iterator[None]:
        """One process: when it dies, the next one finds what is in the database and nothing else."""
        try:
            yield
        except Crash:
            self.database.revive()
            self.carrier.revive()

    def _survive(self, action) -> bool:
        """Do it; after a crash, do it again, as the caller would who got no answer. False when refused.

        The carrier may bring one process down, and the database the next.
        """
        for _ in range(3):
            with self._process():
                try:
                    action()
                except BadField:
                    return False
                return True
        raise AssertionError("died thrice")

    def _twice(self, action) -> bool:
        """Promise 8: the second time changes nothing; nor does what is refused."""
        if not self._survive(action):
            return False
        before = invariants.snapshot(self.works)
        assert self._survive(action)
        after = invariants.snapshot(self.works)
        changed = [name for name in before if before[name] != after[name]]
        assert not changed, f"doing it twice changed {changed}"
        return True

    def _deliver(self, incoming: IncomingText) -> None:
        if incoming not in self.incoming:
            self.incoming.append(incoming)
        kept: list[str | None] = []
        self._survive(lambda: kept.append(receive(self.works, incoming)))
        with self._process():
            if kept[-1] is not None:
                answer(self.works, kept[-1])
            dispatch(self.works)

    def _change(self, which: int, change: dict) -> None:
        external_id = self._booking(which)["appointment"]["external_id"]
        self._twice(lambda: change_visit(self.works, external_id, parse_change(change), "desk"))

    def _booking(self, which: int) -> dict:
        return self.bookings[which % len(self.bookings)]

    def _visit(self, which: int) -> Appointment:
        wanted = self._booking(which)["appointment"]["external_id"]
        with self.database.reading() as session:
            return session.scalars(select(Appointment).where(Appointment.external_id == wanted)).one()

    def _starts_at(self, which: int) -> datetime:
        return self._visit(which).starts_at

    def _at(self, days: int, hour: int) -> datetime:
        day = self.clock().astimezone(ZONE).date() + timedelta(days=days)
        return datetime.combine(day, time(hour, 15), tzinfo=ZONE)

    # -- what must hold

    @invariant()
    def the_promises_hold(self):
        world = invariants.look_around(self.works, self.carrier.taken)
        for promise in invariants.AFTER_EACH_STEP:
            promise(world)
        invariants.emergencies_come_first(world, self.emergencies)
        assert not self.failures.said, self.failures.said

    def teardown(self):
        """The carrier becomes honest, nobody dies any more, some hours pass: then nothing is left over."""
        self.database.revive()
        self.carrier.heal()
        since = self.clock()
        for minutes in (1, 3, 20, 70, 70, 70):
            self.clock.move_to(self.clock() + timedelta(minutes=minutes))
            self._tick()
        self.the_promises_hold()
        world = invariants.look_around(self.works, self.carrier.taken)
        for promise in invariants.AT_THE_END:
            promise(world)
        invariants.somebody_was_paged(world, since)
        assert len(world.inbox) == len(self.incoming)


def _empty(database: MortalDatabase) -> None:
    database.revive()
    with database.writing() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in FURNITURE:
                session.execute(delete(table))
        ensure_senders(session)


@pytest.fixture
def failures() -> Iterator[Failures]:
    """What the scheduler logs as an error meanwhile."""
    handler = Failures()
    logger = logging.getLogger("scheduler")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.fixture
def mortal(database) -> Iterator[MortalDatabase]:
    """The empty clinic's database, opened by a process that can die."""
    opened = MortalDatabase(database.url)
    if opened.is_sqlite:
        write_down_each_move(opened)
    yield opened
    opened.close()


def test_the_promises_hold_in_any_history(mortal, catalog, failures, monkeypatch):
    monkeypatch.setattr("scheduler.dispatch.GATHER", 0.0)  # this carrier answers at once
    run_state_machine_as_test(
        lambda: Promises(mortal, catalog, failures),
        settings=settings(
            max_examples=LONG or (24 if mortal.is_sqlite else 4),
            stateful_step_count=30,
            phases=(Phase.generate, Phase.shrink),
            deadline=None,
            derandomize=not LONG,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
    if mortal.is_sqlite:
        unheard_of = moves_seen(mortal) - moves_of_the_page()
        assert not unheard_of, f"docs/outbox-states.md does not know {sorted(unheard_of)}"
