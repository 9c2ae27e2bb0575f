"""Our own HTTP: one request out, one answer in, whatever the other side does, and nothing ever sent twice."""

import asyncio
import ssl
import time
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus

import certifi
import pytest

from carriers.connections import Answer, Connections, Door, NoWayThrough, Patience
from carriers.wire import form

#: For localhost, signed by itself; a test's only.
PAPERS = Path(__file__).parents[1] / "data" / "localhost.pem"
PATIENCE = Patience(2.0, 0.6, 1.5)
REQUEST = b"POST /texts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Peer:
    """A server that says to each request what the test has written down, part by part; None closes."""

    def __init__(self) -> None:
        self.script: list[list[bytes | float | None]] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.tls: ssl.SSLContext | None = None

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._talk, "localhost", 0, ssl=self.tls)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(4) if b"Content-Length" in head else b""
                self.requests.append(head + body)
                for part in self.script.pop(0) if self.script else [OK]:
                    if part is None:
                        return
                    if isinstance(part, bytes):
                        writer.write(part)
                        await writer.drain()
                    else:
                        await asyncio.sleep(part)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def talk(peer: Peer, times: int = 1, *, tls: bool = False, pause: float = 0.0) -> list[Answer | Exception]:
    """So many requests, one after the other, over one set of connections."""

    async def all_of_it() -> list[Answer | Exception]:
        server = await peer.serve()
        port = server.sockets[0].getsockname()[1]
        connections = Connections(PATIENCE, str(PAPERS))
        heard: list[Answer | Exception] = []
        for _ in range(times):
            try:
                heard.append(await connections.ask(Door(tls, "localhost", port), REQUEST))
            except OSError as error:
                heard.append(error)
            await asyncio.sleep(pause)
        connections.close()
        server.close()
        return heard

    return asyncio.run(all_of_it())


@pytest.fixture
def peer() -> Peer:
    return Peer()


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([OK], id="in one piece"),
        pytest.param([OK[:9], 0.05, OK[9:30], 0.05, OK[30:]], id="in parts"),
        pytest.param(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n"],
            id="in chunks",
        ),
        pytest.param([b"HTTP/1.1 100 Continue\r\n\r\n", OK], id="after a word in between"),
        pytest.param([OK[:-2], 0.4, b"h", 0.4, b"i"], id="slow, but never silent for long"),
    ],
)
def test_an_answer_is_read_whole_however_it_comes(peer, script):
    peer.script = [script]
    [answer] = talk(peer)
    assert (answer.status_code, answer.text) == (200, "hi")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([OK[:-1], None], id="cut short"),
        pytest.param([b"HTTP/1.1 200 OK\r\n\r\nhi", None], id="an end that nobody tells"),
        pytest.param([None], id="closed at once"),
        pytest.param([b"SMTP ready\r\n\r\n"], id="not HTTP"),
        pytest.param([b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"], id="else"),
        pytest.param([], id="silence"),
        pytest.param([OK[:-1], 2.0], id="silence before the end"),
    ],
)
def test_an_answer_that_is_not_whole_is_none_and_nothing_is_sent_again(peer, script):
    peer.script = [script or [5.0]]
    [error] = talk(peer)
    assert isinstance(error, OSError)
    assert not isinstance(error, NoWayThrough)
    assert peer.requests == [REQUEST]


def test_an_answer_that_dribbles_in_holds_no_line_for_ever(peer):
    peer.script = [[b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", *[0.3, b"x"] * 20]]
    began = time.monotonic()
    [error] = talk(peer)
    assert isinstance(error, TimeoutError)
    assert time.monotonic() - began < PATIENCE.whole + 1


def test_a_connection_is_kept_for_the_next_request(peer):
    assert [answer.text for answer in talk(peer, 3)] == ["hi"] * 3
    assert peer.connections == 1


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")], id="as it said"),
        pytest.param([OK, None], id="without a word"),
        pytest.param([OK, 0.05, OK], id="after an answer too many"),
    ],
)
def test_a_connection_that_the_other_side_is_done_with_is_not_used_again(peer, script):
    peer.script = [script]
    assert [answer.text for answer in talk(peer, 2, pause=0.2)] == ["hi", "hi"]
    assert peer.connections == 2
    assert len(peer.requests) == 2


def test_a_second_answer_in_the_same_breath_belongs_to_nobody(peer):
    peer.script = [[OK + OK.replace(b"hi", b"no")]]
    assert [answer.text for answer in talk(peer, 2)] == ["hi", "hi"]
    assert peer.connections == 2


def test_papers_that_we_trust_are_spoken_to(peer):
    peer.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    peer.tls.load_cert_chain(PAPERS)
    assert [answer.text for answer in talk(peer, 2, tls=True)] == ["hi", "hi"]


def test_papers_that_nobody_signed_are_not(peer):
    peer.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    peer.tls.load_cert_chain(PAPERS)

    async def mistrust() -> None:
        server = await peer.serve()
        door = Door(True, "localhost", server.sockets[0].getsockname()[1])
        with pytest.raises(NoWayThrough):
            await Connections(PATIENCE, certifi.where()).ask(door, REQUEST)
        server.close()

    asyncio.run(mistrust())
    assert peer.requests == []


class Proxy:
    """Lets through who gives the name and the word."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._enter, "localhost", 0)

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head)
        if b"Proxy-Authorization: Basic bWU6dHdvIHdvcmRz\r\n" not in head:  # me:two words
            writer.write(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        port = int(head.split(b" ")[1].rpartition(b":")[2])
        inner, outer = await asyncio.open_connection("localhost", port)
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(self._carry(reader, outer), self._carry(inner, writer))

    async def _carry(self, there: asyncio.StreamReader, here: asyncio.StreamWriter) -> None:
        try:
            while part := await there.read(9000):
                here.write(part)
        except ConnectionError:
            pass
        here.close()


@pytest.mark.parametrize(
    ("name", "through"),
    [pytest.param("me:two%20words@", True, id="known"), pytest.param("", False, id="unknown")],
)
def test_through_a_proxy_we_speak_tls_with_the_carrier_itself(peer, name, through):
    peer.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    peer.tls.load_cert_chain(PAPERS)
    proxy = Proxy()

    async def go() -> list[Answer | Exception]:
        server, gate = await peer.serve(), await proxy.serve()
        at = [one.sockets[0].getsockname()[1] for one in (server, gate)]
        connections = Connections(PATIENCE, str(PAPERS))
        door = Door(True, "localhost", at[0], f"http://{name}localhost:{at[1]}")
        heard = await asyncio.gather(connections.ask(door, REQUEST), return_exceptions=True)
        heard += await asyncio.gather(connections.ask(door, REQUEST), return_exceptions=True)
        connections.close()
        await asyncio.sleep(0.05)
        server.close()
        gate.close()
        return heard

    heard = asyncio.run(go())
    assert all(b"POST" not in head and b"body" not in head for head in proxy.asked)
    if through:
        assert [answer.text for answer in heard] == ["hi", "hi"]
        assert len(proxy.asked) == 1
    else:
        assert {type(error) for error in heard} == {NoWayThrough}
        assert peer.requests == []


@pytest.mark.parametrize("value", ["a b&c=d+e%", "Día 1: no… 😊", "", "~-._*'()\n\t\0", "+17815550100"])
def test_a_form_is_spelled_as_every_server_reads_it(value):
    assert form({"Body": value}) == f"Body={quote_plus(value)}"
    assert parse_qsl(form({"Body": value, "To": 1}), keep_blank_values=True)[0] == ("Body", value)
