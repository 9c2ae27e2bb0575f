"""Who may pass, and what an address or a method that is none says."""

import pytest

PATHS = [
    ("POST", "/enrolments"),
    ("GET", "/appointments/visit-1"),
    ("PATCH", "/appointments/visit-1"),
    ("GET", "/messages"),
    ("GET", "/tickets"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("given", [None, "Bearer wrong", "Bearer", "Basic YTpi", "Bearer é"])
def test_without_the_token_nothing_is_said(refuser, method, path, given):
    headers = {"Authorization": given} if given else {}
    answer = refuser.client.open(f"/api/v1{path}", method=method, headers=headers, json={})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_an_unknown_address_is_a_problem_document(refuser):
    assert refuser.get("/nothing")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/messages", {"GET"}),
        ("GET", "/enrolments", {"POST"}),
        ("POST", "/appointments/visit-1", {"GET", "PATCH"}),
    ],
)
def test_a_method_that_is_not_taken_says_which_are(refuser, method, path, allowed):
    answer = refuser.raw(method, path, json={})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert allowed <= set(answer.headers["Allow"].split(", "))


def test_a_fault_of_ours_says_nothing_of_its_cause(app, caller, caplog):
    def broken(*_):
        raise RuntimeError("Anna Reed +17815550121")

    app.view_functions["api.messages"] = broken
    answer = caller.raw("GET", "/messages")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "Anna" not in answer.text
    assert "Anna" not in caplog.text
    assert "RuntimeError" in caplog.text
