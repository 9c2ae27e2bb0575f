"""Words and timing are read again once a year, or when their clinician said: a ticket reminds the office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.instants import local_day
from care.reading import Urgency
from messages.review import REVIEW_LASTS, is_near, review_on
from scheduler.paging import raise_ticket
from scheduler.works import Works
from store.clinic import hours_of
from store.rulings import last_rulings, timing_of
from store.tables import Location
from store.tickets import NewTicket, keys_known
from store.today import locations
from store.visits import protocols_stored
from store.wordings import kept_since

KIND = "review"
#: Office time within which somebody looks at the ticket.
LOOK_WITHIN = timedelta(hours=4)


@dataclass(frozen=True)
class Due:
    """What shall be read again: a wording, or (``protocol``) a protocol's timing; and by which day."""

    name: str
    day: date
    protocol: bool = False


def reviews(session: Session, works: Works) -> list[Due]:
    """Everything that is said, with the day by which it shall be read again; the earliest first."""
    found = [*_wordings(session, works), *_timings(session, works)]
    return sorted(found, key=lambda due: (due.day, due.name))


def near_reviews(session: Session, works: Works, today: date) -> list[Due]:
    """Those whose day is near or past."""
    return [due for due in reviews(session, works) if is_near(due.day, today)]


def _wordings(session: Session, works: Works) -> Iterator[Due]:
    since = kept_since(session)
    for wording in works.catalog.wordings.values():
        kept = since.get((wording.id, wording.version))
        if day := review_on(wording, kept.date() if kept else None):
            yield Due(wording.id, day)


def _timings(session: Session, works: Works) -> Iterator[Due]:
    stored, ruled = protocols_stored(session), last_rulings(session)
    for name, protocol in works.shipped.protocols.items():
        ruling = ruled.get(timing_of(name))
        began = stored.get((name, protocol.version))
        if began is not None and (ruling is None or ruling.at < began):  # looked at before this version
            yield Due(name, began.date() + REVIEW_LASTS, protocol=True)
        elif ruling is not None and ruling.review_on:
            yield Due(name, ruling.review_on, protocol=True)


def remind_of_reviews(works: Works) -> None:
    """In office hours: one routine ticket for all that comes due in the same month."""
    now = works.clock()
    with works.database.reading() as session:
        place = locations(session)[0]
        if not hours_of(place).is_open(now):
            return
        by_month: dict[str, list[Due]] = {}
        for due in near_reviews(session, works, local_day(now, ZoneInfo(place.timezone))):
            by_month.setdefault(f"{KIND}:{due.day:%Y-%m}", []).append(due)
        new = by_month.keys() - keys_known(session, by_month.keys())
    if not new:
        return
    with works.database.writing() as session:
        for key in sorted(new):
            raise_ticket(session, works, _ticket(key, place, by_month[key], now), place, now)


def _ticket(key: str, place: Location, due: list[Due], now: datetime) -> NewTicket:
    first = due[0].day
    count = "1 wording or protocol is" if len(due) == 1 else f"{len(due)} wordings and protocols are"
    return NewTicket(
        dedupe_key=key,
        location_id=place.id,
        mobile="",
        kind=KIND,
        urgency=Urgency.ROUTINE,
        reason=f"{count} due to be read again by a clinician, the first on {first:%b} {first.day}: "
        "open Protocols, Due for review",
        due_at=hours_of(place).due(now, LOOK_WITHIN),
    )
