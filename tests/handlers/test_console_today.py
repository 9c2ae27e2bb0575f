"""Today: who needs me now, and what happens next?"""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from care.reading import Urgency
from scheduler.booking import BadField, parse_change
from scheduler.changing import AsSeen, change_visit
from scheduler.paging import raise_ticket
from scheduler.stopping import Cause, stop
from store.senders import BY_ANSWER
from store.tables import Appointment, Location, Ticket
from store.tickets import NewTicket
from tests.cast import ANNA

LANDLINE = "+17815550192"


def _visit(house) -> Appointment:
    with house.look() as session:
        return session.scalars(select(Appointment)).one()


def test_an_empty_day_teaches_what_will_stand_there(desk):
    page = desk.page("/")
    assert "Nobody waits for you" in page
    assert "No visits today" in page
    assert "Every text of the last days got through" in page
    assert "Tuesday, December 8" in page
    assert "New York time" in page


def test_the_visits_of_the_day_stand_in_order_by_the_clinics_clock(desk, house):
    house.book("2026-12-09 15:00", external_id="b", name="Bea Late", mobile="+17815550122")
    house.book("2026-12-09 09:30", external_id="a", name="Al Early", mobile="+17815550123")
    house.book("2026-12-10 00:10", external_id="c", name="Cy Morrow", mobile="+17815550124")
    house.until("2026-12-09 08:00")
    page = desk.page("/today/visits")
    assert page.index("Al Early") < page.index("Bea Late")
    assert "Cy Morrow" not in page
    assert "9:30 AM" in page


def test_done_is_one_tap_and_plans_the_aftercare(desk, house):
    house.book()
    house.until("2026-12-11 15:30")
    visit = _visit(house)
    page = desk.press(f"/visits/{visit.id}/done", back="/").text
    assert "Marked done" in page
    assert _visit(house).ended_at == house.clock()
    assert "rest_of_day" in {text.step for text in house.outbox(status="planned")}


def test_done_may_say_when_the_visit_really_ended(desk, house):
    house.book()
    house.until("2026-12-11 17:00")
    desk.press(f"/visits/{_visit(house).id}/done", ended_at="15:45", back="/")
    assert f"{_visit(house).ended_at:%H:%M}" == "20:45"  # UTC


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("23:00", "is in the future", id="in the future"),
        pytest.param("13:00", "is before the visit began", id="before it began"),
        pytest.param("soon", "is not a time of day", id="no time"),
    ],
)
def test_an_end_that_cannot_be_is_refused_and_nothing_changes(desk, house, given, said):
    house.book()
    house.until("2026-12-11 15:30")
    page = desk.press(f"/visits/{_visit(house).id}/done", ended_at=given, back="/").text
    assert said in page
    assert _visit(house).status == "booked"


@pytest.mark.parametrize(
    ("mark", "status"),
    [
        pytest.param("noshow", "noshow", id="did not come"),
        pytest.param("cancel", "cancelled", id="cancelled"),
        pytest.param("arrived", "arrived", id="arrived"),
    ],
)
def test_each_mark_is_one_tap_and_can_be_undone(desk, house, mark, status):
    house.book()
    visit = _visit(house)
    before = {text.step for text in house.outbox(status="planned")}
    desk.press(f"/visits/{visit.id}/{mark}", back="/")
    assert _visit(house).status == status
    desk.press(f"/visits/{visit.id}/undo", back="/")
    assert _visit(house).status == "booked"
    assert {text.step for text in house.outbox(status="planned")} == before


def test_a_visit_is_moved_by_the_clinics_clock_and_its_texts_move_along(desk, house):
    house.book("2026-12-18 14:00")
    visit = _visit(house)
    assert "2026-12-18T14:00" in desk.page(f"/visits/{visit.id}/move?back=/")
    desk.press(f"/visits/{visit.id}/move", starts_at="2026-12-21T10:00", back="/")
    assert f"{_visit(house).starts_at:%Y-%m-%d %H:%M}" == "2026-12-21 15:00"
    [day_before] = house.outbox(status="planned", step="day_before")
    assert f"{day_before.due_at:%d}" == "20"


@pytest.mark.parametrize("given", [pytest.param("2026-12-01T10:00", id="past"), pytest.param("", id="empty")])
def test_a_move_that_cannot_be_keeps_what_was_typed_and_says_why(desk, house, given):
    house.book()
    answer = desk.press(f"/visits/{_visit(house).id}/move", starts_at=given, back="/")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert _visit(house).moved_at is None


def test_a_visit_that_is_not_there_is_no_page(desk):
    assert desk.press(f"/visits/{uuid4()}/done").status_code == 404


