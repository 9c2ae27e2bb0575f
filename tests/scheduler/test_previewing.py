"""What the form shows before Enrol is pressed is exactly what is planned once it is."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from care.consent import Consent
from care.delivery import Status
from scheduler.planning import plan_of
from scheduler.previewing import Draft, foresee
from scheduler.whose_number import look_at_number
from store.tables import Location
from store.visits import enrolments_of
from tests.cast import ANNA, CLINIC_NUMBER, local

#: Bookings made on Tuesday December 8 at 11:00, and once at night, for a visit at these times.
VISITS = [
    pytest.param("2026-12-24 14:00", None, {}, id="in good time"),
    pytest.param("2026-12-15 14:00", None, {"cold_sores": "yes"}, id="a week before"),
    pytest.param("2026-12-13 10:00", None, {"retinoid": "yes"}, id="five days before"),
    pytest.param("2026-12-11 14:00", None, {}, id="three days before"),
    pytest.param("2026-12-10 09:00", None, {"antiviral_rx": "yes"}, id="two days before"),
    pytest.param("2026-12-09 14:00", None, {"antiviral_rx": "yes"}, id="the day before"),
    pytest.param("2026-12-08 16:00", None, {}, id="the same day"),
    pytest.param("2026-12-09 09:00", "2026-12-08 22:40", {}, id="at night for the next morning"),
]


def _draft(house, visit: str, **more) -> Draft:
    with house.look() as session:
        location = session.scalars(select(Location)).one()
    protocol = house.works.catalog.protocols["microneedling"]
    more = {"language": "en", "mobile": ANNA, "name": "Anna Reed", "consent": Consent(care=True)} | more
    return Draft(location=location, protocol=protocol, starts_at=local(visit), **more)


def _compare(house, visit: str, seen) -> None:
    """What was foreseen against the rows, the steps left out, and the tickets that are there now."""
    rows = [row for row in house.outbox() if row.planned_for >= house.clock() and row.lane == 3]
    with house.look() as session:
        newest = enrolments_of(session, rows[0].patient_id)
        course = next(one for one in newest if one.appointment.starts_at == local(visit))
        mine = [row for row in rows if row.enrolment_id == course.id]
        assert plan_of(session, house.works, course, house.clock()).skipped == seen.before.skipped
    foreseen = [
        (m.step, m.due_at, m.expires_at, m.wording, m.rung, seen.refused.get(m.step, m.reason))
        for m in seen.before.messages
    ]
    assert [(r.step, r.planned_for, r.expires_at, r.wording, r.rung, r.reason) for r in mine] == sorted(
        foreseen, key=lambda one: one[1]
    )
    calls = {f"call:{call.name}" for call in seen.before.calls}
    assert {ticket.kind for ticket in house.tickets(enrolment_id=course.id)} == calls


@pytest.mark.parametrize(("visit", "booked", "facts"), VISITS)
def test_the_preview_is_exactly_what_is_then_planned(house, visit, booked, facts):
    facts = {name: value for name, value in facts.items() if name in _asked(house)}
    if booked:
        house.clock.move_to(local(booked))
    with house.look() as session:
        seen = foresee(session, house.works, _draft(house, visit, facts=facts), house.clock())
    house.book(visit, facts=facts)
    _compare(house, visit, seen)


def _asked(house) -> set[str]:
    return {fact.name for fact in house.works.catalog.protocols["microneedling"].facts}


def test_for_somebody_we_know_too_with_her_own_zone_facts_and_consent(house):
    house.book(
        "2026-12-10 14:00",
        timezone="America/Los_Angeles",
        facts={"cold_sores": "yes"},
        consent={"marketing": True},
    )
    house.until("2026-12-10 15:00")
    house.change(status="fulfilled", ended_at="2026-12-10 14:45")
    draft = _draft(house, "2026-12-14 09:00", language="es", facts={"cold_sores": "yes"})
    with house.look() as session:
        seen = foresee(session, house.works, draft, house.clock())
    house.book("2026-12-14 09:00", external_id="visit-2", language="es", facts={"cold_sores": "yes"})
    _compare(house, "2026-12-14 09:00", seen)


def test_for_a_number_that_opted_out_every_text_is_shown_as_kept_back(house):
    house.book("2026-12-20 14:00")
    house.text_in("STOP")
    with house.look() as session:
        seen = foresee(session, house.works, _draft(house, "2026-12-28 09:00"), house.clock())
    assert {seen.refused[message.step] for message in seen.before.messages} == {
        "Not sent: she texted STOP on Dec 8, 2026, at 11:00 AM"
    }
    house.book("2026-12-28 09:00", external_id="visit-2")
    assert {row.status for row in house.outbox() if row.lane == 3} <= {
        Status.SUPPRESSED.value,
        Status.CANCELLED.value,
        Status.DELIVERED.value,
        Status.SENT.value,
    }


def test_foreseeing_writes_nothing_and_leaves_whom_we_know_as_she_is(house):
    house.book("2026-12-20 14:00", facts={"cold_sores": "no"})
    before = len(house.outbox())
    with house.look() as session:
        foresee(session, house.works, _draft(house, "2026-12-28 09:00", language="es"), house.clock())
        session.flush()
    assert len(house.outbox()) == before
    assert {row.language for row in house.outbox()} == {"en"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("781-555", (6, None, ""), id="six digits so far"),
        pytest.param("", (0, None, ""), id="nothing yet"),
        pytest.param("Anna", (0, "is not a phone number", ""), id="a name"),
        pytest.param("+44 7911 123456", (0, "outside the US and Canada", ""), id="British"),
        pytest.param("781-555-0121-99", (0, "is not a", ""), id="too long"),
        pytest.param("800-555-0199", (0, "toll-free", ""), id="toll-free"),
        pytest.param(CLINIC_NUMBER, (0, "clinic's own number", ""), id="the clinic's own"),
        pytest.param(" 1 (781) 555.0121 ", (0, None, ANNA), id="hers, in a strange shape"),
    ],
)
def test_a_number_is_looked_at_while_it_is_typed(house, typed, said):
    with house.look() as session:
        seen = look_at_number(session, typed, "", house.clock())
    digits, problem, mobile = said
    assert (seen.digits, seen.mobile) == (digits, mobile)
    assert (problem in seen.problem) if problem else seen.problem is None


def test_it_says_who_has_it_when_she_comes_next_and_that_she_opted_out(house):
    house.book("2026-12-20 14:00")
    house.text_in("STOP")
    with house.look() as session:
        seen = look_at_number(session, ANNA, "anna  REED", house.clock())
        other = look_at_number(session, ANNA, "Bea Reed", house.clock())
    assert [(one.patient.name, one.same) for one in seen.owners] == [("Anna Reed", True)]
    assert seen.owners[0].next_visit.starts_at == local("2026-12-20 14:00")
    assert "she texted STOP" in seen.opted_out
    assert [one.same for one in other.owners] == [False]


def test_it_says_that_the_last_text_to_it_did_not_arrive(house):
    landline = "+17815550190"
    house.book("2026-12-20 14:00", mobile=landline)
    house.clock.move_to(house.clock() + timedelta(hours=1))
    with house.works.database.writing() as session:
        from store.tables import OutboxText

        row = session.scalars(select(OutboxText).order_by(OutboxText.planned_for)).first()
        row.status, row.error_code, row.handed_at = "undelivered", "30006", house.clock()
    with house.look() as session:
        seen = look_at_number(session, landline, "", house.clock())
    assert "landline" in seen.trouble.lower()
