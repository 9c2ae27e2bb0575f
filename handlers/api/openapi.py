"""``GET /openapi.json``: the API described by the very models that check requests and shape answers."""

from functools import cache
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from care.course import VisitStatus
from care.delivery import Status
from handlers.api.blueprint import api
from handlers.api.views import AppointmentView, EnrolmentView, MessagesView, ProblemView, TicketsView
from scheduler.booking import AppointmentChange, EnrolmentBody
from store.tickets import OPEN, RESOLVED, TAKEN

_REQUESTS: tuple[type[BaseModel], ...] = (EnrolmentBody, AppointmentChange)
_ANSWERS: tuple[type[BaseModel], ...] = (
    EnrolmentView,
    AppointmentView,
    MessagesView,
    TicketsView,
    ProblemView,
)
_REF = "#/components/schemas/{model}"


@api.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """The description. It holds no data, so it needs no token."""
    return jsonify(document())


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Afterglow",
            "version": "1",
            "description": "Put visits on a protocol, tell what became of them, read what was texted. "
            "Times are ISO 8601; those we give are UTC. Unknown fields are refused by name.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _schemas() -> dict[str, Any]:
    modes: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in _REQUESTS]
    modes += [(model, "serialization") for model in _ANSWERS]
    _, schema = models_json_schema(modes, ref_template=_REF)
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _paths() -> dict[str, Any]:
    this = {"description": "OpenAPI 3.1", "content": {"application/json": {}}}
    return {
        "/enrolments": _enrolments(),
        "/appointments/{external_id}": _appointments(),
        "/messages": _messages(),
        "/tickets": _tickets(),
        "/openapi.json": {
            "get": {"summary": "This document", "security": [], "responses": {"200": this}},
        },
    }


def _enrolments() -> dict[str, Any]:
    known = _answer(EnrolmentView, "This booking was known; nothing new was planned unless it had changed")
    enrol = _operation(
        "Enrol one patient's visit. The same appointment twice is the same enrolment; with "
        "another time it has moved.",
        {"201": _answer(EnrolmentView, "Enrolled"), "200": known},
        body=EnrolmentBody,
    )
    return {"post": enrol}


def _appointments() -> dict[str, Any]:
    visit = _answer(AppointmentView, "The visit and its texts")
    change = _operation(
        f"Move a visit, or set its status ({', '.join(VisitStatus)}). ended_at is its real end and "
        "marks it fulfilled; aftercare begins there.",
        {"200": visit},
        body=AppointmentChange,
        unknown=True,
    )
    return {
        "parameters": [_parameter("external_id", "path", "The booking system's own id", required=True)],
        "get": _operation("Look at a visit", {"200": visit}, unknown=True),
        "patch": change,
    }


def _messages() -> dict[str, Any]:
    page = {"200": _answer(MessagesView, "One page")}
    query = [_parameter("mobile", "query", "In any shape"), _choice("status", tuple(Status)), *_PAGING]
    return {"get": _operation("Texts, the latest planned moment first", page, query=query)}


def _tickets() -> dict[str, Any]:
    page = {"200": _answer(TicketsView, "One page")}
    query = [_choice("status", (OPEN, TAKEN, RESOLVED)), *_PAGING]
    return {"get": _operation("Tickets, the newest first", page, query=query)}


def _operation(
    summary: str,
    answers: dict[str, Any],
    *,
    body: type[BaseModel] | None = None,
    query: list[dict[str, Any]] | None = None,
    unknown: bool = False,
) -> dict[str, Any]:
    """One operation, with the errors that its kind can meet."""
    errors = {"401": "The bearer token is missing or wrong"}
    if unknown:
        errors["404"] = "There is no such visit"
    if body or query:
        errors["422"] = "A field is wrong; `errors` names each"
    operation: dict[str, Any] = {"summary": summary}
    if body:
        errors |= {"400": "The body is not JSON", "413": "The body is too large", "415": "Not sent as JSON"}
        operation["requestBody"] = {"required": True, "content": _content(body, "application/json")}
    if query:
        operation["parameters"] = query
    operation["responses"] = answers | {
        code: {"description": said, "content": _content(ProblemView, "application/problem+json")}
        for code, said in sorted(errors.items())
    }
    return operation


def _answer(model: type[BaseModel], description: str) -> dict[str, Any]:
    return {"description": description, "content": _content(model, "application/json")}


def _content(model: type[BaseModel], media: str) -> dict[str, Any]:
    return {media: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _parameter(name: str, where: str, description: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": where,
        "description": description,
        "required": required,
        "schema": {"type": "string"},
    }


def _choice(name: str, values: tuple[str, ...]) -> dict[str, Any]:
    parameter = _parameter(name, "query", "Only these")
    return parameter | {"schema": {"type": "string", "enum": [str(value) for value in values]}}


_MOBILE = _parameter("mobile", "query", "In any shape")
_PAGING = [
    _parameter("limit", "query", "How many, 1 to 200; usually 50"),
    _parameter("cursor", "query", "next_cursor of the page before"),
]
