"""Accounts on the page: added, changed, closed; somebody is always left who can."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from scheduler import staffing
from scheduler.booking import BadField
from store.tables import AuditEntry, Staff
from tests.handlers.conftest import PASSWORD, Desk, add_staff

NEW = "a new and longer one"


@pytest.fixture
def bo(app, house) -> Desk:
    add_staff(house, "bo", "Bo Chen")
    bo = Desk(app.test_client())
    assert bo.sign_in("bo").status_code == 302
    return bo


def _signs_in(app, username: str, password: str) -> bool:
    return Desk(app.test_client()).sign_in(username, password).status_code == 302


def test_somebody_new_can_sign_in(app, desk):
    fields = {"username": "Kim", "name": "Kim <b>Reyes</b>", "password": NEW, "role": "clinician"}
    page = desk.press("/settings/people", **fields).text
    assert "Kim &lt;b&gt;Reyes&lt;/b&gt;" in page
    assert _signs_in(app, "kim", NEW)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "short"}, "too short"),
        ({"username": "ana"}, "is taken"),
        ({"name": " "}, "needs a user name and a name"),
        ({"role": "owner"}, "There is no role"),
    ],
)
def test_a_wrong_account_is_refused_and_what_was_typed_stays_but_for_the_password(desk, wrong, said):
    fields = {"username": "kim", "name": "Kim Reyes", "password": NEW, "role": "clinician"} | wrong
    answer = desk.press("/settings/people", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{fields["username"]}"' in answer.text
    assert NEW not in answer.text


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(app, desk, bo):
    desk.press("/settings/people/bo/close")
    assert bo.get("/").status_code == 302
    assert not _signs_in(app, "bo", PASSWORD)
    desk.press("/settings/people/bo/reopen")
    assert _signs_in(app, "bo", PASSWORD)


def test_a_new_password_ends_the_old_ones_sessions(app, desk, bo):
    desk.press("/settings/people/bo/password", value=NEW)
    assert bo.get("/").status_code == 302
    assert _signs_in(app, "bo", NEW)


def test_nobody_can_close_the_last_admin_or_make_her_less(desk, house):
    assert "This is the last admin" in desk.press("/settings/people/ana/close").text
    assert "This is the last admin" in desk.press("/settings/people/ana/role", value="front_desk").text
    with house.look() as session:
        ana = session.scalars(select(Staff).where(Staff.username == "ana")).one()
    assert (ana.active, ana.role) == (True, "admin")


def test_two_admins_who_close_each_other_at_once_leave_one(house):
    for name in ("ana", "cy"):
        add_staff(house, name, name.title(), "admin")
    start, refused = Barrier(2), []

    def close(whom: str) -> None:
        start.wait()
        try:
            staffing.close(house.works, whom, "the other")
        except BadField:
            refused.append(whom)

    both = [Thread(target=close, args=(whom,)) for whom in ("ana", "cy")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(refused) == 1


def test_only_an_admin_changes_accounts(bo, house):
    assert "Add somebody" not in bo.page("/settings/people")
    answer = bo.press("/settings/people/ana/close")
    assert "Only admin may change accounts" in answer.text
    with house.look() as session:
        closed = session.scalars(select(AuditEntry).where(AuditEntry.action == "account closed")).all()
    assert closed == []


def test_everybody_changes_her_own_password_by_the_old_one(app, bo):
    assert "not your password now" in bo.press("/settings/password", old="wrong", new=NEW).text
    assert _signs_in(app, "bo", PASSWORD)
    bo.press("/settings/password", old=PASSWORD, new=NEW)
    assert bo.get("/").status_code == 302, "she is asked to sign in again"
    assert _signs_in(app, "bo", NEW)
