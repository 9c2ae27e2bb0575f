"""One planned text on its own page: another time, other words, not at all; and back."""

import re
from uuid import uuid4

import pytest

from tests.cast import ANNA


@pytest.fixture
def list_(house, desk) -> str:
    """The address of Anna's seven-day list, planned for tomorrow morning."""
    house.book("2026-12-18 14:00")
    house.until("2026-12-09 16:12")
    return f"/texts/{house.outbox(step='seven_day_list')[0].id}"


def _seen(desk, path) -> str:
    return re.search(r'name="seen" value="([^"]*)"', desk.page(path))[1]


def _press(desk, path, **fields):
    return desk.press(path, seen=_seen(desk, path.rpartition("/")[0]), **fields)


def test_the_page_shows_the_words_their_parts_and_until_when_they_are_of_use(desk, list_):
    page = desk.page(list_)
    assert "Thu Dec 10, 10:00 AM" in page
    assert "of use until" in page
    assert "characters" in page
    assert "planned anew in the approved words" in page


def test_a_text_is_dropped_for_a_reason_and_the_reason_stands_on_her_page(desk, list_):
    page = _press(desk, f"{list_}/drop", why="told her <b>by phone</b>").text
    assert "Dropped by Ana Silva: told her &lt;b&gt;by phone&lt;/b&gt;" in page
    assert "Will not be sent" in page
    page = desk.press(f"{list_}/back/drop").text
    assert "Dropped by" not in page


def test_another_time_is_by_the_clinics_clock(desk, house, list_):
    page = _press(desk, f"{list_}/time", at="2026-12-10T17:30").text
    assert "moved to this time by Ana Silva" in page
    assert f"{house.outbox(step='seven_day_list')[0].due_at:%H:%M}" == "22:30"


@pytest.mark.parametrize(
    ("form", "fields", "said"),
    [
        pytest.param("time", {"at": "2026-12-10T23:00"}, "her time", id="at night"),
        pytest.param("time", {"at": "2026-12-30T12:00"}, "after its useful time", id="too late"),
        pytest.param("time", {"at": ""}, "needs a day and a time", id="no time"),
        pytest.param("words", {"body": " "}, "needs between 1 and 1600", id="no words"),
        pytest.param("drop", {"why": ""}, "Say why", id="no reason"),
    ],
)
def test_what_cannot_be_is_told_beside_its_form_and_what_was_typed_stays(desk, list_, form, fields, said):
    answer = _press(desk, f"{list_}/{form}", **fields)
    assert answer.status_code == 422
    assert said in re.search(r'role="alert">([^<]*)', answer.text)[1]
    assert 'aria-invalid="true"' in answer.text


def test_own_words_say_who_wrote_them_and_leave(desk, house, list_):
    page = _press(desk, f"{list_}/words", body="Anna, call me. Ana").text
    assert "Words of you" in page
    assert "wrote these words; nobody else has approved them" in desk.page(list_)
    house.until("2026-12-10 10:30")
    assert house.words()[-1] == "Anna, call me. Ana"
    assert "It has left already" in desk.press(f"{list_}/words", body="Again", seen="").text


def test_there_is_no_box_for_words_to_somebody_who_opted_out(desk, house, list_):
    house.text_in("STOP")
    page = desk.page(list_)
    assert "<textarea" not in page
    assert "she texted STOP" in desk.press(f"{list_}/words", body="Hello", seen="").text


def test_the_second_to_change_it_is_told_by_whom(desk, list_):
    seen = _seen(desk, list_)
    desk.press(f"{list_}/words", body="Mine", seen=seen)
    assert "changed this text meanwhile" in desk.press(f"{list_}/words", body="Mine too", seen=seen).text


def test_a_reply_a_page_or_nothing_is_no_planned_text(desk, house, list_):
    house.text_in("can I wear makeup?")
    reply = next(row for row in house.outbox(mobile=ANNA) if row.purpose == "reply")
    for text_id in (reply.id, uuid4()):
        assert desk.get(f"/texts/{text_id}").status_code == 404
        assert desk.press(f"/texts/{text_id}/drop", why="x").status_code == 404
    assert desk.press(f"{list_}/drop", why="x", seen="soon").status_code == 400
