"""Pictures come from the carrier and from nowhere else, are pictures, and no larger than a text can bring."""

import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from carriers.pictures import MOST_BYTES, NoPicture, Source, fetch

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50
PATH = "/2010-04-01/Accounts/AC1/Messages/"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def store():
    """A server that answers as it is told; ``asked``: what it was asked, and by whom."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.answer, server.asked = (200, {"Content-Type": "image/png"}, PNG), []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _source(store) -> Source:
    return Source(store.url, PATH, "AC1", "secret")


def test_a_picture_is_fetched_with_our_own_password(store):
    found = fetch(_source(store), f"{store.url}{PATH}MM1/Media/ME1")
    assert (found.kind, found.data) == ("image/png", PNG)
    assert store.asked == [(f"{PATH}MM1/Media/ME1", "Basic " + b64encode(b"AC1:secret").decode())]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://169.254.169.254/latest/meta-data", id="the machine's own"),
        pytest.param("{url}.evil.example" + PATH + "x", id="a host that only looks like it"),
        pytest.param("http://user@{host}" + PATH + "x", id="somebody's password"),
        pytest.param("{url}/2010-04-01/Accounts/AC2/Messages/x", id="another account"),
        pytest.param("{url}" + PATH + "../../../x", id="a way out"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("", id="nothing"),
    ],
)
def test_no_other_address_is_ever_asked(store, url):
    with pytest.raises(NoPicture, match="does not come from the carrier"):
        fetch(_source(store), url.format(url=store.url, host=store.url.removeprefix("http://")))
    assert store.asked == []


@pytest.mark.parametrize(
    "to",
    [
        *("http://169.254.169.254/x", "https://evil.example/x", "http://media.twiliocdn.com/x"),
        *("//evil.example/x", "https://twiliocdn.com.evil.example/x", "https://a@media.twiliocdn.com/x", ""),
    ],
)
def test_it_is_not_led_elsewhere(store, to):
    store.answer = (307, {"Location": to}, b"")
    with pytest.raises(NoPicture):
        fetch(_source(store), f"{store.url}{PATH}MM1/Media/ME1")
    assert all(path.startswith(PATH) for path, _ in store.asked)


def test_it_is_led_on_once_and_our_password_stays_behind(store):
    store.answer = (302, {"Location": f"{PATH}MM1/kept"}, b"")
    with pytest.raises(NoPicture, match="HTTP 302"):
        fetch(_source(store), f"{store.url}{PATH}MM1/Media/ME1")
    assert [password is None for _, password in store.asked] == [False, True]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param((200, {"Content-Type": "image/png"}, b"<svg onload=alert(1)>"), "no picture", id="svg"),
        pytest.param((200, {"Content-Type": "image/png"}, b"<html>"), "no picture", id="a page"),
        pytest.param((200, {}, b""), "no picture", id="nothing"),
        pytest.param((404, {}, b""), "does not have it any more", id="gone"),
        pytest.param((500, {}, b""), "HTTP 500", id="broken"),
        pytest.param((200, {}, PNG + b"0" * MOST_BYTES), "larger", id="too large"),
    ],
)
def test_what_is_no_picture_is_not_shown(store, answer, why):
    store.answer = answer
    with pytest.raises(NoPicture, match=why):
        fetch(_source(store), f"{store.url}{PATH}MM1/Media/ME1")


def test_a_carrier_that_is_away_is_told_as_that(store):
    away = Source("http://127.0.0.1:9", PATH, "AC1", "secret")
    with pytest.raises(NoPicture, match="could not be asked"):
        fetch(away, f"http://127.0.0.1:9{PATH}MM1/Media/ME1")
