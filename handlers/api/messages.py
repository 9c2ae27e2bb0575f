"""``GET /messages``: the texts we sent, will send, or did not send and why."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from care.delivery import Status
from handlers.access import works
from handlers.api.blueprint import api
from handlers.api.requests import asked_page, one_of
from handlers.api.views import MessagesView, message_view
from scheduler.booking import BadField
from store.listing import messages_page
from store.mobile import BadMobile, e164


@api.get("/messages")
def messages() -> ResponseReturnValue:
    """200 with one page of texts, the latest planned moment first; ``mobile`` and ``status`` narrow it."""
    page, status = asked_page(), one_of("status", tuple(Status))
    with works().database.reading() as session:
        rows, cursor = messages_page(session, page, mobile=_mobile(), status=status)
        view = MessagesView(messages=[message_view(row, works().catalog) for row in rows], next_cursor=cursor)
    return jsonify(view.model_dump(mode="json"))


def _mobile() -> str | None:
    given = request.args.get("mobile")
    if not given:
        return None
    try:
        return e164(given)
    except BadMobile as error:
        raise BadField({"mobile": str(error)}) from None
