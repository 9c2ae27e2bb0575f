"""A stand-in carrier that costs little: answers each POST after a delay, counts every text by our id.

Started by the benchmarks in a process of its own: ``python -m benchmarks.standin PORT DELAY_MS``.
``GET /count`` tells how many texts it took and how many it took more than once.
"""

import asyncio
import json
import sys
from collections import Counter
from email.utils import formatdate
from typing import ClassVar
from urllib.parse import parse_qs


class Carrier(asyncio.Protocol):
    taken: ClassVar[Counter[str]] = Counter()
    delay = 0.05

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
                self._take(body)
            else:
                twice = sum(1 for count in self.taken.values() if count > 1)
                self._answer(200, {"taken": len(self.taken), "twice": twice})

    def _take(self, body):
        fields = parse_qs(body.decode())
        text_id = fields["StatusCallback"][0].rsplit("/", 1)[1]
        self.taken[text_id] += 1
        told = {
            "sid": f"SM{len(self.taken):032d}",
            "status": "queued",
            "to": fields["To"][0],
            "body": "",
            "date_created": formatdate(),
        }
        asyncio.get_running_loop().call_later(self.delay, self._answer, 201, told)

    def _answer(self, status, told):
        body = json.dumps(told).encode()
        head = (
            f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        if not self.transport.is_closing():
            self.transport.write(head.encode() + body)


async def main(port, delay_ms):
    Carrier.delay = delay_ms / 1000
    server = await asyncio.get_running_loop().create_server(Carrier, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
