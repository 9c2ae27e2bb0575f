"""The same booking from many callers at one moment is still one booking."""

from concurrent.futures import ThreadPoolExecutor

from tests.handlers.api.bodies import body
from tests.handlers.api.conftest import Caller


def test_the_same_booking_at_the_same_moment_is_one_enrolment(app, house):
    def book(_):
        return Caller(app.test_client()).post(body())

    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(book, range(8)))
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({enrolment["id"] for _, enrolment in answers}) == 1
    assert len(house.outbox()) == 6


def test_the_same_move_at_the_same_moment_is_one_move(app, house):
    Caller(app.test_client()).post(body())

    def move(_):
        return Caller(app.test_client()).patch("visit-1", starts_at="2026-12-15T10:00:00-05:00")

    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(move, range(8)))
    assert [status for status, _ in answers] == [200] * 8
    assert len(house.outbox(step="visit_day", status="planned")) == 1
    assert len(house.outbox(step="visit_moved")) == 1


def test_two_visits_of_a_new_patient_at_the_same_moment_are_one_patients(app, house):
    def book(number):
        visit = body(appointment__external_id=f"v{number}")
        return Caller(app.test_client()).post(visit)

    with ThreadPoolExecutor(4) as callers:
        answers = list(callers.map(book, range(4)))
    assert [status for status, _ in answers] == [201] * 4
    assert len({row.patient_id for row in house.outbox()}) == 1
