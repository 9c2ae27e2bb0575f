"""A person's own words: nobody answers twice unknowingly, what is unusual is said, words are kept ready."""

import re
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import select

from scheduler.booking import BadField
from scheduler.replying import Overtaken, Reply, reply
from scheduler.saved_replies import Draft, save_reply
from store.tables import Conversation, Patient, SavedReply, Standing
from tests.cast import ANNA
from tests.handlers.conftest import add_staff


def _anna(house) -> str:
    with house.look() as session:
        return session.scalars(select(Patient).where(Patient.mobile == ANNA)).first().id


def _talk(house) -> Conversation:
    with house.look() as session:
        return session.scalars(select(Conversation).where(Conversation.mobile == ANNA)).one()


@pytest.fixture
def anna(house) -> str:
    """Anna asks the price; the address of her page."""
    house.book()
    house.text_in("how much is it")
    return f"/patients/{_anna(house)}"


def _send(desk, anna, body, seen=None, **more):
    fields = {"body": body, "nonce": str(uuid4()), "back": anna} | more
    if seen is not None:
        fields["seen"] = str(seen)
    return desk.press(f"{anna}/reply", **fields)


def test_a_persons_words_make_it_read_and_end_the_wait(desk, anna, house):
    assert _talk(house).waiting_since is not None
    assert _send(desk, anna, "It is 300 dollars.", seen=1).status_code == 200
    talk = _talk(house)
    assert (talk.standing, talk.waiting_since, talk.turns) == (Standing.OPEN, None, 2)


def test_the_page_carries_how_far_its_reader_has_read(desk, anna):
    assert re.search(r'name="seen" form="reply-form" value="1"', desk.page(anna))


def test_who_was_overtaken_by_a_colleague_is_told_by_whom_and_keeps_her_words(desk, anna, house):
    add_staff(house, "kim", "Kim Reyes")
    reply(house.works, Reply(_anna(house), "300 dollars.", str(uuid4()), seen=1), "kim")
    answer = _send(desk, anna, "It is <b>300</b>.", seen=1)
    assert answer.status_code == 422
    assert "Kim Reyes wrote to her meanwhile" in answer.text
    assert "It is &lt;b&gt;300&lt;/b&gt;." in answer.text
    assert "Send anyway" in answer.text
    assert len(house.outbox(purpose="staff")) == 1
    assert _send(desk, anna, "It is 300.", seen=2).status_code == 200
    assert len(house.outbox(purpose="staff")) == 2


def test_who_answers_while_she_writes_on_is_told(desk, anna, house):
    house.tick(minutes=1)
    house.text_in("and is there parking?")
    answer = _send(desk, anna, "300.", seen=1)
    assert answer.status_code == 422
    assert "she wrote meanwhile" in answer.text
    assert house.outbox(purpose="staff") == []


def test_a_double_click_is_no_colleague(desk, anna, house):
    nonce = str(uuid4())
    for _ in range(2):
        assert _send(desk, anna, "300.", seen=1, nonce=nonce).status_code == 200
    assert len(house.outbox(purpose="staff")) == 1


def test_of_two_who_answer_at_the_same_moment_one_is_sent_and_one_is_told(house, anna):
    patient, at_once, heard = _anna(house), Barrier(2), []

    def write(who: str) -> None:
        at_once.wait()
        try:
            reply(house.works, Reply(patient, f"{who} says 300.", str(uuid4()), seen=1), who)
            heard.append("sent")
        except Overtaken as told:
            heard.append(told.by)

    threads = [Thread(target=write, args=(who,)) for who in ("ana", "kim")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [sent] = house.outbox(purpose="staff")
    assert sorted(heard) == sorted(["sent", sent.body.split()[0]])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("Please stop taking your valtrex today", "leave out a medicine", id="a medicine"),
        pytest.param("Take 500 mg of ibuprofen", "a dose", id="a dose"),
        pytest.param("Puede venir mañana a las tres de la tarde", "looks like Spanish", id="a language"),
    ],
)
def test_what_is_unusual_about_the_words_is_said_while_typing(desk, anna, body, said):
    assert said in desk.press(f"{anna}/weigh", body=body).text


