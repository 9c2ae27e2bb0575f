"""GET /messages and /tickets: narrowed, paged, stable; what cannot be asked is named."""

import pytest

from tests.handlers.api.bodies import body


def book(caller, count):
    for number in range(count):
        mobile = f"781-555-01{number:02}"
        caller.post(
            body(patient__mobile=mobile, patient__name=f"P {number}", appointment__external_id=f"v{number}")
        )


def walk(caller, path, key, cursor=None, **query):
    """Every row, page by page."""
    rows = []
    while True:
        more = {"cursor": cursor} if cursor else {}
        status, page = caller.get(path, **query, **more)
        assert status == 200
        rows += page[key]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


def test_the_pages_together_are_everything_once_the_latest_first(caller, house):
    book(caller, 5)
    whole = walk(caller, "/messages", "messages", limit=200)
    paged = walk(caller, "/messages", "messages", limit=7)
    assert paged == whole
    assert len({text["id"] for text in whole}) == len(house.outbox()) == len(whole)
    moments = [text["planned_for"] for text in whole]
    assert moments == sorted(moments, reverse=True)


def test_a_text_that_comes_meanwhile_neither_repeats_nor_hides_another(caller):
    book(caller, 2)
    before = walk(caller, "/messages", "messages", limit=200)
    _, first = caller.get("/messages", limit=5)
    caller.post(body(appointment__external_id="new", appointment__starts_at="2027-02-01T14:00:00Z"))
    rest = walk(caller, "/messages", "messages", first["next_cursor"], limit=5)
    seen = [text["id"] for text in first["messages"] + rest]
    assert len(seen) == len(set(seen))
    assert {text["id"] for text in before} <= set(seen)


def test_messages_of_one_mobile_in_any_shape(caller):
    book(caller, 3)
    for mobile in ("781-555-0101", "+17815550101", "(781) 555-0101"):
        texts = walk(caller, "/messages", "messages", mobile=mobile)
        assert {text["mobile"] for text in texts} == {"+17815550101"}


def test_messages_by_status(caller):
    book(caller, 1)
    caller.patch("v0", status="cancelled")
    assert walk(caller, "/messages", "messages", status="planned") == []
    assert len(walk(caller, "/messages", "messages", status="cancelled")) == 6


def test_tickets_by_status(caller):
    caller.post(body(facts={"cold_sores": "yes"}))
    tickets = walk(caller, "/tickets", "tickets", status="open")
    assert {ticket["kind"] for ticket in tickets} >= {"call:cold_sore_call_now"}
    now = next(ticket for ticket in tickets if ticket["kind"] == "call:cold_sore_call_now")
    assert (now["urgency"], now["mobile"]) == ("urgent", "+17815550121")
    assert walk(caller, "/tickets", "tickets", status="resolved") == []
    assert walk(caller, "/tickets", "tickets", limit=1) == walk(caller, "/tickets", "tickets")


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        pytest.param("/messages", {"mobile": "12"}, "mobile", id="no phone number"),
        pytest.param("/messages", {"status": "lost"}, "status", id="no status of a text"),
        pytest.param("/tickets", {"status": "lost"}, "status", id="no status of a ticket"),
        pytest.param("/messages", {"limit": "0"}, "limit", id="no rows"),
        pytest.param("/messages", {"limit": "201"}, "limit", id="too many rows"),
        pytest.param("/messages", {"limit": "ten"}, "limit", id="no number"),
        pytest.param("/messages", {"limit": "9" * 5000}, "limit", id="an endless number"),
        pytest.param("/messages", {"cursor": "abc"}, "cursor", id="no cursor of ours"),
        pytest.param("/tickets", {"cursor": "Å"}, "cursor", id="no cursor at all"),
    ],
)
def test_what_cannot_be_asked_is_named(refuser, path, query, field):
    status, problem = refuser.get(path, **query)
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == [field]
