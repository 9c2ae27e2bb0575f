"""The stand-in itself: what it has taken, how it was told to misbehave, what it calls the bot with."""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import urlencode
from uuid import uuid4

import requests

from tests.standin import rules
from tests.standin.faults import Fault, refusal
from tests.standin.text import API_VERSION, StandInText
from tests.standin.webhooks import call
from tests.standin.wire import Wire

HONEST = Fault(takes=True)
HONEST_LIST = Fault(takes=False, status=200)


def _now() -> datetime:
    return datetime.now(UTC)


class StandInCarrier:
    """A Twilio of one's own, while the ``with`` lasts. Safe for many threads.

    ``routes``: public address -> where the bot listens. ``latency``: seconds before each answer.
    ``numbers``: the account's own, each with the webhooks that are set on it.
    """

    def __init__(self, routes: Mapping[str, str] | None = None, clock: Callable[[], datetime] = _now):
        self.account_sid = f"AC{uuid4().hex}"
        self.auth_token = uuid4().hex
        self.api_key = (f"SK{uuid4().hex}", uuid4().hex)
        self.routes = dict(routes or {})
        self.latency = 0.0
        self.numbers: dict[str, dict[str, str]] = {}
        self.posts = 0
        self._clock = clock
        self._texts: list[StandInText] = []
        self._coming: deque[Fault] = deque()
        self._coming_lists: deque[Fault] = deque()
        self._by_number: dict[str, Fault] = {}
        self._lock = threading.Lock()
        self._wire = Wire(self)
        self._thread = threading.Thread(target=self._wire.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "StandInCarrier":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.stop()
        self._thread.join()

    @property
    def url(self) -> str:
        """Its address: the TWILIO_API_URL of the bot under test."""
        return f"http://127.0.0.1:{self._wire.server_port}"

    @property
    def texts(self) -> list[StandInText]:
        """What it has taken, in order."""
        with self._lock:
            return list(self._texts)

    def texts_for(self, mobile: str) -> list[StandInText]:
        """What it has taken for one mobile, in order."""
        return [text for text in self.texts if text.to == mobile]

    def forget(self) -> None:
        """As if it had never taken a text."""
        with self._lock:
            self._texts.clear()

    # Being told to misbehave

    def next(self, *faults: Fault) -> None:
        """What becomes of the next POSTs, one fault each; honest again after that."""
        with self._lock:
            self._coming.extend(faults)

    def next_list(self, *faults: Fault) -> None:
        """What becomes of the next looks at the list."""
        with self._lock:
            self._coming_lists.extend(faults)

    def for_number(self, mobile: str, fault: Fault | None) -> None:
        """What becomes of every POST to that number from now on; None: honest again."""
        with self._lock:
            self._by_number.pop(mobile, None)
            if fault:
                self._by_number[mobile] = fault

    # Calling the bot

    def send_receipt(
        self, text: StandInText, status: str, error_code: int | None = None
    ) -> requests.Response:
        """Report on a text to the address it came with. Raises ValueError when it came with none."""
        if not text.status_callback:
            raise ValueError("this text asked for no receipts")
        text.status, text.error_code = status, error_code
        told = {
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "From": text.sender,
            "To": text.to,
            "AccountSid": self.account_sid,
            "ApiVersion": API_VERSION,
        }
        if text.service:
            told["MessagingServiceSid"] = text.service
        if error_code:
            told["ErrorCode"] = str(error_code)
        return call(self.auth_token, text.status_callback, told, self.routes)

    def text_in(self, url: str, sender: str, to: str, body: str, **params: str) -> requests.Response:
        """A patient's text arrives at ``url``. ``params`` add to Twilio's fields, or replace them."""
        sid = params.get("MessageSid", f"SM{uuid4().hex}")
        told = {
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": self.account_sid,
            "From": sender,
            "To": to,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
            "ApiVersion": API_VERSION,
            "FromCity": "",
            "FromState": "MA",
            "FromCountry": "US",
        }
        return call(self.auth_token, url, told | params, self.routes)

    # Being called by the wire

    def admits(self, account: str, user: str, password: str) -> bool:
        """Whether these are the account's token or its API key."""
        return account == self.account_sid and (user, password) in (
            (self.account_sid, self.auth_token),
            self.api_key,
        )

    def receive(self, account: str, params: dict[str, str]) -> tuple[Fault, bytes]:
        """One POST: its fate, and the honest answer."""
        with self._lock:
            self.posts += 1
            wrong = rules.first_broken(params)
            if wrong:
                return refusal(wrong.code, message=wrong.message), b""
            fault = self._coming.popleft() if self._coming else self._by_number.get(params["To"], HONEST)
            if not fault.takes:
                return fault, b""
            text = StandInText(account, params, self._clock())
            text.status = "accepted" if text.service else "queued"
            self._texts.append(text)
        return fault, json.dumps(text.resource()).encode()

    def look(self, account: str, query: dict[str, str]) -> tuple[Fault, bytes]:
        """One look at the list: its fate, and the honest page."""
        with self._lock:
            fault = self._coming_lists.popleft() if self._coming_lists else HONEST_LIST
            held = list(reversed(self._texts))
        for name, value in (("To", "to"), ("From", "sender")):
            if name in query:
                held = [text for text in held if getattr(text, value) == query[name]]
        return fault, json.dumps(_page(account, query, held)).encode()

    def look_up(self, account: str, query: dict[str, str]) -> tuple[Fault, bytes]:
        """Which of the account's own numbers this is."""
        wanted = query.get("PhoneNumber", "")
        held = [
            {"phone_number": number, "account_sid": account, **_NO_WEBHOOKS, **set_up}
            for number, set_up in self.numbers.items()
            if wanted in number
        ]
        page = {"incoming_phone_numbers": held, "page": 0, "page_size": 50, "next_page_uri": None}
        return HONEST_LIST, json.dumps(page).encode()


_NO_WEBHOOKS = {"sms_url": "", "sms_method": "POST", "voice_url": "", "voice_method": "POST"}


def _page(account: str, query: dict[str, str], held: list[StandInText]) -> dict[str, object]:
    """One page of the list, as Twilio cuts it."""
    size, number = min(int(query.get("PageSize", 50)), 1000), int(query.get("Page", 0))
    start = size * number
    shown = held[start : start + size]
    more = len(held) > start + size

    def uri(page: int) -> str:
        asked = {**query, "PageSize": size, "Page": page, "PageToken": f"PA{shown[-1].sid if shown else ''}"}
        return f"/{API_VERSION}/Accounts/{account}/Messages.json?{urlencode(asked)}"

    return {
        "messages": [text.resource() for text in shown],
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(len(shown) - 1, 0),
        "uri": uri(number),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if more else None,
        "previous_page_uri": uri(number - 1) if number else None,
    }
