"""Pictures that came with a text: from the carrier and from nowhere else, of few kinds, small, in time."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests

#: What a browser shows as a still picture, by how the file begins; what it calls itself proves nothing.
KINDS: Mapping[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}
#: More than a text can bring (Twilio takes 5 MB), bytes.
MOST_BYTES = 6_000_000
#: Seconds to connect and for each part of the answer, and for the whole.
TIMEOUTS, WHOLE = (5.0, 10.0), 20.0
#: Where the carrier keeps pictures: its own address sends us there, once, with a signed link.
KEPT_AT = (".twilio.com", ".twiliocdn.com")
_MOVED = (301, 302, 303, 307, 308)


class NoPicture(Exception):
    """It cannot be shown. The message says why, for staff."""


@dataclass(frozen=True)
class Picture:
    """A picture, and which of :data:`KINDS` it is."""

    kind: str
    data: bytes


@dataclass(frozen=True)
class Source:
    """Where pictures may come from: ``address``, below ``path``; who we are there."""

    address: str
    path: str
    user: str
    password: str

    def has(self, url: str) -> bool:
        """Whether this address is the carrier's own, and of our account."""
        ours, theirs = urlsplit(self.address), urlsplit(url)
        plain = "@" not in theirs.netloc and ".." not in theirs.path
        same = (theirs.scheme, theirs.netloc.lower()) == (ours.scheme, ours.netloc.lower())
        return plain and same and theirs.path.startswith(self.path)


def fetch(source: Source, url: str) -> Picture:
    """The picture at this address of the carrier's. Raises NoPicture."""
    if not source.has(url):
        raise NoPicture("It does not come from the carrier")
    try:
        data = _data(source, url, time.monotonic() + WHOLE)
    except requests.RequestException as error:
        raise NoPicture(f"The carrier could not be asked ({type(error).__name__})") from None
    kind = next((kind for kind, begins in KINDS.items() if data.startswith(begins)), None)
    if kind is None or (kind == "image/webp" and data[8:12] != b"WEBP"):
        raise NoPicture("It is no picture that can be shown here")
    return Picture(kind, data)


def _data(source: Source, url: str, deadline: float) -> bytes:
    """The bytes, from the carrier's own address or the one place it sends us to."""
    with requests.Session() as session:
        session.trust_env = True
        asked = {"timeout": TIMEOUTS, "stream": True, "allow_redirects": False}
        with session.get(url, auth=(source.user, source.password), **asked) as answer:  # type: ignore[arg-type]
            if answer.status_code not in _MOVED:
                return _read(answer, deadline)
            kept_at = urljoin(url, answer.headers.get("Location", ""))
        if not (_is_kept_there(kept_at) or source.has(kept_at)):
            raise NoPicture("The carrier keeps it at an address that is not its own")
        with session.get(kept_at, auth=_Nobody(), **asked) as answer:  # type: ignore[arg-type]
            return _read(answer, deadline)


class _Nobody(requests.auth.AuthBase):
    """Our password is for the carrier's own address; the link that it gives is signed by itself."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.pop("Authorization", None)
        return request


def _is_kept_there(url: str) -> bool:
    parts = urlsplit(url)
    plain = parts.scheme == "https" and parts.netloc.lower() == (parts.hostname or "")
    return plain and (parts.hostname or "").endswith(KEPT_AT)


def _read(answer: requests.Response, deadline: float) -> bytes:
    if answer.status_code in (404, 410):
        raise NoPicture("The carrier does not have it any more")
    if answer.status_code != 200:
        raise NoPicture(f"The carrier did not give it (HTTP {answer.status_code})")
    data = bytearray()
    for piece in answer.iter_content(64 * 1024):
        data += piece
        if len(data) > MOST_BYTES:
            raise NoPicture("It is larger than a text can bring")
        if time.monotonic() > deadline:
            raise NoPicture("The carrier took too long")
    return bytes(data)
