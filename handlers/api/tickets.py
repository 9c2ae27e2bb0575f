"""``GET /tickets``: what a person must do, or has done."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.api.blueprint import api
from handlers.api.requests import asked_page, one_of
from handlers.api.views import TicketsView, ticket_view
from store.listing import tickets_page
from store.tickets import OPEN, RESOLVED, TAKEN


@api.get("/tickets")
def tickets() -> ResponseReturnValue:
    """200 with one page of tickets, the newest first; ``status`` narrows it."""
    page, status = asked_page(), one_of("status", (OPEN, TAKEN, RESOLVED))
    with works().database.reading() as session:
        rows, cursor = tickets_page(session, page, status=status)
        view = TicketsView(tickets=[ticket_view(row) for row in rows], next_cursor=cursor)
    return jsonify(view.model_dump(mode="json"))
