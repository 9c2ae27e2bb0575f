"""Phones: the demo's patients with their phones side by side, beside the clock that moves them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.instants import local_day
from handlers.access import Demo, wiring, works
from handlers.console import words
from handlers.console.desk import Part, refuse, say
from store.tables import Location, OutboxText
from store.thread import Said, on_the_phone
from store.today import locations, texts_to_come

phone = Blueprint("phone", __name__)

#: A number of nobody we know; 555-0100 to 555-0199 are set aside for fiction.
STRANGER = ("Unknown number", "+17815550199")
#: How often the phones and the clock look again, seconds.
EVERY = 2
#: How far the strip of days looks ahead, and the furthest the clock may be moved at once.
STRIP, FURTHEST = timedelta(days=15), timedelta(days=60)
#: After a silence this long, a phone shows the time again.
SILENCE = timedelta(hours=1)
LONGEST = 1600


def _demo() -> Demo:
    return wiring().demo or abort(404)


def _phones() -> dict[str, str]:
    """Every phone there is: mobile to whose it is."""
    known = [*_demo().phones(), STRANGER]
    return {mobile: label for label, mobile in reversed(known)}


@phone.get("/phone")
def phones() -> ResponseReturnValue:
    """The clock, the days to come, and the phones that were picked."""
    everyone = dict(reversed(_phones().items()))
    shown = _picked(everyone)
    with works().database.reading() as db:
        screens = {mobile: _screen(mobile).show(**_on_screen(db, mobile)) for mobile in shown}
        clock = _clock_part().show(**_clock(db))
        place = locations(db)[0]
    context = {"everyone": everyone, "shown": shown, "screens": screens, "clock": clock, "place": place}
    return render_template("phone/phones.html", **context)


def _picked(everyone: Mapping[str, str]) -> list[str]:
    """The phones asked for, else those shown last, else the first few and who is on call."""
    asked = request.args.getlist("show") or session.get("phones", [])
    shown = [mobile for mobile in everyone if mobile in asked]
    if not shown:
        on_call = [mobile for mobile, label in everyone.items() if label.startswith("On call")]
        shown = [*list(everyone)[:3], *on_call[:1]]
    if request.args.getlist("show"):
        session["phones"] = shown
    return shown


def _screen(mobile: str) -> Part:
    name = f"screen-{mobile.lstrip('+')}"
    return Part(name, url_for("phone.screen", mobile=mobile), "phone/screen.html", EVERY)


def _on_screen(db: Session, mobile: str) -> dict[str, Any]:
    said = on_the_phone(db, mobile)
    return {"said": list(zip(said, _shows_time(said), strict=True)), "zone": locations(db)[0].timezone}


def _shows_time(said: Sequence[Said]) -> list[bool]:
    """Which texts have the time above them: the first, and those after a silence."""
    before = [None, *(one.at for one in said[:-1])]
    return [last is None or one.at - last > SILENCE for one, last in zip(said, before, strict=False)]


@phone.get("/phone/screen/<mobile>")
def screen(mobile: str) -> ResponseReturnValue:
    """One phone's screen, renewed."""
    if mobile not in _phones():
        abort(404)
    with works().database.reading() as db:
        return _screen(mobile).answer(**_on_screen(db, mobile))


def _clock_part() -> Part:
    return Part("clock", url_for("phone.clock"), "phone/clock.html", EVERY, live="off")


def _clock(db: Session) -> dict[str, Any]:
    now, places = words.now(), locations(db)
    texts = texts_to_come(db, [one.id for one in places], now, now + STRIP)
    zone = places[0].timezone
    minute = now.replace(second=0, microsecond=0)  # the face shows no seconds: it need not change each time
    return {
        "now": minute,
        "zone": zone,
        "days": _strip(now, texts, places[0]),
        "next_at": _demo().next_text_at(),
    }


def _strip(now: datetime, texts: Sequence[OutboxText], place: Location) -> list[dict[str, Any]]:
    """The days to come, each with the texts that wait for it."""
    zone = ZoneInfo(place.timezone)
    waiting = {day: list(some) for day, some in groupby(texts, key=lambda t: local_day(t.due_at, zone))}
    today = local_day(now, zone)
    days = [today + timedelta(days=n) for n in range(STRIP.days)]
    return [{"day": day, "texts": waiting.get(day, [])} for day in days]


@phone.get("/phone/clock")
def clock() -> ResponseReturnValue:
    """The clock and the strip, renewed."""
    with works().database.reading() as db:
        return _clock_part().answer(**_clock(db))


@phone.post("/phone/advance")
def advance() -> ResponseReturnValue:
    """Move the clock on: to the next text, by an hour, by a day, or to a text of the strip."""
    now, to = words.now(), _where_to()
    if to is None:
        refuse("No text waits: there is nothing to move on to")
    elif not now <= to <= now + FURTHEST:
        refuse("The clock only moves on, sixty days at most")
    else:
        left = _demo().advance(to)
        say(f"{words.count_of(left, 'text')} left on the way" if left else "Nothing left on the way")
    return redirect(url_for("phone.phones"), 303)


def _where_to() -> datetime | None:
    now, by = _demo().now(), request.form.get("by", "")
    lengths = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
    if by in lengths:
        return now + lengths[by]
    if by == "next":
        next_at = _demo().next_text_at()
        return max(next_at, now) if next_at else None
    try:
        given = datetime.fromisoformat(by)
    except ValueError:
        return abort(400)
    return max(given, now) if given.tzinfo else abort(400)


@phone.post("/phone/text")
def text() -> ResponseReturnValue:
    """She texts the clinic."""
    mobile, body = request.form.get("mobile", ""), request.form.get("body", "")
    if mobile not in _phones():
        abort(404)
    if not 0 < len(body.strip()) <= LONGEST:
        abort(400)
    _demo().text_in(mobile, body)
    if not request.headers.get("HX-Request"):
        return redirect(url_for("phone.phones"), 303)
    with works().database.reading() as db:
        return _screen(mobile).answer(**_on_screen(db, mobile))
