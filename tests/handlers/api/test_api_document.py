"""The OpenAPI document describes every route, and every property that the API returns."""

import re

import pytest

from handlers.api.openapi import document
from tests.handlers.api.bodies import body


def test_anybody_may_read_it(app):
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.get_json() == document()
    assert answer.get_json()["openapi"].startswith("3.1")


def test_it_describes_each_route_and_no_other(app):
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method)
        for path, operations in document()["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert described == routes


def resolve(schema):
    if "$ref" in schema:
        return resolve(document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    return schema


def matches(value, schema) -> bool:
    """Whether the value has just the shape described: every property named, every required one there."""
    schema = resolve(schema)
    if "anyOf" in schema:
        return any(matches(value, one) for one in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    if schema["type"] == "object":
        named = schema["properties"]
        return (
            isinstance(value, dict)
            and set(schema["required"]) <= set(value) <= set(named)
            and all(matches(value[name], named[name]) for name in value)
        )
    if schema["type"] == "array":
        return isinstance(value, list) and all(matches(one, schema["items"]) for one in value)
    kinds = {"string": str, "integer": int, "boolean": bool, "null": type(None)}
    return isinstance(value, kinds[schema["type"]])


def described(path, method, status):
    answer = document()["paths"][path][method]["responses"][str(status)]
    [content] = answer["content"].values()
    return content["schema"]


def test_it_describes_every_property_that_comes_back(caller):
    request = body(facts={"cold_sores": "yes"})
    calls = [
        ("/enrolments", "post", 201, caller.post(request)),
        ("/enrolments", "post", 200, caller.post(request)),
        ("/enrolments", "post", 422, caller.post({})),
        ("/appointments/{external_id}", "get", 200, caller.get("/appointments/visit-1")),
        ("/appointments/{external_id}", "patch", 200, caller.patch("visit-1", status="arrived")),
        ("/appointments/{external_id}", "patch", 404, caller.patch("visit-9", status="arrived")),
        ("/messages", "get", 200, caller.get("/messages")),
        ("/messages", "get", 422, caller.get("/messages", limit=0)),
        ("/tickets", "get", 200, caller.get("/tickets")),
    ]
    for path, method, status, (given, answer) in calls:
        assert given == status
        assert matches(answer, described(path, method, status)), (path, method, status)


@pytest.mark.parametrize("name", ["EnrolmentBody", "AppointmentChange", "EnrolmentView", "ProblemView"])
def test_the_models_are_there(name):
    assert document()["components"]["schemas"][name]["properties"]
