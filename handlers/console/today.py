"""Today: who needs me now, and what happens next?"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.instants import local_day, wall_clock
from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import Part, names, opted_out, place
from store.tables import Location
from store.thread import inbox_texts, patients_by_mobile
from store.tickets import unresolved
from store.today import texts_in_trouble, texts_to_come
from store.visits import appointments_between

#: How long a text that went wrong stays in view.
LOOK_BACK = timedelta(days=3)


def day_of(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant (UTC) of the day it is in that zone, and of the next."""
    today = local_day(at, zone)
    return wall_clock(today, time(), zone), wall_clock(today + timedelta(days=1), time(), zone)


def visits(db: Session, here: Location) -> Mapping[str, Any]:
    """The visits of the day, in order."""
    start, end = day_of(words.now(), ZoneInfo(here.timezone))
    found = appointments_between(db, [here.id], start, end)
    return {"visits": found, "zone": here.timezone, "out": opted_out(db, {v.patient.mobile for v in found})}


def tickets(db: Session, here: Location) -> Mapping[str, Any]:
    """What a person must do, the most urgent first."""
    found = unresolved(db, [here.id])
    mobiles = {ticket.mobile for ticket in found}
    return {
        "tickets": found,
        "zone": here.timezone,
        "texts": inbox_texts(db, {ticket.inbox_id for ticket in found if ticket.inbox_id}),
        "owners": patients_by_mobile(db, mobiles),
        "names": names(db),
        "out": opted_out(db, mobiles),
    }


def trouble(db: Session, here: Location) -> Mapping[str, Any]:
    """Texts that did not get through, and those that are held back."""
    now = words.now()
    found = texts_in_trouble(db, [here.id], now - LOOK_BACK, now)
    return {"texts": found, "zone": here.timezone}


def coming(db: Session, here: Location) -> Mapping[str, Any]:
    """What will be sent until midnight."""
    now = words.now()
    _, end = day_of(now, ZoneInfo(here.timezone))
    return {"texts": texts_to_come(db, [here.id], now, end), "zone": here.timezone}


PARTS = {"tickets": tickets, "visits": visits, "trouble": trouble, "coming": coming}


def _part(name: str, here: Location) -> Part:
    url = url_for("console.today_part", name=name, place=here.id)
    return Part(name, url, f"console/{name}.html")


@console.get("/")
def today() -> ResponseReturnValue:
    """The whole page."""
    with works().database.reading() as db:
        here, everywhere = place(db)
        parts = {name: _part(name, here).show(**look(db, here)) for name, look in PARTS.items()}
        return render_template("console/today.html", here=here, everywhere=everywhere, parts=parts)


@console.get("/today/<any(tickets, visits, trouble, coming):name>")
def today_part(name: str) -> ResponseReturnValue:
    """One part of it, renewed."""
    with works().database.reading() as db:
        here, _ = place(db)
        return _part(name, here).answer(**PARTS[name](db, here))
