"""Days that are over are counted and kept, and counted again while late news of them may come."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.instants import local_day, wall_clock
from scheduler.works import Works
from store.counting import Span, Tally, count
from store.tables import Location
from store.tallies import begin_days, days_to_begin, due_days, keep_day
from store.today import locations

#: How many days one round counts at most: the rest waits for the next, so that nothing else waits for it.
AT_ONCE = 5
#: How long a day is counted again, by how old it is (days), and how often. Receipts come within hours;
#: what became of a visit may be marked weeks later. Older days stay as they are: patients may be erased.
AGAIN = ((3, timedelta(minutes=15)), (14, timedelta(hours=1)), (90, timedelta(days=1)))


def tally(works: Works) -> None:
    """Count some of the days that are due, the newest first, each in a transaction of its own."""
    now = works.clock()
    with works.database.reading() as session:
        places = {place.id: place for place in locations(session)}
        new = [place for place in places.values() if days_to_begin(session, place, now)]
    for place in new:
        with works.database.writing() as session:
            begin_days(session, place, now)
    with works.database.reading() as session:
        due = due_days(session, now, AT_ONCE)
    for place_id, day in due:
        count_again(works, places[place_id], day)


def count_again(works: Works, place: Location, day: date) -> None:
    """Count one day from its rows. Nothing is locked while it counts."""
    now = works.clock()
    with works.database.reading() as session:
        tallies = [one for _, one in count(session, span([place], day, day, now))]
    with works.database.writing() as session:
        keep_day(session, (place.id, day), tallies, now, next_count(place, day, now))


def next_count(place: Location, day: date, now: datetime) -> datetime | None:
    """When a day that was just counted is counted again; None: never."""
    age = (local_day(now, ZoneInfo(place.timezone)) - day).days
    return next((now + wait for days, wait in AGAIN if age <= days), None)


def span(places: Sequence[Location], first: date, last: date, now: datetime) -> Span:
    """These days on the calendar of places that share a zone, as far as they have passed."""
    zone = ZoneInfo(places[0].timezone)
    end = wall_clock(last + timedelta(days=1), time(), zone)
    return Span(places, wall_clock(first, time(), zone), min(end, now + timedelta(microseconds=1)))


def counted_live(
    session: Session, places: Sequence[Location], day: date, now: datetime
) -> list[tuple[str, Tally]]:
    """One day of any places, from its rows: each zone's places at once."""
    zones: dict[str, list[Location]] = {}
    for place in places:
        zones.setdefault(place.timezone, []).append(place)
    return [one for same in zones.values() for one in count(session, span(same, day, day, now))]
