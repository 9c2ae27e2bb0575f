"""The web side under test: the real app over the house, and somebody at the desk who presses its buttons."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from handlers.access import Secrets, Wiring
from handlers.app import create_app
from scheduler.demo import Demo
from store.accounts import NewStaff, create_staff
from tests.cast import House

PASSWORD = "correct horse battery"
AUTH_TOKEN, API_TOKEN = "carrier-token", "api-token"


@dataclass
class Desk:
    """Somebody with a browser: fills in the token that the page she looks at carries."""

    client: FlaskClient

    def get(self, path: str, **more) -> TestResponse:
        """Look at a page."""
        return self.client.get(path, **more)

    def page(self, path: str) -> str:
        """A page that must be there, as text."""
        response = self.client.get(path)
        assert response.status_code == 200, response.status
        return response.text

    def press(self, path: str, follow_redirects: bool = True, **fields: str) -> TestResponse:
        """Send a form from some page."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/patients").text)
        if token is None:
            token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/sign-in").text)
        fields["csrf_token"] = token[1]
        return self.client.post(path, data=fields, follow_redirects=follow_redirects)

    def sign_in(self, username: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Fill in the form."""
        return self.press("/sign-in", False, username=username, password=password, **fields)


def add_staff(house: House, username: str, name: str, role: str = "front_desk") -> None:
    """An account with the password that everybody here has."""
    with house.works.database.writing() as session:
        create_staff(session, NewStaff(username, name, PASSWORD, role), house.clock())


@pytest.fixture
def app(house) -> Flask:
    """The real app, outside the demo."""
    return create_app(Wiring(house.works, Secrets(AUTH_TOKEN, API_TOKEN)), "a secret for tests only")


@pytest.fixture
def demo_app(house) -> Flask:
    """The real app, in the demo."""
    demo = Demo(house.works, house.clock, "demo-link")
    return create_app(Wiring(house.works, Secrets(None, None), demo), "a secret for tests only")


@pytest.fixture
def door(app, house) -> Desk:
    """Somebody at the door, who has an account (``ana``) and is not signed in."""
    add_staff(house, "ana", "Ana Silva", "admin")
    return Desk(app.test_client())


@pytest.fixture
def desk(door) -> Desk:
    """Ana at the desk, signed in."""
    assert door.sign_in("ana").status_code == 302
    return door


@pytest.fixture
def phones(demo_app, house) -> Desk:
    """Ana at the desk of the demo."""
    add_staff(house, "ana", "Ana Silva", "admin")
    desk = Desk(demo_app.test_client())
    assert desk.get("/sign-in/demo-link").status_code == 302
    return desk
