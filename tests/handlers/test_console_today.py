"""Today: who needs me now, and what happens next?"""

from uuid import uuid4

import pytest
from sqlalchemy import select

from care.reading import Urgency
from scheduler.paging import raise_ticket
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
