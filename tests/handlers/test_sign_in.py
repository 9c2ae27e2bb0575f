"""Signing in: who may, who may not, and what a guesser learns (nothing)."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from store.accounts import NewStaff, check_password, create_staff, disable_staff, set_password
from store.people import staff_by_username
from store.tables import AuditEntry
from tests.handlers.conftest import PASSWORD, Desk, add_staff


def test_a_stranger_is_asked_to_sign_in_and_then_comes_to_the_page_she_wanted(door):
    asked = door.get("/patients?page=2")
    assert asked.headers["Location"] == "/sign-in?next=/patients?page%3D2"
    assert door.sign_in("ana", next="/patients?page=2").headers["Location"] == "/patients?page=2"


def test_a_part_that_renews_itself_sends_a_signed_out_browser_to_the_form(door):
    headers = {"HX-Request": "true", "HX-Current-URL": "https://texts.example.com/inbox"}
    asked = door.get("/today/visits", headers=headers)
    assert (asked.status_code, asked.headers["HX-Redirect"]) == (401, "/sign-in?next=/inbox")


def test_a_user_name_is_found_however_it_is_typed(door):
    assert door.sign_in("  ANA ").status_code == 302


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(door):
    wrong, unknown = door.sign_in("ana", "not the password"), door.sign_in("nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.split("Sign in")[2:] != []
    assert "do not belong together" in wrong.text
    assert "do not belong together" in unknown.text


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param("https://evil.example/", id="another site"),
        pytest.param("//evil.example/", id="another site without its scheme"),
        pytest.param("/\\evil.example", id="a backslash that browsers read as a slash"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("", id="nothing"),
    ],
)
def test_the_way_back_never_leads_off_the_site(door, wanted):
    assert door.sign_in("ana", next=wanted).headers["Location"] == "/"


def test_a_session_prepared_by_somebody_else_does_not_survive_signing_in(door):
    with door.client.session_transaction() as session:
        session["planted"] = "yes"
    door.sign_in("ana")
    with door.client.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_closes_the_console(desk):
    desk.press("/sign-out")
    assert desk.get("/").status_code == 302


def test_a_closed_account_is_out_at_once(desk, house):
    add_staff(house, "bo", "Bo Chen", "admin")  # somebody must be left who may change accounts
    with house.works.database.writing() as session:
        disable_staff(session, "ana")
    assert desk.get("/").status_code == 302
    assert desk.sign_in("ana").status_code == 401


def test_a_new_password_ends_the_sessions_of_the_old_one(desk, house):
    with house.works.database.writing() as session:
        set_password(session, "ana", "another long password")
    assert desk.get("/").status_code == 302


def test_the_eleventh_try_in_a_minute_from_one_address_is_refused(door):
    tries = [door.sign_in(f"guess{n}", "not the password").status_code for n in range(11)]
    assert tries == [401] * 10 + [429]


def test_the_eleventh_try_in_a_minute_at_one_name_is_refused_from_wherever_it_comes(app, door):
    def try_from(address: str) -> int:
        elsewhere = app.test_client()
        elsewhere.environ_base["REMOTE_ADDR"] = address
        return Desk(elsewhere).sign_in("ana", "not the password").status_code

    assert [try_from(f"192.0.2.{n}") for n in range(11)] == [401] * 10 + [429]


def test_signing_in_is_written_down(desk, house):
    with house.look() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "signed in"))
    assert entry.actor == "ana"


def test_a_form_without_its_token_is_refused(desk):
    assert desk.client.post("/sign-out").status_code == 400
    assert desk.client.post("/sign-in", data={"username": "ana", "password": PASSWORD}).status_code == 400
    assert desk.get("/").status_code == 200


def test_the_demo_link_opens_the_console_once(demo_app, phones):
    later = demo_app.test_client()
    assert later.get("/sign-in/demo-link").status_code == 410
    assert later.get("/").status_code == 302


def test_a_wrong_demo_link_is_no_page(demo_app):
    assert demo_app.test_client().get("/sign-in/guessed").status_code == 404


def test_outside_the_demo_no_link_opens_the_console(door):
    assert door.get("/sign-in/demo-link").status_code == 404


def test_a_hash_of_older_parameters_is_renewed_at_the_next_sign_in(house):
    weak = PasswordHasher(time_cost=1, memory_cost=8192)
    with house.works.database.writing() as session:
        staff = create_staff(session, NewStaff("bo", "Bo", PASSWORD, "clinician"), house.clock())
        staff.password_hash = weak.hash(PASSWORD)
    with house.works.database.writing() as session:
        assert check_password(session, "bo", PASSWORD)
    with house.look() as session:
        renewed = staff_by_username(session, "bo").password_hash
    assert not PasswordHasher().check_needs_rehash(renewed)
