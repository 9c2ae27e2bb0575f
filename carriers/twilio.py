"""Twilio moves the texts: its sync client over our own wire, with time-outs, without retries.

Each call of the client runs in a fibre on one loop, so that one thread keeps hundreds of texts in flight.

Its async client is not used: in 9.13.0 it ignores its time-out and posts again on
every 5xx, which would text a patient twice. Twilio knows no idempotency key, so an
answer that did not come is never followed by a second try here: it is ``Unclear``.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from care.delivery import ErrorClass
from carriers import fibres
from carriers.base import Outcome, OutgoingText, Receipt, Refused, SeenText, Taken, Unclear
from carriers.errors import classify
from carriers.lines import Answer, Lines, Still
from carriers.loop import Loop
from carriers.pictures import Picture, Source, fetch
from carriers.room import Room
from carriers.wire import Wire, never_left

logger = logging.getLogger(__name__)

TWILIO = "https://api.twilio.com"
#: Seconds to wait for a connection, and then for each part of the answer.
TIMEOUTS = (5.0, 10.0)
#: Twilio stamps whole seconds by its own clock; ours may differ by this much.
CLOCK_SLACK = timedelta(minutes=2)
#: The most texts to one mobile that one look can tell apart (Twilio's page holds up to 1,000).
LOOK = 500


@dataclass(frozen=True)
class TwilioAccount:
    """Who we are at Twilio, and where it finds us.

    An API key is used when there is one, else the auth token. ``api_url`` points at an
    emulator instead of Twilio. ``public_url`` is where receipts come to.
    """

    account_sid: str
    public_url: str
    auth_token: str | None = field(default=None, repr=False)
    api_key_sid: str | None = None
    api_key_secret: str | None = field(default=None, repr=False)
    messaging_service_sid: str | None = None
    api_url: str | None = None

    def credentials(self) -> tuple[str, str]:
        """User name and password. Raises ValueError when neither pair is complete."""
        if self.api_key_sid and self.api_key_secret:
            return self.api_key_sid, self.api_key_secret
        if self.auth_token:
            return self.account_sid, self.auth_token
        raise ValueError("Twilio needs an auth token, or an API key with its secret")

    def address(self) -> str:
        """Where Twilio, or its emulator, listens."""
        return (self.api_url or TWILIO).rstrip("/")

    def takes_receipts(self) -> bool:
        """Whether a receipt can reach us; an emulator is trusted to find any address."""
        return self.api_url is not None or is_public(self.public_url)


def is_public(url: str) -> bool:
    """Whether Twilio accepts this address for receipts.

    Twilio refuses the whole text (21609) when the address is not reachable from the
    internet or its host has an underscore. We ask for https, as a receipt names a patient's number.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ip_address(host).is_global
    except ValueError:
        named = "." in host and "_" not in host
        return named and not host.endswith((".local", ".localhost", ".internal", ".lan"))


@dataclass(frozen=True)
class OwnNumber:
    """How Twilio has one of our numbers set up: ``POST https://...`` for texts and for calls; empty when not.

    ``asked_at``: the time on Twilio's clock. ``ours``: whether the account has the number at all.
    """

    ours: bool
    texts_go_to: str = ""
    calls_go_to: str = ""
    asked_at: datetime | None = None


#: The span Twilio accepts as ValidityPeriod, seconds; below five it advises against.
SHORTEST_VALIDITY, LONGEST_VALIDITY = 5, 36_000


