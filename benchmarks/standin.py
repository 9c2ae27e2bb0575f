"""A stand-in carrier that costs little: answers each POST after a delay, counts every text by our id.

Started by the benchmarks in a process of its own: ``python -m benchmarks.standin PORT DELAY_MS``.
``GET /count`` tells how many texts it took, how many it took more than once, how many requests came,
and the seconds between the first and the last of them. ``GET .../Messages.json?To=...`` tells what it took,
``GET /last`` when the last text to each mobile came.

``--faulty``: 5% are answered 429 and 5% 500, nothing taken; 1% are taken and the connection reset.
``--ahead SECONDS``: its clock is that far ahead of ours, for a sender that is told another day.
"""

import argparse
import asyncio
import json
import socket
import struct
import time
from collections import Counter, defaultdict
from email.utils import formatdate
from random import Random
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

TOO_MANY = 429, {"code": 20429, "message": "Too Many Requests", "status": 429}
BROKEN = 500, {"code": 20500, "message": "Internal Server Error", "status": 500}
#: Closing with this sends RST: no FIN, no answer.
AT_ONCE = struct.pack("ii", 1, 0)


class Carrier(asyncio.Protocol):
    taken: ClassVar[Counter[str]] = Counter()
    held: ClassVar[defaultdict[str, list[dict]]] = defaultdict(list)
    heard: ClassVar[list[float]] = []  #: when each request to take a text came, seconds
    last: ClassVar[dict[str, float]] = {}  #: when the last text to each mobile came, by the machine's clock
    dice: ClassVar[Random] = Random(7)
    delay = 0.05
    faulty = False
    ahead = 0.0

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n")[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            if head.startswith(b"post"):
                self._receive(body)
            elif head.startswith(b"get /last"):
                self._answer(200, self.last)
            elif b"/messages.json" in head:
                self._list(head.split(b" ", 2)[1].decode())
            else:
                self._answer(200, self._counted())

    def _receive(self, body):
        self.heard.append(time.monotonic())
        fate = self.dice.random() if self.faulty else 1.0
        if fate < 0.05:
            self._later(self._answer, *TOO_MANY)
        elif fate < 0.10:
            self._later(self._answer, *BROKEN)
        elif fate < 0.11:
            self._take(body)
            self._later(self._reset)
        else:
            self._later(self._answer, 201, self._take(body) | {"body": ""})

    def _take(self, body):
        fields = parse_qs(body.decode())
        text_id = fields["StatusCallback"][0].rsplit("/", 1)[1]
        self.taken[text_id] += 1
        text = {
            "sid": f"SM{len(self.heard):032d}",
            "status": "queued",
            "to": fields["To"][0],
            "body": fields["Body"][0],
            "date_created": formatdate(time.time() + self.ahead),
        }
        self.held[text["to"]].append(text)
        self.last[text["to"]] = self.heard[-1]
        return text

    def _list(self, target):
        asked = parse_qs(urlsplit(target).query)
        found = self.held.get(asked["to"][0], [])
        self._later(self._answer, 200, {"messages": found[::-1], "next_page_uri": None})

    def _counted(self):
        return {
            "taken": len(self.taken),
            "twice": sum(1 for count in self.taken.values() if count > 1),
            "asked": len(self.heard),
            "seconds": self.heard[-1] - self.heard[0] if self.heard else 0.0,
        }

    def _later(self, do, *told):
        asyncio.get_running_loop().call_later(self.delay, do, *told)

    def _answer(self, status, told):
        body = json.dumps(told).encode()
        head = (
            f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        if not self.transport.is_closing():
            self.transport.write(head.encode() + body)

    def _reset(self):
        if not self.transport.is_closing():
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            self.transport.abort()


async def main(port, delay_ms):
    Carrier.delay = delay_ms / 1000
    server = await asyncio.get_running_loop().create_server(Carrier, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wanted.add_argument("port", type=int)
    wanted.add_argument("delay_ms", type=float)
    wanted.add_argument("--faulty", action="store_true")
    wanted.add_argument("--ahead", type=float, default=0.0)
    told = wanted.parse_args()
    Carrier.faulty, Carrier.ahead = told.faulty, told.ahead
    asyncio.run(main(told.port, told.delay_ms))
