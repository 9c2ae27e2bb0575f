"""Settings, from the environment or ``.env``. A missing or bad one stops the start, all of them named."""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from care.sending import PART_PRICE, Limits
from carriers.mail import mailer_from

#: Settings that may also be given as a file, named by ``NAME_FILE``: docker and systemd hand out secrets so.
SECRETS = (
    "SECRET_KEY",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_KEY_SECRET",
    "API_TOKEN",
    "DATABASE_URL",
    "SMTP_URL",
)
#: Whoever sets one of these means Twilio to carry the texts.
_TWILIO = ("TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET", "TWILIO_MESSAGING_SERVICE_SID")
LEAST_SECRET = 16  #: characters
#: What 10DLC allots to a low-volume mixed campaign, segments a second: the least of the registered ones.
LOW_VOLUME = 3.75
#: More than any clinic means to send within an hour from one location.
MOST_AN_HOUR = 2000
#: The folder of ``bot.py``: ``.env``, the clinic file and ``var/`` are found from wherever it is started.
HOME = Path(__file__).parents[1]
ENV_FILE = HOME / ".env"


class BadSettings(Exception):
    """The program cannot start; ``problems`` is the whole list of what is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Settings(BaseSettings):
    """Every setting there is, with its default. Names in the environment are upper case."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore")

    database_url: str = f"sqlite:///{HOME / 'var' / 'afterglow.db'}"
    clinic_file: Path = HOME / "clinic.yaml"
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    secret_key: str = ""
    api_token: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_api_key_sid: str = ""
    twilio_api_key_secret: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_url: str = ""
    keyword_replies: str = "carrier"
    accents: str = "keep"
    smtp_url: str = ""
    mail_from: str = ""
    trusted_proxies: int = 0
    in_flight: int = Field(default=64, ge=1, le=1000)
    segments_per_second: float | None = Field(default=None, gt=0)
    texts_per_hour: int | None = Field(default=None, ge=1)
    texts_per_day: int = Field(default=30, ge=1)
    segment_price: Decimal = Field(default=PART_PRICE, ge=0, le=10)

    @property
    def local_url(self) -> str:
        """Where a browser on this machine finds us."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::") else self.host  # noqa: S104 -- compared, not bound
        return f"http://{host}:{self.port}"

    @property
    def base_url(self) -> str:
        """Where the world finds us, without a slash at the end."""
        return (self.public_url or self.local_url).rstrip("/")

    @property
    def limits(self) -> Limits:
        """What may leave at most. A real number has limits by default, an emulator only those given."""
        real = self.uses_twilio and not self.twilio_api_url
        return Limits(
            per_second=self.segments_per_second or (LOW_VOLUME if real else None),
            per_hour=self.texts_per_hour or (MOST_AN_HOUR if real else None),
            per_day=self.texts_per_day,
        )

    @property
    def uses_twilio(self) -> bool:
        """Whether texts really leave."""
        return bool(self.twilio_account_sid)


def read_settings(env_file: Path = ENV_FILE) -> Settings:
    """The settings as given. Raises BadSettings when one cannot be read."""
    problems: list[str] = []
    found: dict[str, Any] = {"_env_file": env_file}
    given = dotenv_values(env_file) | os.environ
    for name in SECRETS:
        path = given.get(f"{name}_FILE")
        if path and not given.get(name):
            try:
                found[name.lower()] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                problems.append(f"{name}_FILE: {path} cannot be read ({error.strerror})")
            except UnicodeDecodeError:
                problems.append(f"{name}_FILE: {path} is not text")
    try:
        settings = Settings(**found)
    except ValidationError as error:
        problems += [f"{str(p['loc'][0]).upper()}: {p['msg']}" for p in error.errors()]
    if problems:
        raise BadSettings(problems)
    return settings


def require_live(settings: Settings) -> None:
    """Refuse a start that would be unsafe. Raises BadSettings with everything that is missing."""
    if problems := list(_live_problems(settings)):
        raise BadSettings(problems)


def _live_problems(settings: Settings) -> Iterator[str]:
    if not settings.secret_key:
        yield (
            "SECRET_KEY: is missing; it signs the staff's sessions. "
            "Make one: python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if settings.keyword_replies not in ("carrier", "ours"):
        yield "KEYWORD_REPLIES: write carrier (it answers STOP, START, HELP itself) or ours"
    if settings.accents not in ("keep", "fold"):
        yield "ACCENTS: write keep (real spelling) or fold (without the accents that cost extra parts)"
    if settings.smtp_url:
        yield from _mail_problems(settings)
    if settings.uses_twilio:
        yield from _twilio_problems(settings)
    elif half := [name for name in _TWILIO if getattr(settings, name.lower())]:
        yield f"TWILIO_ACCOUNT_SID: is missing, but {half[0]} is set; without it no text reaches anybody"


def weak_secrets(settings: Settings) -> list[str]:
    """Secrets that are set but easy to guess: said aloud at the start, each with its mend."""
    given = {"SECRET_KEY": settings.secret_key, "API_TOKEN": settings.api_token}
    return [
        f"{name} is easy to guess: use at least {LEAST_SECRET} random characters"
        for name, value in given.items()
        if value and len(value) < LEAST_SECRET
    ]


def _mail_problems(settings: Settings) -> Iterator[str]:
    try:
        mailer_from(settings.smtp_url, settings.mail_from)
    except ValueError as error:
        yield f"SMTP_URL: {error}"


def _twilio_problems(settings: Settings) -> Iterator[str]:
    if not settings.twilio_auth_token:
        yield "TWILIO_AUTH_TOKEN: is missing; without it no text from a patient can be trusted"
    if bool(settings.twilio_api_key_sid) != bool(settings.twilio_api_key_secret):
        yield "TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET: give both or neither"
    parts = urlsplit(settings.public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield "PUBLIC_URL: is missing; Twilio signs its requests over this address, e.g. https://texts.example.com"