class TwilioCarrier:
    """Texts by Twilio. Safe for many threads; never raises for the wire."""

    name = "twilio"
    answers_keywords = True
    shows_pictures = True

    def __init__(self, account: TwilioAccount, timeouts: tuple[float, float] = TIMEOUTS):
        self._account = account
        self._wire = Wire(timeouts)
        self._client = _client(account, self._wire)
        self._loop = Loop()
        if not account.takes_receipts():
            logger.warning("PUBLIC_URL is not a public https address: Twilio is not asked for receipts")

    def send(self, text: OutgoingText) -> Outcome:
        """Hand one text to Twilio; at most one request leaves."""
        outcome: Outcome = self._loop.run(fibres.run(self._send, text))
        return outcome

    def lines(self, in_flight: int, still: Still) -> Lines:
        """Lines on which that many texts are with Twilio at once, all on one thread."""
        room = Room(in_flight, self._carry, still)

        def start(texts: Sequence[OutgoingText], answered: Answer) -> None:
            self._loop.call(room.begin, texts, answered)

        return Lines(start)

    async def _carry(self, text: OutgoingText) -> Outcome:
        try:
            return await fibres.run(self._send, text)
        except Exception as error:
            return _broke(error)

    def _send(self, text: OutgoingText) -> Outcome:
        try:
            taken = self._client.messages.create(**self._parameters(text))
        except (TwilioRestException, TwilioServiceException) as error:
            return self._refusal(text, error)
        except Exception as error:  # whatever happens once a request may be out, nobody knows if it was taken
            return _lost(text, error)
        return Taken(taken.sid) if taken.sid else Unclear("Twilio answered without naming the text")

    def texts_to(self, mobile: str, since: datetime) -> Sequence[SeenText]:
        """What Twilio holds for that mobile since then, less :data:`CLOCK_SLACK`.

        Raises OSError when it cannot say. Filtered here, by the moment of taking: Twilio's
        own filter goes by the moment of leaving, which a text still in its queue does not have.
        """
        try:
            held = self._loop.run(fibres.run(self._list, mobile))
            seen = [_seen(message) for message in held]
        except Exception as error:  # their words quote the mobile: only the kind is told
            raise OSError(f"Twilio's list could not be read: {type(error).__name__}") from None
        recent = [text for text in seen if text.created_at >= since - CLOCK_SLACK]
        if len(recent) == LOOK:
            raise OSError(f"Twilio holds more than {LOOK} texts to one mobile since then")
        return recent

    def own_number(self, number: str) -> OwnNumber:
        """How this number of ours is set up. Raises OSError when Twilio does not say; it tells why."""
        try:
            found: OwnNumber = self._loop.run(fibres.run(self._own_number, number))
        except (TwilioRestException, TwilioServiceException) as error:
            raise OSError(classify(error.code, error.status).meaning) from None
        except Exception as error:
            raise OSError(f"Twilio could not be asked: {type(error).__name__}") from None
        return found

    def _own_number(self, number: str) -> OwnNumber:
        found = self._client.incoming_phone_numbers.list(phone_number=number, limit=1, page_size=1)
        if not found:
            return OwnNumber(ours=False, asked_at=self._wire.answered_at())
        [held] = found
        texts, calls = f"{held.sms_method} {held.sms_url}", f"{held.voice_method} {held.voice_url}"
        return OwnNumber(
            ours=True,
            texts_go_to=texts if held.sms_url else "",
            calls_go_to=calls if held.voice_url else "",
            asked_at=self._wire.answered_at(),
        )

    def due_receipts(self, now: datetime) -> Sequence[Receipt]:
        """None, ever: Twilio calls us."""
        return ()

    def _list(self, mobile: str) -> list[Any]:
        return list(self._client.messages.list(to=mobile, limit=LOOK, page_size=LOOK))

    def picture(self, url: str) -> Picture:
        """A picture of our own account's at Twilio. Raises NoPicture; nothing of it is kept."""
        account = self._account
        path = f"/2010-04-01/Accounts/{account.account_sid}/Messages/"
        return fetch(Source(account.address(), path, *account.credentials()), url)

    def close(self) -> None:
        """Let go of the connections."""
        self._loop.run(self._wire.close())
        self._loop.stop()

    def _parameters(self, text: OutgoingText) -> dict[str, Any]:
        """The request. With a messaging service (10DLC needs one) the sender is named too.

        Otherwise the service would pick any of its numbers, and a conversation must stay
        on the location's own. Times of leaving are ours to keep: nothing is scheduled there,
        and what is stuck in Twilio's queue (10 h deep) dies there when its use is over (30036).
        """
        wanted: dict[str, Any] = {"to": text.to, "from_": text.sender, "body": text.body}
        if text.valid_for is not None:
            wanted["validity_period"] = min(max(text.valid_for, SHORTEST_VALIDITY), LONGEST_VALIDITY)
        if self._account.messaging_service_sid:
            wanted["messaging_service_sid"] = self._account.messaging_service_sid
        if self._account.takes_receipts():
            base = self._account.public_url.rstrip("/")
            wanted["status_callback"] = f"{base}/sms/status/{quote(text.id, safe='')}"
        return wanted

    def _refusal(
        self, text: OutgoingText, error: TwilioRestException | TwilioServiceException
    ) -> Refused | Unclear:
        known = classify(error.code, error.status)
        logger.warning("Twilio refused text %s: HTTP %s, code %s", text.id, error.status, known.code)
        if known.error_class is ErrorClass.UNKNOWN:
            return Unclear(f"Twilio answered HTTP {error.status}, code {known.code}")
        return Refused(known.error_class, known.code, known.meaning, self._wire.retry_after())


def _broke(error: Exception) -> Outcome:
    """Our own fault on the way: nobody knows whether the text was taken."""
    return Unclear(f"Sending broke: {type(error).__name__}")


def _client(account: TwilioAccount, wire: Wire) -> Client:
    user, password = account.credentials()
    client = Client(user, password, account.account_sid, http_client=wire)
    # TWILIO_EDGE and TWILIO_REGION in the environment would rewrite the host, an emulator's too.
    client.edge = client.region = None
    client.api.base_url = account.address()
    return client


def _lost(text: OutgoingText, error: Exception) -> Outcome:
    """No answer came. Only when no connection was ever made do we know that nothing was taken."""
    if never_left(error):
        known = classify("connect")
        logger.warning("Twilio could not be reached for text %s: %s", text.id, error)
        return Refused(known.error_class, known.code, known.meaning)
    kind = type(error).__name__
    logger.warning("No answer from Twilio about text %s: %s", text.id, kind)
    return Unclear(f"No answer from Twilio: {kind}")


def _seen(message: Any) -> SeenText:
    """One text of Twilio's list. Raises AttributeError when it has no date."""
    return SeenText(
        sid=message.sid,
        to=message.to,
        body=message.body or "",
        status=message.status or "",
        created_at=message.date_created.astimezone(UTC),
        error_code=str(message.error_code) if message.error_code else None,
    )
