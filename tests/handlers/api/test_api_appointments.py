"""/appointments: moved, cancelled, done; what is unknown is a 404, what is wrong is named."""

import pytest

from tests.cast import local
from tests.handlers.api.bodies import body


@pytest.fixture
def enrolled(caller):
    return caller.post(body())[1]


def states(visit):
    return {text["step"]: text["status"] for text in visit["messages"]}


def test_a_visit_is_shown_with_its_patient_and_texts(caller, enrolled):
    status, visit = caller.get("/appointments/visit-1")
    assert status == 200
    assert visit["messages"] == enrolled["messages"]
    assert visit["enrolments"] == [enrolled["id"]]
    assert (visit["status"], visit["starts_at"]) == ("booked", "2026-12-11T19:00:00Z")
    assert visit["patient"]["mobile"] == "+17815550121"


def test_a_moved_visit_has_its_texts_for_the_new_date(caller, enrolled):
    status, visit = caller.patch("visit-1", starts_at="2026-12-15T10:00:00-05:00")
    assert (status, visit["starts_at"]) == (200, "2026-12-15T15:00:00Z")
    waiting = {t["step"]: t["due_at"] for t in visit["messages"] if t["status"] == "planned"}
    assert waiting["day_before"] == "2026-12-14T21:00:00Z"


def test_moving_twice_changes_nothing_the_second_time(caller, enrolled):
    first = caller.patch("visit-1", starts_at="2026-12-15T10:00:00-05:00")
    assert caller.patch("visit-1", starts_at="2026-12-15T15:00:00Z") == first


@pytest.mark.parametrize("status", ["cancelled", "noshow"])
def test_a_visit_that_is_off_has_nothing_waiting(caller, enrolled, status):
    code, visit = caller.patch("visit-1", status=status)
    assert (code, visit["status"]) == (200, status)
    assert set(states(visit).values()) == {"cancelled"}


def test_done_at_its_real_end_aftercare_appears(caller, enrolled, house):
    house.clock.move_to(local("2026-12-11 16:05"))
    status, visit = caller.patch("visit-1", ended_at="2026-12-11T16:00:00-05:00")
    assert (status, visit["status"], visit["ended_at"]) == (200, "fulfilled", "2026-12-11T21:00:00Z")
    planned = {t["code"]: t["due_at"] for t in visit["messages"] if t["status"] == "planned"}
    assert planned["M8"] == "2026-12-11T22:00:00Z"
    assert states(visit)["day_three"] == "suppressed"


def test_nothing_to_change_changes_nothing(caller, enrolled):
    assert caller.patch("visit-1") == caller.get("/appointments/visit-1")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"status": "perhaps"}, "status", id="no such status"),
        pytest.param({"starts_at": "2026-12-15T10:00"}, "starts_at", id="a naive time"),
        pytest.param({"starts_at": "2020-12-15T10:00Z"}, "starts_at", id="into the past"),
        pytest.param({"ended_at": "2026-12-11T16:00:00-05:00"}, "ended_at", id="ended before it is over"),
        pytest.param({"ended_at": "2026-12-01T16:00:00-05:00"}, "ended_at", id="ended before it began"),
        pytest.param({"name": "Ann"}, "name", id="a field nobody knows"),
    ],
)
def test_a_wrong_change_is_refused_by_name_and_nothing_is_written(caller, enrolled, change, field):
    before = caller.get("/appointments/visit-1")
    status, problem = caller.patch("visit-1", **change)
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == [field]
    assert caller.get("/appointments/visit-1") == before


def test_an_unknown_visit_is_a_404(caller):
    for external_id in ("visit-2", "a/b", "%00", "%F0%9F%98%80", "x" * 5000):
        assert caller.get(f"/appointments/{external_id}")[0] == 404
        assert caller.patch(external_id, status="cancelled")[0] == 404


def test_an_id_with_slashes_and_blanks_is_an_id(caller):
    caller.post(body(appointment__external_id="2026/12 #7"))
    assert caller.get("/appointments/2026/12%20%237")[0] == 200
