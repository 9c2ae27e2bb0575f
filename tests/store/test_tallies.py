"""Counted days: each number lies on its day, in the location's zone, and a recount says the same."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from care.delivery import Status
from care.reading import Urgency
from scheduler.figures import took
from scheduler.numbers import Period, before, numbers
from scheduler.tallying import AT_ONCE, count_again, counted_live, next_count, tally
from store.counting import Figure, joined
from store.tables import Appointment, ConsentEvent, InboxText, Location, OutboxText, Patient, TallyDay, Ticket
from store.tallies import due_days, keep_day, uncounted
from store.tally_sums import rows_of, summed
from tests.cast import ANNA, ZONE, local

STOPPED = "+17815550122"
MARCH = Period(date(2027, 3, 1), date(2027, 3, 31))


def _text(at: datetime, **more) -> OutboxText:
    """A timed text as it stands once all is over."""
    known = {"step": "day_before", "purpose": "care", "status": "delivered", "error_code": None, "parts": 2}
    known |= {"mobile": ANNA, "lane": 3, "language": "en", "why": "", "reason": "", "location_id": "main"}
    times = dict.fromkeys(("planned_for", "due_at", "handed_at", "created_at", "updated_at"), at)
    return OutboxText(dedupe_key=str(uuid4()), expires_at=at, **(known | times | more))


def _visit(patient: Patient, at: datetime, status: str, *, confirmed: bool = False) -> Appointment:
    return Appointment(
        external_id=str(uuid4()), location_id="main", patient=patient, booked_at=at, starts_at=at,
        status=status, confirmed_at=at if confirmed else None,
    )  # fmt: skip


def _ticket(opened: datetime, minutes: int, urgency: Urgency, inbox: InboxText | None) -> Ticket:
    return Ticket(
        dedupe_key=str(uuid4()), location_id="main", mobile=ANNA, kind="question", urgency=int(urgency),
        reason="", status="resolved", owner="kim", due_at=opened, created_at=opened,
        resolved_at=opened.astimezone(UTC) + timedelta(minutes=minutes), inbox_id=inbox.id if inbox else None,
    )  # fmt: skip


def _came(at: datetime, state: str, **reading) -> InboxText:
    return InboxText(
        id=str(uuid4()), provider_sid=str(uuid4()), location_id="main", mobile=ANNA, body="?",
        received_at=at, state=state, reading=reading or None,
    )  # fmt: skip


def _history(house) -> None:
    """Three days around the night of March 14, 2027, when the clocks skip an hour."""
    with house.works.database.writing() as session:
        anna = Patient(location_id="main", name="Anna", mobile=ANNA, language="en", created_at=house.clock())
        session.add(anna)
        asked = _came(
            local("2027-03-14 12:00"), "with_person", topics=["price", "redness"], replies=["redness"]
        )
        session.add_all(
            [
                _text(local("2027-03-13 23:59")),
                _text(local("2027-03-14 00:00"), step="one_week", parts=1),
                _text(local("2027-03-14 10:00"), status="sent"),
                _text(local("2027-03-14 23:59"), status="undelivered", error_code="30003"),
                _text(local("2027-03-14 11:00"), status="failed", error_code="21610", parts=0),
                _text(local("2027-03-14 11:00"), status="expired", handed_at=None, parts=0),
                _text(local("2027-03-14 11:00"), status="suppressed", handed_at=None, parts=0),
                _text(local("2027-03-14 11:00"), step=None, purpose="page", lane=1, parts=3),
                _text(local("2027-03-15 00:00"), step=None, purpose="reply", lane=2, parts=1),
                _text(local("2027-03-14 09:00"), mobile=STOPPED, step="seven_day_list"),
                ConsentEvent(
                    mobile=STOPPED, kind="all", granted=False, method="text", words="STOP",
                    at=local("2027-03-15 00:30"),
                ),
                asked,
                _came(local("2027-03-14 13:00"), "answered", matched=["answers a page"]),
                _came(local("2027-03-14 14:00"), "silent", topics=[]),
                _visit(anna, local("2027-03-14 10:00"), "fulfilled", confirmed=True),
                _visit(anna, local("2027-03-14 11:00"), "noshow"),
                _visit(anna, local("2027-03-15 00:00"), "fulfilled"),
            ]
        )  # fmt: skip
        session.flush()
        session.add_all(
            [
                _ticket(local("2027-03-13 23:50"), 240, Urgency.URGENT, asked),  # over the skipped hour
                _ticket(local("2027-03-12 16:00"), 64 * 60, Urgency.ROUTINE, asked),  # over the weekend
                _ticket(local("2027-03-14 09:00"), 5, Urgency.ROUTINE, None),  # about no text
            ]
        )
    house.clock.move_to(local("2027-03-20 12:00"))


def _count_all(house) -> None:
    """Until nothing is due."""
    for _ in range(30):
        tally(house.works)
        with house.look() as session:
            if not due_days(session, house.clock(), 1):
                return
    raise AssertionError("it is never done")


def _numbers(house, period: Period = MARCH):
    with house.look() as session:
        place = session.get_one(Location, "main")
        return numbers(session, [place], (period, before(period)), house.clock())


DAY = Period(date(2027, 3, 14), date(2027, 3, 14))


@pytest.fixture
def counted(house):
    """The history, every day of it counted."""
    _history(house)
    _count_all(house)
    return house


def test_a_day_is_the_locations_own_also_when_the_clocks_change(counted):
    day = _numbers(counted, DAY).now
    assert day.outcomes == {"delivered": 2, "sent": 1, "undelivered": 1, "failed": 1, "expired": 1}
    assert _numbers(counted, Period(date(2027, 3, 13), date(2027, 3, 13))).now.delivered == 1
    assert _numbers(counted, Period(date(2027, 3, 15), date(2027, 3, 15))).now.delivered == 1


def test_what_has_no_receipt_is_sent_and_never_delivered(counted):
    day = _numbers(counted, DAY).now
    assert (day.sent, day.delivered, day.unreported, day.not_arrived) == (4, 2, 1, 3)
    assert day.arrived == pytest.approx(2 / 5)


def test_what_did_not_arrive_is_told_by_its_cause(counted):
    assert sorted(_numbers(counted, DAY).now.causes) == [
        ("expired", "", 1),
        ("failed", "21610", 1),
        ("undelivered", "30003", 1),
    ]


def test_the_parts_are_those_the_carrier_took_and_pages_cost_too(counted):
    day = _numbers(counted, DAY).now
    assert (day.parts, day.page_parts) == (2 + 1 + 2 + 2 + 3, 3)


def test_an_opt_out_belongs_to_the_last_timed_text_before_it_on_the_day_it_was_said(counted):
    assert _numbers(counted, DAY).now.opt_outs == 0
    after = _numbers(counted, Period(date(2027, 3, 15), date(2027, 3, 15))).now
    assert after.by_step == [("seven_day_list", 0, 1)]


def test_an_opt_out_of_somebody_who_had_no_timed_text_is_counted_where_she_is_known(house):
    with house.works.database.writing() as session:
        session.add(
            Patient(location_id="main", name="Bea", mobile=STOPPED, language="en", created_at=house.clock())
        )
        session.add(
            ConsentEvent(
                mobile=STOPPED, kind="all", granted=False, method="text", words="STOP", at=house.clock()
            )
        )
    today = Period(date(2026, 12, 8), date(2026, 12, 8))
    with house.works.database.writing() as session:
        session.add(_text(house.clock()))
    found = _numbers(house, today).now
    assert (found.opt_outs, found.opt_outs_before_any) == (1, 1)


def test_what_patients_wrote_and_asked_is_counted_and_what_staff_wrote_is_not(counted):
    day = _numbers(counted, DAY).now
    assert day.came == {"with_person": 1, "silent": 1}
    assert day.topics == [("price", 1, 1), ("redness", 1, 0)]


def test_visits_are_counted_with_and_without_a_confirmation(counted):
    day = _numbers(counted, DAY).now
    assert day.visits(confirmed=True) == {"fulfilled": 1}
    assert day.missed(confirmed=False) == 1.0
    assert day.missed() == 0.5


def test_urgent_tickets_are_timed_by_the_clock_and_routine_ones_by_office_hours(counted):
    march = _numbers(counted).now
    assert march.answered["urgent"].median == 240
    assert march.answered["routine"].number == 1
    assert march.answered["routine"].median < 16 * 60


@pytest.mark.parametrize(
    ("minutes", "median", "most"),
    [
        pytest.param([7], 7, 7, id="one"),
        pytest.param([1, 2, 3, 4], 2, 4, id="an even number: a value that was there"),
        pytest.param([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], 5, 9, id="ten, in no order"),
        pytest.param([0, 0, 0, 600], 0, 600, id="one that waited"),
    ],
)
def test_the_median_and_the_ninetieth_percentile_are_values_that_were_there(minutes, median, most):
    assert (took(minutes).median, took(minutes).most) == (median, most)


def test_the_tallies_of_every_day_equal_a_recount(counted):
    with counted.look() as session:
        place = session.get_one(Location, "main")
        for row in session.query(TallyDay):
            again = joined(one for _, one in counted_live(session, [place], row.day, counted.clock()))
            again = [one for one in again if one.figure != Figure.TEXTS]
            assert _plain(summed(session, ["main"], row.day, row.day)) == _plain(again)


def _plain(tallies) -> list:
    return sorted(
        (str(one.figure), one.name, one.outcome, one.cause, one.number, one.parts, sorted(one.minutes))
        for one in tallies
    )


def test_a_late_receipt_is_in_the_numbers_after_the_next_count(counted):
    with counted.works.database.writing() as session:
        late = session.query(OutboxText).filter_by(status=Status.SENT.value).one()
        late.status = Status.DELIVERED.value
    assert _numbers(counted, DAY).now.delivered == 2
    counted.clock.move_to(counted.clock() + timedelta(hours=1))
    _count_all(counted)
    assert _numbers(counted, DAY).now.delivered == 3
    assert _numbers(counted, DAY).now.unreported == 0


def test_today_is_counted_live_and_a_recount_does_not_double_what_was_counted(counted):
    today = Period(date(2027, 3, 1), date(2027, 3, 20))
    first = _numbers(counted, today).now.delivered
    with counted.works.database.writing() as session:
        session.add(_text(counted.clock() - timedelta(minutes=1)))
    assert _numbers(counted, today).now.delivered == first + 1
    with counted.look() as session:
        place = session.get_one(Location, "main")
    for _ in range(2):
        count_again(counted.works, place, date(2027, 3, 14))
    assert _numbers(counted, today).now.delivered == first + 1


def test_days_that_are_not_counted_yet_are_told_and_the_newest_are_counted_at_once(house):
    _history(house)
    found = _numbers(house)
    assert found.missing > 0
    assert found.now.outcomes["delivered"] < 4
    tally(house.works)
    with house.look() as session:
        assert len([row for row in session.query(TallyDay) if row.counted_at]) == AT_ONCE
    _count_all(house)
    assert _numbers(house).missing == 0
    assert _numbers(house).now.outcomes["delivered"] == 4


def test_a_place_where_nothing_happened_has_nothing_to_count(house):
    tally(house.works)
    with house.look() as session:
        place = session.get_one(Location, "main")
        assert uncounted(session, place, date(2026, 1, 1), date(2026, 12, 8)) == []
        assert due_days(session, house.clock(), 9) == []


def test_an_old_day_is_not_counted_again(house):
    with house.look() as session:
        place = session.get_one(Location, "main")
    assert next_count(place, date(2026, 12, 7), house.clock()) == house.clock() + timedelta(minutes=15)
    assert next_count(place, date(2026, 12, 1), house.clock()) == house.clock() + timedelta(hours=1)
    assert next_count(place, date(2026, 10, 1), house.clock()) == house.clock() + timedelta(days=1)
    assert next_count(place, date(2026, 8, 1), house.clock()) is None


def test_every_single_number_can_be_had_for_a_file(counted):
    with counted.look() as session:
        rows = list(rows_of(session, ["main"], DAY.first, DAY.last))
    assert {place for place, _, _ in rows} == {"main"}
    assert sum(one.number for _, _, one in rows if one.figure == "text") == 7
    assert ZONE.key == "America/New_York"


def test_two_that_counted_the_same_day_leave_one_count(counted):
    which = ("main", date(2027, 3, 14))
    with counted.look() as session:
        before_it = _plain(summed(session, ["main"], which[1], which[1]))
        place = session.get_one(Location, "main")
        tallies = [one for _, one in counted_live(session, [place], which[1], counted.clock())]
    for _ in range(2):
        with counted.works.database.writing() as session:
            keep_day(session, which, tallies, counted.clock(), None)
    with counted.look() as session:
        assert _plain(summed(session, ["main"], which[1], which[1])) == before_it


SPANS = [
    pytest.param("2027-03-01", "2027-03-31", id="a month"),
    pytest.param("2027-02-15", "2027-04-02", id="a month and days on both sides"),
    pytest.param("2027-03-13", "2027-03-15", id="days only"),
    pytest.param("2027-02-01", "2027-03-14", id="a month and days after it"),
    pytest.param("2026-01-01", "2027-12-31", id="years"),
]


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_months_and_days_add_up_to_the_days_alone(counted, first, last):
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    with counted.look() as session:
        alone = joined(
            one
            for number in range((last - first).days + 1)
            for one in summed(session, ["main"], *[first + timedelta(days=number)] * 2)
        )
        assert _plain(summed(session, ["main"], first, last)) == _plain(alone)
        assert alone


def test_a_late_receipt_changes_its_month_too(counted):
    with counted.works.database.writing() as session:
        session.query(OutboxText).filter_by(status=Status.SENT.value).one().status = Status.DELIVERED.value
    assert _numbers(counted).now.unreported == 1
    counted.clock.move_to(counted.clock() + timedelta(hours=1))
    _count_all(counted)
    assert _numbers(counted).now.unreported == 0


def test_the_texts_of_each_day_are_those_of_its_figures(counted):
    march = _numbers(counted)
    assert sum(march.days.values(), Counter()) == march.now.outcomes
