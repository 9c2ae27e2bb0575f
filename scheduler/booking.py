"""A booking as it comes in: checked once, the same way for the page, the API, the CSV and the command."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from store.clinic import zone_name
from store.mobile import BadMobile, e164


class BadField(Exception):
    """Something in a request is wrong. ``problems`` maps the field's path to what to do about it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{field} {problem}" for field, problem in self.problems.items()))


def _mobile(raw: str) -> str:
    try:
        return e164(raw)
    except BadMobile as error:
        raise ValueError(str(error)) from None


def _storable(raw: str) -> str:
    if "\0" in raw:
        raise ValueError("holds a NUL character, which no database can keep")
    return raw


def _written(raw: Any) -> Any:
    """A bare number may be seconds, or a day without its dashes: we do not guess."""
    if isinstance(raw, int | float) or (isinstance(raw, str) and _NUMBER.fullmatch(raw.strip())):
        raise ValueError(f"is not a time; write it like {RIGHT_TIME}")
    return raw


def in_reach(at: datetime) -> datetime:
    """The same time, if a course can be counted from it. Raises ValueError near the calendar's ends."""
    if at.year not in YEARS:
        raise ValueError(f"is in the year {at.year}: check the year")
    return at


RIGHT_TIME = "2026-12-11T14:00-05:00"
YEARS = range(2000, 2200)
_NUMBER = re.compile(r"[+-]?[\d.]+")
#: A moment as a request gives it: ISO 8601, with its zone.
Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(in_reach)]
Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_storable)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


_Checked = TypeVar("_Checked", bound=_Body)


class PatientBody(_Body):
    """Who is enrolled. ``mobile`` in any shape; ``timezone`` where she lives, if not the clinic's."""

    name: Text
    mobile: Annotated[str, AfterValidator(_mobile)]
    language: str = "en"
    timezone: Annotated[str, AfterValidator(zone_name)] | None = None
    external_id: Text | None = None


class AppointmentBody(_Body):
    """The visit. Times carry their zone; a naive time is refused, for nobody knows what it means."""

    external_id: Text
    starts_at: Instant
    ends_at: Instant | None = None
    area: Text | None = None


class ConsentBody(_Body):
    """What she agreed to, how, and in which words if they were kept.

    ``marketing`` left out, or ``care`` null: she was not asked, and what she said before still holds.
    """

    care: bool | None = False
    marketing: bool | None = None
    method: Text
    words: Annotated[str, Field(max_length=2000), AfterValidator(_storable)] = ""


class EnrolmentBody(_Body):
    """One enrolment, as ``POST /api/v1/enrolments`` takes it."""

    patient: PatientBody
    appointment: AppointmentBody
    protocol: str
    location: str | None = None
    facts: dict[str, str] = Field(default_factory=dict)
    consent: ConsentBody


class AppointmentChange(_Body):
    """What may change about a visit, as ``PATCH /api/v1/appointments/<external_id>`` takes it."""

    starts_at: Instant | None = None
    status: str | None = None
    ended_at: Instant | None = None


def parse_enrolment(body: Any) -> EnrolmentBody:
    """Check a request body. Raises BadField naming each field that is wrong."""
    return _checked(EnrolmentBody, body)


def parse_patient(body: Any) -> PatientBody:
    """Check who somebody is, as the page sends it. Raises BadField; its fields are ``patient.*``."""
    try:
        return _checked(PatientBody, body)
    except BadField as error:
        raise BadField({f"patient.{name}": said for name, said in error.problems.items()}) from None


def parse_change(body: Any) -> AppointmentChange:
    """Check a change to a visit. Raises BadField naming each field that is wrong."""
    return _checked(AppointmentChange, body)


def _checked(model: type[_Checked], body: Any) -> _Checked:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        problems = {}
        for problem in error.errors():
            where = ".".join(str(part) for part in problem["loc"]) or "body"
            problems[where] = _say(problem)
        raise BadField(problems) from None


def _say(problem: Any) -> str:
    friendly = {
        "missing": "is missing",
        "extra_forbidden": "is not a field we know",
        "timezone_aware": f"needs a time zone, such as {RIGHT_TIME}",
        "datetime_from_date_parsing": f"is not a time; write it like {RIGHT_TIME}",
        "datetime_parsing": f"is not a time; write it like {RIGHT_TIME}",
    }
    said: str = problem["msg"]
    return friendly.get(problem["type"], said.removeprefix("Value error, "))


def own_external_id(location: str, mobile: str, name: str, starts_at: datetime) -> str:
    """An id for a booking that has none of its own: the same booking twice gets the same id."""
    said = f"{location}|{mobile}|{name.casefold()}|{starts_at.isoformat()}"
    return str(uuid5(NAMESPACE_URL, said))


def external_id_for(location: str, mobile: str, name: str, starts_at: datetime) -> str:
    """The same for a mobile as it was given; one that is none is refused later, by name."""
    try:
        mobile = e164(mobile)
    except BadMobile:
        mobile = ""
    return own_external_id(location, mobile, name.strip(), starts_at.astimezone(UTC))


def on_the_wall(at: datetime, zone: ZoneInfo | None) -> datetime:
    """A naive time, read on a clock in ``zone``. Raises ValueError when the clocks skip it."""
    local = in_reach(at).replace(tzinfo=zone)
    if datetime.fromtimestamp(local.timestamp(), zone).replace(tzinfo=None) != at:
        raise ValueError(f"does not exist: the clocks go forward over {at:%H:%M} on {at:%Y-%m-%d}")
    return local


def only_protocol(protocols: Mapping[str, object]) -> str:
    """The one there is; empty, to be refused by name, when there are several."""
    return next(iter(protocols)) if len(protocols) == 1 else ""
