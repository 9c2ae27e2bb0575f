"""No route is open by accident, and every answer carries what a browser needs to stay safe."""

import pytest

from handlers.guard import GUARDS, OPEN

#: What somebody without any credentials is answered, by the route's guard.
REFUSALS = {"console": {302}, "sign_in": {302}, "phone": {404}, "sms": {403}, "voice": {403}, "api": {401}}
REFUSALS["health"] = {401}


def _address(app, rule) -> str:
    """An address of this route, its variables filled with something that fits."""
    fit = {"UUIDConverter": "00000000-0000-0000-0000-000000000001"}
    values = {}
    for name, converter in rule._converters.items():
        items = sorted(getattr(converter, "items", ()))
        values[name] = items[0] if items else fit.get(type(converter).__name__, "x")
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def test_every_route_refuses_whoever_is_not_let_in(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN:
            continue
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = app.test_client().open(_address(app, rule), method=method)
            allowed = REFUSALS[rule.endpoint.split(".")[0]]
            assert answer.status_code in allowed, f"{method} {rule} is open: {answer.status}"


def test_what_is_open_says_why_and_exists(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(OPEN) <= known
    assert all(len(reason) > 10 for reason in OPEN.values())


def test_every_blueprint_has_a_guard(app):
    assert set(app.blueprints) == set(GUARDS)


def test_the_phones_are_there_only_in_the_demo(desk):
    assert desk.get("/phone").status_code == 404
    assert desk.press("/phone/text", mobile="+17815550121", body="hi").status_code == 404


def test_every_page_is_kept_out_of_frames_caches_and_strangers_scripts(desk):
    for path in ("/", "/patients", "/enrol", "/sign-in", "/nothing-here"):
        headers = desk.get(path, follow_redirects=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_no_page_needs_an_inline_script_or_style(desk, house):
    house.book()
    for path in ("/", "/inbox", "/patients", "/enrol", "/sign-in", "/nothing-here"):
        page = desk.get(path, follow_redirects=True).text
        for inline in ("<style", "style=", "onclick", "javascript:", "<script>"):
            assert inline not in page, f"{path} has {inline}"


@pytest.mark.parametrize(
    ("path", "status"),
    [pytest.param("/nothing", 404, id="a page"), pytest.param("/today/visits", 405, id="a wrong method")],
)
def test_an_error_says_in_plain_words_what_to_do(desk, path, status):
    answer = desk.get(path) if status == 404 else desk.press(path)
    assert answer.status_code == status
    assert "Go to Today" in answer.text


def test_a_program_gets_its_errors_as_problem_documents(app):
    answer = app.test_client().get("/api/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_fault_of_ours_shows_nothing_of_what_went_wrong(app, desk, house):
    app.view_functions["console.today"] = lambda: 1 / 0
    answer = desk.get("/")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "Something broke on our side" in answer.text
