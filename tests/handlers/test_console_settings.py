"""Settings: what is changed on the page holds at once, is signed for, and nobody's change is lost unseen."""

import re
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from scheduler.booking import BadField
from scheduler.location_changes import change_location, mark_of
from scheduler.opening import open_database
from store.tables import AuditEntry, Location
from tests.cast import NOW, ON_CALL
from tests.handlers.conftest import Desk, add_staff

NEW_ON_CALL = "+17815550177"


def _place(house) -> Location:
    with house.look() as session:
        return session.get_one(Location, "main")


def _save(desk: Desk, section: str, **fields):
    page = desk.page("/settings")
    form = page[page.index(f'action="/settings/main/{section}"') :]
    seen = re.search(r'name="seen" value="([^"]+)"', form)
    assert seen is not None
    return desk.press(f"/settings/main/{section}", **{"seen": seen[1], **fields})


def test_the_next_page_goes_to_whoever_was_put_on_call(desk, house):
    assert "Saved" in _save(desk, "on-call", on_call=["(781) 555-0177", "", "781-555-0144"]).text
    house.book()
    house.text_in("my throat is closing")
    assert len(house.words(NEW_ON_CALL)) == 1
    assert house.words(ON_CALL) == []


@pytest.mark.parametrize(
    ("section", "fields", "said"),
    [
        ("on-call", {"on_call": ["12"]}, "Nothing was saved"),
        ("on-call", {"on_call": [""]}, "needs at least one"),
        ("on-call", {"on_call": ["781-261-6122"]}, "a page would reach nobody"),
        ("office", {"office_phone": "781-261-6122", "address": "1 Main St"}, "a call would ring itself"),
        ("office", {"office_phone": "781-555-0142", "address": "{name}"}, "write it on one line"),
        ("hours", {"mon.opens": "09:00"}, "Nothing was saved"),
        ("hours", {"mon.opens": "17:00", "mon.closes": "09:00"}, "closes before it opens"),
        ("sending", {"opens": "07:00", "closes": "20:00"}, "outside the law"),
        ("sending", {"opens": "12:00", "closes": "14:00"}, "too narrow"),
        ("mail", {"on_call_email": "nurse at example", "office_email": ""}, "not an e-mail address"),
    ],
)
def test_what_cannot_be_is_refused_beside_the_form_and_nothing_is_saved(desk, house, section, fields, said):
    before = {name: getattr(_place(house), name) for name in ("on_call", "hours", "send_window", "address")}
    answer = _save(desk, section, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert {name: getattr(_place(house), name) for name in before} == before


def test_what_was_changed_here_outlives_a_restart_and_the_file_can_be_taken_back(
    desk, house, clinic, catalog
):
    _save(desk, "office", office_phone="781-555-0142", address="2 New Street, Hingham, MA")
    open_database(house.works.database.url, clinic, catalog, NOW).close()
    assert _place(house).address == "2 New Street, Hingham, MA"
    assert "Changed here by you" in desk.page("/settings")
    assert "words hold again" in desk.press("/settings/main/office/file").text
    assert _place(house).address == clinic.locations["main"].address


def test_every_change_is_signed_for(desk, house):
    _save(desk, "hours", **{"mon.opens": "10:00", "mon.closes": "16:00"})
    with house.look() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "settings changed"))
    assert (entry.actor, entry.subject_id, entry.detail) == ("ana", "main", {"what": ["hours"]})
    assert _place(house).hours == {"mon": ["10:00", "16:00"]}


def test_texts_wait_for_the_clinics_own_hours(desk, house):
    house.book("2026-12-11 14:00")  # the morning's text falls due at eight
    assert "Saved" in _save(desk, "sending", opens="09:30", closes="18:00").text
    house.until("2026-12-11 09:20")
    [morning] = house.outbox(step="visit_day")
    assert morning.reason == "Held: outside 9:30 AM to 6 PM her time"
    house.until("2026-12-11 09:31")
    assert ("Fri 12-11 09:30", "visit_day") in house.sent()


def test_whoever_saves_second_is_told_and_the_first_change_stands(desk, house):
    page = desk.page("/settings")
    seen = re.search(r'name="seen" value="([^"]+)"', page[page.index("/settings/main/office") :])[1]
    _save(desk, "office", office_phone="781-555-0142", address="2 New Street")
    late = desk.press("/settings/main/office", seen=seen, office_phone="781-555-0142", address="3 Old Road")
    assert late.status_code == 422
    assert "ana changed this meanwhile" in late.text
    assert "3 Old Road" in late.text, "what was typed stays"
    assert _place(house).address == "2 New Street"


def test_two_who_save_at_the_same_moment_do_not_overwrite_each_other(house):
    seen, start, told = mark_of(_place(house), ["address"]), Barrier(2), []

    def save(address: str) -> None:
        start.wait()
        try:
            change_location(house.works, "main", {"address": address}, seen, "ana")
        except BadField:
            told.append(address)

    both = [Thread(target=save, args=(address,)) for address in ("1 First St", "2 Second St")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 1
    assert _place(house).address not in told


def test_only_an_admin_changes_settings(app, desk, house):
    add_staff(house, "bo", "Bo Chen")
    bo = Desk(app.test_client())
    bo.sign_in("bo")
    page = bo.page("/settings")
    assert "Only an admin changes these" in page
    assert "Save" not in page
    assert "Only admin may change settings" in bo.press("/settings/main/office", address="Elsewhere").text
    assert _place(house).address != "Elsewhere"


def test_a_location_that_is_not_there_is_not_found(desk):
    assert desk.press("/settings/nowhere/office", address="x").status_code == 404
