"""``/appointments/<external_id>``: look at a visit; move it, cancel it, mark it done."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.api.blueprint import ACTOR, api
from handlers.api.requests import json_body
from handlers.api.views import appointment_view
from handlers.problems import problem
from scheduler.booking import parse_change
from scheduler.changing import change_visit
from store.listing import texts_about
from store.visits import find_appointment


@api.get("/appointments/<path:external_id>")
def appointment(external_id: str) -> ResponseReturnValue:
    """200 with the visit and its texts; 404 when we do not know it."""
    with works().database.reading() as session:
        visit = find_appointment(session, external_id) if _storable(external_id) else None
        if visit is None:
            return _unknown(external_id)
        view = appointment_view(visit, texts_about(session, visit.id), works().catalog)
    return jsonify(view.model_dump(mode="json"))


@api.patch("/appointments/<path:external_id>")
def change_appointment(external_id: str) -> ResponseReturnValue:
    """200 with the visit as it now is, and its texts; 404 when we do not know it."""
    change = parse_change(json_body())
    if not _storable(external_id) or change_visit(works(), external_id, change, ACTOR) is None:
        return _unknown(external_id)
    return appointment(external_id)


def _storable(external_id: str) -> bool:
    """PostgreSQL cannot even be asked for a text with a NUL in it."""
    return "\0" not in external_id


def _unknown(external_id: str) -> ResponseReturnValue:
    said = "There is no appointment with this external_id; enrol it first with POST /api/v1/enrolments."
    return problem(404, said, {"external_id": f"{external_id!r} is not known"})
