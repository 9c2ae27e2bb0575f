"""A picture she sent: shown through us, or honestly not at all; never the carrier's own address."""

import re

import pytest
from sqlalchemy import select

from carriers.pictures import NoPicture, Picture
from store.tables import Conversation
from tests.cast import ANNA, Recorder

URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
PNG = b"\x89PNG\r\n\x1a\n0000"


@pytest.fixture
def page(desk, house) -> str:
    """Anna sends a picture; the address of the conversation."""
    house.book()
    house.text_in("is this ok?", media=((URL, "image/png"), ("https://x.example/v", "video/mp4")))
    with house.look() as session:
        talk = session.scalars(select(Conversation).where(Conversation.mobile == ANNA)).one()
    return f"/inbox/{talk.id}"


@pytest.fixture
def shows(monkeypatch) -> list[str]:
    """A carrier that has pictures; what it was asked for."""
    asked: list[str] = []

    def picture(_, url: str) -> Picture:
        asked.append(url)
        return Picture("image/png", PNG)

    monkeypatch.setattr(Recorder, "shows_pictures", True)
    monkeypatch.setattr(Recorder, "picture", picture)
    return asked


def test_without_a_carrier_that_has_them_it_is_said(desk, page):
    shown = desk.page(page)
    assert "A picture came, 1 of 2. It cannot be shown here" in shown
    assert "A file came (video/mp4), 2 of 2" in shown
    assert "api.twilio.com" not in shown


def test_it_is_shown_through_us_and_kept_nowhere(desk, page, shows):
    shown = desk.page(page)
    assert "api.twilio.com" not in shown
    [path] = set(re.findall(r'src="(/inbox/media/[^"]+)"', shown))
    answer = desk.get(path)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert shows == [URL]


def test_what_cannot_be_had_says_why(desk, page, shows, monkeypatch):
    def gone(_, url: str) -> Picture:
        raise NoPicture("The carrier does not have it any more")

    monkeypatch.setattr(Recorder, "picture", gone)
    [path] = set(re.findall(r'src="(/inbox/media/[^"]+)"', desk.page(page)))
    answer = desk.get(path)
    assert answer.status_code == 404
    assert "does not have it any more" in answer.text


def test_nobody_sees_one_without_signing_in(page, shows, desk, app):
    [path] = set(re.findall(r'src="(/inbox/media/[^"]+)"', desk.page(page)))
    assert app.test_client().get(path).status_code == 302
    assert shows == []
