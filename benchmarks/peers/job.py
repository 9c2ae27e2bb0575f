"""The work every peer does for a text: one request to the carrier. Raises whatever says it was not taken."""

from urllib.parse import urlencode

import urllib3

from benchmarks.peers.orders import Orders, given

SENDER = "+16175550100"
BODY = "Your visit is on Friday at 2:00 PM. Please arrive with clean skin. Reply C to confirm, HELP for help."
#: A failed job is tried this often again, this many seconds later, by those told to.
RETRIES, RETRY_AFTER = 5, 1


class NotTaken(Exception):
    """The carrier answered, and did not take it."""


class Job:
    """Sends text number so-and-so, through twilio's client as shipped or a lean sender."""

    def __init__(self, orders: Orders):
        self._carrier = orders.carrier
        self._send = self._lean if orders.lean else self._as_shipped
        self._pool = urllib3.connectionpool.connection_from_url(
            orders.carrier, maxsize=orders.in_flight, block=True, retries=False
        )
        if not orders.lean:
            self._messages()  # loads its modules now: forked processes share them
        self._headers = urllib3.make_headers(basic_auth="AC1:token")
        self._headers["Content-Type"] = "application/x-www-form-urlencoded"

    def __call__(self, number: int) -> None:
        callback = f"https://texts.example.com/sms/status/{number}"
        self._send(f"+1617{2000000 + number:07d}", callback)

    def _as_shipped(self, mobile: str, callback: str) -> None:
        self._messages().create(to=mobile, from_=SENDER, body=BODY, status_callback=callback)

    def _messages(self):
        """Of a client made in the job, as the quick starts show it."""
        from twilio.rest import Client

        client = Client("AC1", "token")
        client.api.base_url = self._carrier
        return client.messages

    def _lean(self, mobile: str, callback: str) -> None:
        """A kept connection, and nothing around it."""
        fields = {"To": mobile, "From": SENDER, "Body": BODY, "StatusCallback": callback}
        answer = self._pool.request(
            "POST",
            "/2010-04-01/Accounts/AC1/Messages.json",
            body=urlencode(fields),
            headers=self._headers,
        )
        if answer.status != 201:
            raise NotTaken(answer.status)


job = Job(given())
