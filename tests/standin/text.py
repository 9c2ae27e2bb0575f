"""One text that the stand-in has taken, and how Twilio shows it."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from uuid import uuid4

API_VERSION = "2010-04-01"


@dataclass
class StandInText:
    """A text as it was taken; ``params`` are all the fields of the request."""

    account_sid: str
    params: dict[str, str]
    at: datetime
    sid: str = field(default_factory=lambda: f"SM{uuid4().hex}")
    status: str = "queued"
    error_code: int | None = None

    @property
    def to(self) -> str:
        return self.params["To"]

    @property
    def sender(self) -> str:
        return self.params.get("From", "")

    @property
    def body(self) -> str:
        return self.params.get("Body", "")

    @property
    def status_callback(self) -> str | None:
        return self.params.get("StatusCallback")

    @property
    def our_id(self) -> str:
        """The bot's own id of this text: it stands at the end of the address for receipts."""
        return (self.status_callback or "").rpartition("/")[2]

    @property
    def service(self) -> str | None:
        return self.params.get("MessagingServiceSid")

    def resource(self) -> dict[str, object]:
        """Twilio's Message resource: the fields of schema ``api.v2010.account.message``, all of them."""
        path = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        left = self.status not in ("accepted", "queued", "sending")
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": format_datetime(self.at),
            "date_sent": format_datetime(self.at) if left else None,
            "date_updated": format_datetime(self.at),
            "direction": "outbound-api",
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender or None,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": "0" if self.service else "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": self.to,
            "uri": f"{path}.json",
        }