def test_a_text_that_failed_is_told_in_words_and_its_code_only_under_details(desk, house):
    house.book(mobile=LANDLINE)
    house.until("2026-12-08 11:05")
    page = desk.page("/today/trouble")
    assert "Not delivered" in page
    surface, _, details = page.partition("<details>")
    assert "landline" in surface.lower()
    assert "30006" not in surface
    assert "30006" in details


def test_what_a_stopped_number_keeps_says_so(desk, house):
    house.book()
    with house.works.database.writing() as session:
        stop(session, house.works, "main", Cause("21606", BY_ANSWER), house.clock())
    house.clock.move_to(house.clock() + timedelta(minutes=5))
    page = desk.page("/today/trouble")
    assert "Waiting: The number we send from cannot send texts" in page


def test_what_leaves_today_is_there_before_it_goes(desk, house):
    house.book()
    page = desk.page("/today/coming")
    assert "Anna Reed" in page
    assert "Welcome" in page


def test_a_part_that_reads_the_same_is_not_sent_again(desk, house):
    house.book()
    part = desk.page("/today/visits")
    mark = part.split("have=")[1][:12]
    assert desk.get(f"/today/visits?have={mark}").status_code == 204
    house.until("2026-12-11 08:30")
    assert desk.get(f"/today/visits?have={mark}").status_code == 200


def test_the_most_urgent_ticket_stands_first_with_its_clock(desk, house):
    with house.works.database.writing() as session:
        here = session.get_one(Location, "main")
        for urgency, reason in ((Urgency.ROUTINE, "a question"), (Urgency.EMERGENCY, "cannot breathe")):
            new = NewTicket(str(uuid4()), "main", ANNA, "R1", urgency, reason, house.clock())
            raise_ticket(session, house.works, new, here, house.clock())
    house.clock.move_to(house.clock().replace(hour=17))
    page = desk.page("/today/tickets")
    assert page.index("Cannot breathe") < page.index("A question")
    assert "Emergency" in page
    assert "Was due" in page


