"""The inbox: who wrote, what did they want, was it answered; whose it is, and nothing pressed twice."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import event, select

from scheduler import tending
from scheduler.tending import Beaten, Press
from store.tables import AuditEntry, Conversation, Standing
from tests.cast import ANNA, STRANGER, ZONE
from tests.handlers.conftest import add_staff

NASTY = '<script>alert(1)</script> "O\'Neil" 🙈'


def _talk(house, mobile: str = ANNA) -> Conversation:
    with house.look() as session:
        return session.scalars(select(Conversation).where(Conversation.mobile == mobile)).one()


def _press(desk, talk, action, **fields):
    here = f"/inbox/{talk.id}"
    return desk.press(f"{here}/{action}", **{"back": here, "seen": str(talk.turns)} | fields)


@pytest.fixture
def anna(house) -> Conversation:
    """Anna asks the price: a person must answer."""
    house.book()
    house.text_in("how much is it")
    return _talk(house)


def _rows(page: str) -> list[str]:
    return re.findall(r'<a class="title" href="/inbox/[^"]+">([^<]+)</a>', page)


def test_unread_come_first_then_who_waits_for_a_person_then_by_time(desk, house):
    for number, (name, words) in enumerate(
        [("Ada", "thanks"), ("Bea", "how much is it"), ("Cleo", "thanks!"), ("Dora", "thanks a lot")]
    ):
        house.book(name=name, mobile=f"+1781555014{number + 4}", external_id=name)
        house.text_in(words, mobile=f"+1781555014{number + 4}")
        house.tick(minutes=1)
    with house.works.database.reading() as session:
        talks = session.scalars(select(Conversation).order_by(Conversation.talked_at)).all()
    for talk in talks[:3]:
        tending.mark_read(house.works, Press(talk.id, talk.turns, "ana"))
    assert _rows(desk.page("/inbox")) == ["Dora", "Bea", "Cleo", "Ada"]


def test_a_row_says_who_wrote_what_was_wanted_and_how_long_she_waits(desk, anna, house):
    house.tick(minutes=125)
    page = desk.page("/inbox")
    for said in ("Anna Reed", "781-555-0121", "how much is it", "Wants: a question for a person", "Unread"):
        assert said in page, said
    assert "Waiting 2 hours" in page


def test_what_she_calls_herself_and_writes_is_shown_and_never_run(desk, house):
    house.book(name=NASTY)
    house.text_in(NASTY)
    for path in ("/inbox", f"/inbox/{_talk(house).id}"):
        page = desk.page(path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "🙈" in page


def test_opening_a_conversation_reads_it_and_the_menu_counts_one_less(desk, anna, house):
    assert "<b>1<span" in desk.page("/inbox")
    page = desk.page(f"/inbox/{anna.id}")
    assert "how much is it" in page
    assert _talk(house).standing == Standing.WAITING
    assert "<b>1<span" not in desk.page("/inbox")


def test_what_came_while_the_page_was_open_stays_unread(desk, anna, house):
    house.tick(minutes=1)
    house.text_in("and does it hurt?")
    _press(desk, anna, "read", back="/inbox")
    assert _talk(house).unread_since is not None


@pytest.mark.parametrize("words", ["anna", "Reed", "555-0121", "(781) 555 0121", "MUCH is"])
def test_conversations_are_found_by_name_number_and_words(desk, anna, house, words):
    house.text_in("good evening to all", mobile=STRANGER)
    assert _rows(desk.get("/inbox", query_string={"words": words}).text) == ["Anna Reed"]


def test_nothing_found_says_where_it_was_looked_for(desk, anna):
    assert "Nobody with “%%%”" in desk.get("/inbox", query_string={"words": "%%%"}).text


def test_the_list_is_in_pages_and_asks_a_fixed_number_of_questions(desk, house):
    with house.works.database.writing() as session:
        for number in range(90):
            at = house.clock() - timedelta(minutes=number)
            session.add(
                Conversation(
                    location_id="main",
                    mobile=f"+1617555{number:04}",
                    last_at=at,
                    talked_at=at,
                    standing=Standing.OPEN,
                )
            )
    asked = []
    event.listen(house.works.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert len(_rows(desk.page("/inbox?view=unread"))) == 0
    empty = len(asked)
    asked.clear()
    assert len(_rows(desk.page("/inbox"))) == 40
    assert len(asked) <= empty + 4
    assert len(_rows(desk.page("/inbox?page=3"))) == 10


def test_each_text_says_what_was_understood_and_what_followed(desk, house):
    house.book()
    house.text_in("does it hurt?")
    page = desk.page(f"/inbox/{_talk(house).id}")
    assert "Understood: a question about pain" in page
    assert "Answered: Pain" in page
    assert "does it hurt" in page


def test_the_panel_beside_says_who_this_is_and_what_is_open(desk, anna, house):
    page = desk.page(f"/inbox/{anna.id}")
    assert "Next visit" in page
    assert "Needs a person" in page
    assert re.search(r'href="/patients/[^"]+">Anna Reed', page)


def test_a_number_that_nobody_knows_is_enrolled_from_here(desk, house):
    house.text_in("hello", mobile=STRANGER)
    page = desk.page(f"/inbox/{_talk(house, STRANGER).id}")
    assert "Unknown number" in page
    link = re.search(r'href="(/enrol\?mobile=[^"]+)"', page)[1]
    assert 'value="617-555-0150"' in desk.page(link)


# Whose it is, out of view, done


def test_it_is_taken_given_and_nobodys_again(desk, anna, house):
    add_staff(house, "kim", "Kim Reyes")
    assert "It is yours" in _press(desk, anna, "assign", to="ana", was="").text
    assert _rows(desk.page("/inbox?view=mine")) == ["Anna Reed"]
    assert _rows(desk.page("/inbox?view=unassigned")) == []
    assert "It is Kim Reyes’s now" in _press(desk, anna, "assign", to="kim", was="ana").text
    assert "It is nobody’s now" in _press(desk, anna, "assign", to="", was="kim").text
    with house.look() as session:
        done = session.scalars(select(AuditEntry).where(AuditEntry.action == "conversation assigned")).all()
    assert [entry.detail["to"] for entry in done] == ["ana", "kim", None]


def test_nobody_who_cannot_sign_in_gets_it(desk, anna, house):
    assert "Nobody of that name can sign in" in _press(desk, anna, "assign", to="ghost", was="").text
    assert _talk(house).assigned_to is None


def test_of_two_who_take_it_at_once_one_has_it_and_one_is_told_who(house, anna):
    for name in ("kim", "lou"):
        add_staff(house, name, name.title())
    at_once, heard = Barrier(2), {}

    def take(who: str) -> None:
        at_once.wait()
        try:
            tending.assign(house.works, Press(anna.id, anna.turns, who), who, None)
        except Beaten as told:
            heard[who] = told.by

    threads = [Thread(target=take, args=(who,)) for who in ("kim", "lou")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(loser, winner)] = heard.items()
    assert {loser, winner} == {"kim", "lou"}
    assert _talk(house).assigned_to == winner


def test_snoozed_it_is_out_of_view_and_comes_back_by_itself_unread(desk, anna, house):
    assert "Snoozed until in 1 hour" in _press(desk, anna, "snooze", until="hour").text
    assert _rows(desk.page("/inbox")) == []
    assert _rows(desk.page("/inbox?view=snoozed")) == ["Anna Reed"]
    house.tick(minutes=61)
    assert _rows(desk.page("/inbox")) == ["Anna Reed"]
    assert _talk(house).standing == Standing.UNREAD


@pytest.mark.parametrize(
    ("until", "local"),
    [
        pytest.param({"until": "morning"}, "2026-12-09 09:00", id="tomorrow when the office opens"),
        pytest.param({"until": "week"}, "2026-12-14 09:00", id="next week"),
        pytest.param({"until": "own", "own": "2026-12-10T16:30"}, "2026-12-10 16:30", id="a time of her own"),
    ],
)
def test_it_is_snoozed_by_the_clinics_clock_until_somebody_is_there(desk, anna, house, until, local):
    _press(desk, anna, "snooze", **until)
    assert _talk(house).snoozed_until.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") == local


@pytest.mark.parametrize("own", ["2026-12-01T10:00", "2028-01-01T10:00", "soon", ""])
def test_a_time_that_cannot_be_is_refused(desk, anna, house, own):
    page = _press(desk, anna, "snooze", until="own", own=own).text
    assert "Choose a" in page
    assert _talk(house).snoozed_until is None


def test_resolved_it_is_off_the_list_until_it_is_reopened_or_she_writes(desk, anna, house):
    assert "1 ticket about it: still open" in _press(desk, anna, "resolve").text
    assert _rows(desk.page("/inbox")) == []
    assert _rows(desk.page("/inbox?view=resolved")) == ["Anna Reed"]
    _press(desk, anna, "reopen")
    assert _rows(desk.page("/inbox")) == ["Anna Reed"]
    _press(desk, anna, "resolve")
    house.tick(minutes=1)
    house.text_in("hello?")
    assert _rows(desk.page("/inbox?view=unread")) == ["Anna Reed"]


@pytest.mark.parametrize("action", ["resolve", "snooze"])
def test_what_she_wrote_meanwhile_is_never_put_away_unseen(desk, anna, house, action):
    house.tick(minutes=1)
    house.text_in("wait, one more thing")
    assert "She wrote meanwhile" in _press(desk, anna, action, until="hour", back="/inbox").text
    assert _talk(house).standing == Standing.UNREAD


@pytest.mark.parametrize("action", ["resolve", "snooze"])
def test_the_second_is_told_who_was_first(desk, anna, house, action):
    add_staff(house, "kim", "Kim Reyes")
    kim = Press(anna.id, anna.turns, "kim")
    if action == "resolve":
        tending.resolve(house.works, kim)
    else:
        tending.snooze(house.works, kim, house.clock() + timedelta(hours=1))
    assert f"Kim Reyes {action}d it already" in _press(desk, anna, action, until="week").text


def test_pressed_twice_by_one_it_is_done_once(desk, anna, house):
    for _ in range(2):
        assert "Resolved." in _press(desk, anna, "resolve").text
    with house.look() as session:
        done = session.scalars(select(AuditEntry).where(AuditEntry.action == "conversation resolved")).all()
    assert len(done) == 1


def test_marked_unread_it_is_for_somebody_else_to_see(desk, anna, house):
    desk.page(f"/inbox/{anna.id}")
    page = _press(desk, anna, "unread", back="/inbox").text
    assert "It stands unread" in page
    assert _rows(desk.page("/inbox?view=unread")) == ["Anna Reed"]


def test_a_part_that_reads_the_same_is_not_drawn_again(desk, anna):
    for name in ("thread", "bar", "beside"):
        page = desk.page(f"/inbox/{anna.id}")
        url = re.search(rf'hx-get="(/inbox/{anna.id}/{name}[^"]*)"', page)[1].replace("&amp;", "&")
        assert desk.get(url).status_code == 204, name


def test_there_is_no_such_conversation(desk, house):
    nobody = "00000000-0000-0000-0000-000000000000"
    assert desk.get(f"/inbox/{nobody}").status_code == 404
    for action in ("assign", "snooze", "resolve", "reopen", "unread", "read", "reply", "weigh", "pick"):
        fields = {"nonce": nobody, "body": "x"}
        assert desk.press(f"/inbox/{nobody}/{action}", **fields).status_code == 404, action
