"""Inbox: who wrote, what did they want, was it answered?"""

from collections.abc import Mapping
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import Part, opted_out, place
from store.tables import Location
from store.thread import patients_by_mobile
from store.today import recent_inbox


def _look(db: Session, here: Location) -> Mapping[str, Any]:
    texts = recent_inbox(db, [here.id])
    mobiles = {text.mobile for text in texts}
    owners, out = patients_by_mobile(db, mobiles), opted_out(db, mobiles)
    return {"texts": texts, "zone": here.timezone, "owners": owners, "out": out}


def _part(here: Location) -> Part:
    return Part("inbox", url_for("console.inbox_part", place=here.id), "console/inbox_list.html")


@console.get("/inbox")
def inbox() -> ResponseReturnValue:
    """The whole page."""
    with works().database.reading() as db:
        here, everywhere = place(db)
        part = _part(here).show(**_look(db, here))
        return render_template("console/inbox.html", here=here, everywhere=everywhere, part=part)


@console.get("/inbox/list")
def inbox_part() -> ResponseReturnValue:
    """The list, renewed."""
    with works().database.reading() as db:
        here, _ = place(db)
        return _part(here).answer(**_look(db, here))
