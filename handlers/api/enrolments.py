"""``POST /enrolments``: put one patient's visit on a protocol. Twice is once."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.api.blueprint import ACTOR, api
from handlers.api.requests import json_body
from handlers.api.views import enrolment_view
from scheduler.booking import parse_enrolment
from scheduler.enrolling import enrol
from store.outbox import texts_of
from store.visits import enrolments_by_id


@api.post("/enrolments")
def enrol_patient() -> ResponseReturnValue:
    """201 with the enrolment and its texts; 200 when this booking was known."""
    done = enrol(works(), parse_enrolment(json_body()), ACTOR)
    with works().database.reading() as session:
        enrolment = enrolments_by_id(session, [done.enrolment_id])[done.enrolment_id]
        view = enrolment_view(enrolment, texts_of(session, enrolment.id), works().catalog)
    return jsonify(view.model_dump(mode="json")), 201 if done.created else 200