def test_outside_her_hours_it_is_said_and_leaves_all_the_same(desk, anna, house):
    house.until("2026-12-08 22:40")
    assert "It is 10:40 PM where she is, outside 9 AM to 8 PM" in desk.page(anna)
    assert _send(desk, anna, "See you at noon.", seen=1).status_code == 200
    house.tick(seconds=5)
    assert house.words()[-1] == "See you at noon."


def test_an_emergency_that_is_open_is_said_beside_the_box(desk, anna, house):
    house.text_in("my throat is closing")
    assert "call her, a text is not enough" in desk.page(anna)


def test_a_blank_that_nobody_filled_never_leaves(desk, anna, house):
    answer = _send(desk, anna, "Hi {name}, come in.", seen=1)
    assert answer.status_code == 422
    assert "in the place of {name}" in answer.text
    assert house.outbox(purpose="staff") == []


# Saved replies


def _kept(house) -> list[SavedReply]:
    with house.look() as session:
        return list(session.scalars(select(SavedReply).order_by(SavedReply.title)))


def _keep(desk, **fields):
    given = {"title": "Parking", "body": "Hi {name}, park behind us: {address}", "language": "en"}
    return desk.press("/inbox/replies", **given | fields)


def test_saved_words_are_picked_into_the_box_behind_what_is_typed_and_nothing_is_sent(desk, anna, house):
    assert "Everybody at the desk has it now" in _keep(desk).text
    page = desk.press(f"{anna}/pick", body="Of course.", saved=_kept(house)[0].id).text
    picked = page.partition("<textarea")[2].partition("</textarea>")[0]
    assert "Of course.\nHi Anna, park behind us: " in picked
    assert "{address}" not in picked
    assert house.outbox(purpose="staff") == []


def test_on_a_family_phone_the_name_stays_blank(desk, anna, house):
    house.book(name="Bea Reed", external_id="visit-2")
    _keep(desk)
    with house.look() as session:
        talk = session.scalars(select(Conversation)).one()
    answer = desk.press(f"/inbox/{talk.id}/weigh", body="See you")
    assert "Anna Reed and Bea Reed share this phone" in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"body": "stop taking your valtrex"}, "leave out a medicine", id="a medicine"),
        pytest.param({"body": "take 500 mg"}, "tells a dose", id="a dose"),
        pytest.param({"body": "Hi {first}"}, "{first} cannot be filled in", id="an unknown blank"),
        pytest.param({"title": "  "}, "needs between 1 and 60", id="no title"),
        pytest.param({"language": "xx"}, "none that patients can choose", id="a language"),
    ],
)
def test_words_for_many_are_refused_with_the_reason_and_stay_in_the_form(desk, house, fields, said):
    answer = _keep(desk, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert _kept(house) == []


def test_a_title_is_there_once_whatever_its_capitals(desk, house):
    _keep(desk)
    assert "this title already" in _keep(desk, title="PARKING").text
    assert _keep(desk, title="PARKING", language="es").status_code == 200


def test_of_two_who_change_saved_words_the_second_is_told(desk, house):
    _keep(desk)
    [kept] = _kept(house)
    save_reply(house.works, kept.id, Draft("Parking", "Park in front.", "en", seen=1), "kim")
    with pytest.raises(BadField, match="changed these words meanwhile"):
        save_reply(house.works, kept.id, Draft("Parking", "Park behind.", "en", seen=1), "ana")
    assert _kept(house)[0].body == "Park in front."


def test_saved_words_are_removed_once(desk, house):
    _keep(desk)
    url = f"/inbox/replies/{_kept(house)[0].id}/remove"
    assert "Removed" in desk.press(url).text
    assert "removed it already" in desk.press(url).text