def test_a_hostile_name_is_shown_and_never_run(desk, house):
    name = """<script>alert("x")</script> 'O"Neil' & 👩‍⚕️"""
    house.book("2026-12-08 14:00", name=name)
    house.text_in("<img src=x onerror=alert(1)> my face is swelling")
    for path in ("/", "/inbox", "/patients", "/search?q=script"):
        page = desk.page(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "👩‍⚕️" in page
    with house.look() as session:
        ticket = session.scalars(select(Ticket)).first()
    assert ticket is None or "<img src=x" not in desk.page(f"/tickets/{ticket.id}")


def test_the_second_to_mark_a_visit_is_told_who_was_first_and_nothing_is_done_twice(desk, house):
    house.book()
    house.until("2026-12-11 15:30")
    visit = _visit(house)
    seen = {"seen": "booked", "seen_at": visit.starts_at.isoformat(), "back": "/"}
    desk.press(f"/visits/{visit.id}/done", **seen)
    texts = len(house.outbox())
    page = desk.press(f"/visits/{visit.id}/noshow", **seen).text
    assert "Ana Silva changed this visit already on Dec 11, 3:30 PM: it is marked done" in page
    assert _visit(house).status == "fulfilled"
    assert len(house.outbox()) == texts
    assert desk.press(f"/visits/{visit.id}/done", **{**seen, "seen_at": "soon"}).status_code == 400


def test_an_arrival_marked_meanwhile_keeps_nobody_from_marking_it_done(desk, house):
    house.book()
    house.until("2026-12-11 15:30")
    visit = _visit(house)
    desk.press(f"/visits/{visit.id}/arrived", back="/")
    desk.press(f"/visits/{visit.id}/done", seen="booked", seen_at=visit.starts_at.isoformat(), back="/")
    assert _visit(house).status == "fulfilled"


def test_two_mark_one_visit_at_the_same_moment_and_one_is_told(house):
    house.book()
    house.until("2026-12-11 15:30")
    seen, told = AsSeen(_visit(house).starts_at, "booked"), []

    def press(status):
        try:
            change_visit(house.works, "visit-1", parse_change({"status": status}), status, seen)
        except BadField:
            told.append(status)

    both = [threading.Thread(target=press, args=(status,)) for status in ("fulfilled", "noshow")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 1
    assert _visit(house).status == ({"fulfilled", "noshow"} - set(told)).pop()


def test_came_but_not_done_gets_no_aftercare_and_is_no_noshow(desk, house):
    house.book()
    house.until("2026-12-11 15:30")
    visit = _visit(house)
    assert "Came, not done" in desk.page("/today/visits")
    desk.press(f"/visits/{visit.id}/notdone", back="/")
    assert _visit(house).status == "cancelled"
    assert house.outbox(status="planned") == []


def test_before_a_visit_moves_the_page_shows_what_that_changes_and_writes_nothing(desk, house):
    house.book("2026-12-18 14:00")
    house.until("2026-12-10 12:00")
    visit, before = _visit(house), len(house.outbox())
    page = desk.press(f"/visits/{visit.id}/move/preview", starts_at="2026-12-21T10:00").text
    assert "Thu Dec 17, 4:00 PM" in page
    assert "Sun Dec 20, 4:00 PM" in page
    assert "Mon Dec 21 at 10:00 AM" in page, "the words of the correction"
    assert "name the old time" in page
    assert "Her texts" in page or "All her texts" in page
    assert (_visit(house).starts_at, len(house.outbox())) == (visit.starts_at, before)
    past = desk.press(f"/visits/{visit.id}/move/preview", starts_at="2026-12-01T10:00").text
    assert "is in the past" in past
    for given in ("", "2026-12-18T14:00"):
        assert desk.press(f"/visits/{visit.id}/move/preview", starts_at=given).status_code == 200
    assert desk.press(f"/visits/{uuid4()}/move/preview").status_code == 404


def test_the_second_to_move_a_visit_is_told_where_it_is_now(desk, house):
    house.book("2026-12-18 14:00")
    visit = _visit(house)
    seen = {"seen": "booked", "seen_at": visit.starts_at.isoformat(), "back": "/"}
    desk.press(f"/visits/{visit.id}/move", starts_at="2026-12-21T10:00", **seen)
    answer = desk.press(f"/visits/{visit.id}/move", starts_at="2026-12-22T10:00", **seen)
    assert answer.status_code == 422
    assert "Ana Silva changed this visit already" in answer.text
    assert "Dec 21, 10:00 AM" in answer.text


def test_a_text_that_failed_offers_the_number_to_correct_and_the_phone_to_call(desk, house):
    house.book(mobile=LANDLINE)
    house.until("2026-12-08 11:05")
    page = desk.page("/today/trouble")
    assert "Correct her number" in page
    assert f'href="tel:{LANDLINE}"' in page
    assert "See her ticket" in page


def test_a_held_text_offers_what_holds_it(desk, house):
    house.book("2026-12-18 14:00")
    house.until("2026-12-09 16:00")
    patient_id = house.outbox()[0].patient_id
    desk.press(f"/patients/{patient_id}/pause", why="abroad")
    house.until("2026-12-10 10:30")
    page = desk.page("/today/trouble")
    assert f"/patients/{patient_id}#resume" in page
    assert "Change or drop it" in page


def test_a_stopped_number_offers_its_ticket(desk, house):
    house.book()
    with house.works.database.writing() as session:
        stop(session, house.works, "main", Cause("21606", BY_ANSWER), house.clock())
    house.clock.move_to(house.clock() + timedelta(minutes=5))
    assert "See our number" in desk.page("/today/trouble")


def test_a_visit_nobody_marked_is_asked_about_after_closing_and_on_the_days_after(desk, house):
    house.book()
    house.until("2026-12-11 15:30")
    assert "How did these go?" not in desk.page("/today/visits")
    house.until("2026-12-11 21:00")
    page = desk.page("/today/visits")
    assert "How did these go?" in page
    assert page.count('id="visit-') == 1
    house.until("2026-12-14 09:00")
    assert "Mark done" in desk.page("/today/visits")
    desk.press(f"/visits/{_visit(house).id}/noshow", back="/")
    assert "How did these go?" not in desk.page("/today/visits")


def _long_day(house, monkeypatch, visits):
    """More visits on one day than its list shows at first, an hour apart from ten."""
    first = {"tickets": 2, "visits": 2, "trouble": 2, "coming": 2}
    monkeypatch.setattr("handlers.console.today.FIRST", first)
    for number in range(visits):
        house.book(
            f"2026-12-09 1{number}:00",
            external_id=f"v{number}",
            name=f"Patient {number}",
            mobile=f"+1781555012{number}",
        )


def test_a_long_list_shows_its_first_rows_and_all_of_it_when_asked(desk, house, monkeypatch):
    _long_day(house, monkeypatch, visits=5)
    house.until("2026-12-09 08:00")
    first = desk.page("/today/visits")
    assert first.count("<article") == 2
    assert "Show all 5 visits of today" in first
    whole = desk.page("/?all=visits").split('id="visits"')[1].split("</section>")[0]
    assert whole.count("<article") == 5
    assert "all=visits" in whole.split("hx-get=")[1].split('"')[1]  # and it stays so when it renews itself
    assert "Show all" not in whole


def test_a_long_day_begins_at_the_first_visit_that_has_no_outcome(desk, house, monkeypatch):
    _long_day(house, monkeypatch, visits=4)
    house.until("2026-12-09 12:30")
    for number in range(2):
        house.change(f"v{number}", status="noshow")
    page = desk.page("/today/visits")
    assert "Patient 2" in page
    assert "Patient 3" in page
    assert "Patient 0" not in page
