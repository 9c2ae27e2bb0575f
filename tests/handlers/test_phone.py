"""Phones: the demo's patients, and the clock that moves them."""

import pytest

from tests.cast import ANNA


def test_every_phone_can_be_picked_and_shows_what_its_owner_would_see(phones, house):
    house.book()
    house.until("2026-12-08 11:05")
    page = phones.page("/phone")
    assert "Anna Reed" in page
    assert "Unknown number" in page
    assert "On call 1" in page
    assert "booked for Fri Dec 11" in phones.page(f"/phone/screen/{ANNA}")


def test_the_phones_that_were_picked_stay_picked(phones, house):
    house.book()
    phones.page("/phone?show=%2B17815550199")
    page = phones.page("/phone")
    assert 'aria-label="Phone of Unknown number"' in page
    assert 'aria-label="Phone of Anna Reed"' not in page


def test_texting_as_a_patient_gets_the_clinics_answer(phones, house):
    house.book()
    phones.press("/phone/text", mobile=ANNA, body="is parking free?")
    screen = phones.page(f"/phone/screen/{ANNA}")
    assert screen.index("is parking free?") < screen.rindex("Sample Skin Clinic")


def test_the_unknown_number_may_text_too(phones, house):
    phones.press("/phone/text", mobile="+17815550199", body="hello?")
    assert [text.body for text in house.inbox()] == ["hello?"]


def test_a_page_to_the_person_on_call_has_a_link_to_its_ticket(phones, house):
    house.book()
    house.text_in("I can't breathe, my throat is closing")
    screen = phones.page("/phone/screen/%2B17815550143")
    [ticket] = house.tickets()
    assert f'href="https://texts.example.com/tickets/{ticket.id}"' in screen


@pytest.mark.parametrize(
    ("by", "shows"),
    [
        pytest.param("hour", "12:00 PM", id="an hour"),
        pytest.param("day", "Wednesday, December 9", id="a day"),
        pytest.param("2026-12-10T16:00:00-05:00", "4:00 PM", id="a text of the strip"),
    ],
)
def test_the_clock_moves_on(phones, house, by, shows):
    house.book()
    assert shows in phones.press("/phone/advance", by=by).text


def test_next_text_moves_to_it_and_sends_it(phones, house):
    house.book()
    page = phones.press("/phone/advance", by="next").text
    assert "left on the way" in page
    assert house.words()


def test_next_text_says_so_when_none_waits(phones):
    assert "No text waits" in phones.press("/phone/advance", by="next").text


@pytest.mark.parametrize(
    "by", [pytest.param("nonsense", id="no time"), pytest.param("2026-12-09", id="no zone")]
)
def test_a_time_that_is_none_is_refused(phones, by):
    assert phones.press("/phone/advance", by=by).status_code == 400


def test_the_clock_is_never_moved_so_far_that_the_demo_is_lost(phones, house):
    before = house.clock()
    assert "sixty days" in phones.press("/phone/advance", by="2036-01-01T00:00:00+00:00").text
    assert house.clock() == before


def test_nobody_texts_from_a_phone_that_is_not_there(phones):
    assert phones.press("/phone/text", mobile="+13055550100", body="hi").status_code == 404
    assert phones.get("/phone/screen/+13055550100").status_code == 404
