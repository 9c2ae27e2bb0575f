"""Numbers: is it working?"""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.instants import local_day
from handlers.access import works
from handlers.console import numbers_words, periods, words
from handlers.console.blueprint import console
from handlers.console.numbers_file import as_csv
from handlers.console.plots import texts_over_time
from scheduler.numbers import Numbers, single_numbers
from scheduler.numbers import numbers as count_up
from store.tables import Location
from store.today import locations

ALL = "all"


def _places(db: Session) -> tuple[str, Sequence[Location], Sequence[Location]]:
    """What ``?at=`` asks for, the places it means, and all there are."""
    everywhere = locations(db)
    here = [place for place in everywhere if place.id == request.args.get("at")]
    at = here[0].id if here else (ALL if len(everywhere) > 1 else everywhere[0].id)
    return at, here or everywhere, everywhere


def _chosen(places: Sequence[Location]) -> periods.Chosen:
    return periods.chosen(request.args, local_day(words.now(), ZoneInfo(places[0].timezone)))


@console.get("/numbers")
def numbers() -> ResponseReturnValue:
    """The whole page."""
    with works().database.reading() as db:
        at, places, everywhere = _places(db)
        chosen = _chosen(places)
        found = count_up(db, places, (chosen.period, chosen.before), words.now())
    return render_template(
        "console/numbers.html",
        **{"at": at, "places": places, "everywhere": everywhere, "chosen": chosen, "found": found},
        **_said(found, chosen),
    )


def _said(found: Numbers, chosen: periods.Chosen) -> dict[str, Any]:
    now = found.now
    return {
        "periods": periods,
        "say": numbers_words,
        "verdict": numbers_words.verdict(now),
        "plot": texts_over_time(chosen.period, found.days),
        "causes": numbers_words.causes(now),
        "topics": numbers_words.topics(now, works().catalog),
        "cost": works().segment_price * now.parts,
        "price": works().segment_price,
    }


@console.get("/numbers.csv")
def numbers_csv() -> ResponseReturnValue:
    """Every single number of the same days, as a file."""
    with works().database.reading() as db:
        at, places, _ = _places(db)
        chosen = _chosen(places)
        rows = single_numbers(db, places, chosen.period, words.now())
        body = as_csv(rows, {place.id: place.name for place in places}, works().segment_price)
    name = f"numbers-{at}-{chosen.period.first}-{chosen.period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype="text/csv", headers=headers)
