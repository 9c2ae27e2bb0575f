"""Tickets: two people at once, taken, given back, resolved, undone."""

import pytest
from sqlalchemy import select

from store.tables import AuditEntry, Ticket
from tests.handlers.conftest import Desk, add_staff


@pytest.fixture
def ticket(house) -> str:
    """Anna has an emergency; the address of its page."""
    house.book()
    house.text_in("I can't breathe and my face is swelling")
    [ticket] = [one for one in house.tickets() if one.urgency >= 2]
    return f"/tickets/{ticket.id}"


def _only(house, address: str) -> Ticket:
    with house.look() as session:
        return session.get(Ticket, address.rpartition("/")[2])


def test_the_page_that_the_on_call_link_opens_has_her_words_and_her_number(desk, ticket):
    page = desk.page(ticket)
    assert "face is swelling" in page
    assert 'href="tel:+17815550121"' in page
    assert "Nobody has it yet" in page


def test_taking_it_stops_the_pages(desk, ticket, house):
    desk.press(f"{ticket}/take", back=ticket)
    taken = _only(house, ticket)
    assert (taken.status, taken.owner, taken.next_page_at) == ("taken", "ana", None)
    assert "Taken by you" in desk.page(ticket)


def test_the_second_to_take_it_is_told_who_has_it(app, desk, ticket, house):
    add_staff(house, "bo", "Bo Chen")
    bo = Desk(app.test_client())
    bo.sign_in("bo")
    desk.press(f"{ticket}/take", back=ticket)
    assert "Ana Silva took this already" in bo.press(f"{ticket}/take", back=ticket).text
    assert _only(house, ticket).owner == "ana"


def test_resolving_it_takes_it_off_the_list_and_says_who_did(desk, ticket, house):
    page = desk.press(f"{ticket}/resolve", back="/").text
    assert "Done, and off the list" in page
    assert "Nobody waits for you" in page
    with house.look() as session:
        actors = session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "ticket resolved")).all()
    assert actors == ["ana"]


def test_a_resolve_can_be_undone_by_whoever_did_it(desk, ticket, house):
    desk.press(f"{ticket}/resolve", back="/")
    desk.press(f"{ticket}/reopen", back=ticket)
    assert _only(house, ticket).status == "taken"


def test_nobody_else_undoes_it(app, desk, ticket, house):
    add_staff(house, "bo", "Bo Chen")
    bo = Desk(app.test_client())
    bo.sign_in("bo")
    desk.press(f"{ticket}/resolve", back="/")
    assert "Ana Silva resolved this already" in bo.press(f"{ticket}/reopen", back=ticket).text
    assert _only(house, ticket).status == "resolved"


def test_an_urgent_ticket_given_back_pages_again(desk, ticket, house):
    desk.press(f"{ticket}/take", back=ticket)
    desk.press(f"{ticket}/give-back", back=ticket)
    back = _only(house, ticket)
    assert (back.status, back.owner, back.next_page_at) == ("open", None, house.clock())


def test_what_an_urgent_ticket_held_back_is_looked_at_again_once_it_is_resolved(desk, house):
    house.book()
    house.until("2026-12-11 15:00")
    house.change(status="fulfilled", ended_at="2026-12-11 15:00")
    house.text_in("my skin is very hot, red and swollen with pus")
    house.until("2026-12-12 10:00")
    held = [text for text in house.outbox(status="planned") if text.reason.startswith("Held")]
    assert held
    for one in house.tickets():
        desk.press(f"/tickets/{one.id}/resolve", back="/")
    assert all(text.due_at <= house.clock() for text in house.outbox(id=held[0].id))


def test_a_ticket_taken_by_answering_the_page_says_so(desk, ticket, house):
    house.text_in("1", mobile="+17815550143")
    assert "Taken by on call 1" in desk.page(ticket)


def test_what_she_wrote_in_pieces_is_read_as_one(desk, house):
    house.book("2026-12-18 14:00")
    for body in ("so my cousin", "said it might be odd"):
        house.text_in(body)
        house.tick(seconds=1)
    house.tick(seconds=6)
    [one] = house.tickets()
    assert "so my cousin said it might be odd" in desk.page(f"/tickets/{one.id}")
