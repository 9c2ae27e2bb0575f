"""The HTTP of the stand-in: a threaded server, and one handler that reads, asks the carrier, and answers."""

import base64
import contextlib
import os
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from tests.standin.faults import Ending, Fault, error_body

if TYPE_CHECKING:
    from tests.standin.carrier import StandInCarrier

_OF_ACCOUNT = re.compile(r"^/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/(Messages|IncomingPhoneNumbers)\.json$")


class Wire(ThreadingHTTPServer):
    """A loopback server on a free port; stopping it closes every connection it holds."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, carrier: "StandInCarrier"):
        super().__init__(("127.0.0.1", 0), Handler)
        self.carrier = carrier
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request, client_address):
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        """A client that hung up is no news."""

    def stop(self) -> None:
        """Stop listening, end every silence, close every connection."""
        self.stopping.set()
        self.shutdown()
        with self._lock:
            held = list(self._open)
        for connection in held:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive over many requests, as Twilio's are."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet
    server: Wire

    def do_POST(self) -> None:
        """A text to take."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        account = self._account()
        if account:
            params = dict(parse_qsl(body, keep_blank_values=True))
            fault, answer = self.server.carrier.receive(account, params)
            self._end(fault, answer)

    def do_GET(self) -> None:
        """The list of texts, or of the account's own numbers."""
        account = self._account()
        if account:
            address = urlsplit(self.path)
            carrier = self.server.carrier
            look = carrier.look if address.path.endswith("/Messages.json") else carrier.look_up
            self._end(*look(account, dict(parse_qsl(address.query))))

    def _account(self) -> str | None:
        """The account called, once it is known and its password is right; else the refusal is sent."""
        time.sleep(self.server.carrier.latency)
        match = _OF_ACCOUNT.match(urlsplit(self.path).path)
        if not match:
            self._answer(404, error_body(20404, 404, "The requested resource was not found"))
        elif not self._signed_in(match[1]):
            self._answer(401, error_body(20003, 401, "Authenticate"))
        else:
            return match[1]
        return None

    def _signed_in(self, account: str) -> bool:
        kind, _, secret = self.headers.get("Authorization", "").partition(" ")
        user, _, password = base64.b64decode(secret).decode().partition(":")
        return kind == "Basic" and self.server.carrier.admits(account, user, password)

    def _end(self, fault: Fault, answer: bytes) -> None:
        while fault.after and not fault.after.wait(0.02) and not self.server.stopping.is_set():
            pass
        if fault.ending is Ending.RESET:
            self._reset()
        elif fault.ending is Ending.SILENCE:
            self.server.stopping.wait()
            self.close_connection = True
        else:
            self._answer(fault.status, fault.shape(answer), fault)

    def _answer(self, status: int, body: bytes, fault: Fault | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", fault.content_type if fault else "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (fault.headers if fault else {}).items():
            self.send_header(name, value)
        self.end_headers()
        if fault and fault.ending is Ending.CUT:
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def _reset(self) -> None:
        """Close at once with RST: no FIN, no answer."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a test's output is its own."""
