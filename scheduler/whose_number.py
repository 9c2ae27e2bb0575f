"""A number as it is being typed: can it be texted, whose is it already, and did its owner opt out?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.instants import local_day, wall_clock
from carriers.errors import classify
from store.consent import consents_of
from store.mobile import BadMobile, e164
from store.people import PatientDetails, patients_on, plain_name
from store.tables import Appointment, Location, Patient
from store.today import locations
from store.whose import last_refusal, next_visits, visits_like

#: Digits of a number here, area code first.
WHOLE = 10


@dataclass(frozen=True)
class Owner:
    """Somebody who has this number already. ``same``: the name that is being typed is hers."""

    patient: Patient
    next_visit: Appointment | None
    same: bool


@dataclass(frozen=True)
class NumberSeen:
    """What there is to say about a number. ``mobile``: E.164, empty while it is none.

    ``digits``: how many are there of a number that is not whole yet. ``trouble``: how the last text went.
    """

    mobile: str = ""
    problem: str | None = None
    digits: int = 0
    owners: Sequence[Owner] = ()
    opted_out: str | None = None
    trouble: str | None = None


def look_at_number(session: Session, typed: str, name: str, now: datetime) -> NumberSeen:
    """What we know about this number. Nothing is written."""
    digits = sum(character.isdigit() for character in typed)
    if digits < WHOLE and not typed.strip().startswith("+"):
        return NumberSeen(digits=digits, problem=_not_whole(typed, digits))
    try:
        mobile = e164(typed)
    except BadMobile as error:
        return NumberSeen(problem=f"This {error}")
    if mobile in {phone for place in locations(session) for phone in (place.number, place.office_phone)}:
        return NumberSeen(problem="This is the clinic's own number: ask for hers")
    known = patients_on(session, mobile)
    ahead = next_visits(session, [patient.id for patient in known], now)
    owners = [Owner(one, ahead.get(one.id), plain_name(one.name) == plain_name(name)) for one in known]
    code = last_refusal(session, mobile)
    trouble = f"{classify(code).meaning}. {classify(code).advice}" if code else None
    return NumberSeen(
        mobile,
        owners=owners,
        opted_out=consents_of(session, [mobile]).of(mobile, None).opted_out,
        trouble=trouble,
    )


def _not_whole(typed: str, digits: int) -> str | None:
    """Letters are no number; a few digits may become one."""
    if typed.strip() and not digits:
        return "This is not a phone number: give ten digits, such as 781-555-0100"
    return None


def visits_that_day(
    session: Session, details: PatientDetails, location: Location, starts_at: datetime
) -> Sequence[Appointment]:
    """The visits to come that she has on the day of this one, on the clinic's clock."""
    zone = ZoneInfo(location.timezone)
    day = local_day(starts_at, zone)
    start, end = (wall_clock(day + timedelta(days=more), time(), zone) for more in (0, 1))
    return visits_like(session, details, location.id, start, end) if details.mobile else ()
