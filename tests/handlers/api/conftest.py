"""What the API's tests stand on: the real app, both databases, a caller with the token."""

import pytest
from flask.testing import FlaskClient

from handlers.access import Secrets, Wiring
from handlers.app import create_app
from scheduler.opening import open_database
from scheduler.works import Works
from tests.cast import NOW, Recorder, ToldClock

TOKEN = "a token for tests only"


class Caller:
    """Another system: calls with the token, and gets (status, body)."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {TOKEN}"}

    def get(self, path, **query):
        return self._said(self.client.get(f"/api/v1{path}", headers=self.headers, query_string=query))

    def post(self, body, path="/enrolments"):
        return self._said(self.client.post(f"/api/v1{path}", headers=self.headers, json=body))

    def patch(self, external_id, **change):
        path = f"/api/v1/appointments/{external_id}"
        return self._said(self.client.patch(path, headers=self.headers, json=change))

    def raw(self, method, path, **more):
        headers = {**self.headers, **more.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    @staticmethod
    def _said(answer):
        kind = "application/json" if answer.status_code < 400 else "application/problem+json"
        assert answer.mimetype == kind
        return answer.status_code, answer.get_json()


def app_of(works):
    return create_app(Wiring(works, Secrets(auth_token=None, api_token=TOKEN)), "not a real secret")


@pytest.fixture
def app(house):
    return app_of(house.works)


@pytest.fixture
def caller(app) -> Caller:
    return Caller(app.test_client())


@pytest.fixture(scope="module")
def refuser(tmp_path_factory, clinic, catalog):
    """A caller for what is refused: it writes nothing, so all share one database."""
    clock = ToldClock(NOW)
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('api')}/api.db", clinic, catalog, NOW)
    works = Works(database, catalog, Recorder(clock), clock, "https://texts.example.com")
    yield Caller(app_of(works).test_client())
    database.close()
