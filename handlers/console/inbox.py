"""Inbox: who wrote, what did they want, was it answered?"""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.reading import Urgency
from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import Part, actor, names, opted_out, place
from store.conversation_list import (
    LOOKED_THROUGH,
    MOST_COUNTED,
    View,
    Wanted,
    conversations_page,
    count_unread,
    last_words,
)
from store.tables import Location
from store.thread import patients_by_mobile
from store.tickets import worst_of

#: Conversations on one page.
PAGE = 40
#: How each view is called, and what stands there while it is empty.
VIEWS = {
    View.OPEN: ("Open", "Nobody has written yet. What patients text to the clinic’s number stands here."),
    View.UNREAD: ("Unread", "All read."),
    View.MINE: ("Mine", "Nothing is yours. Open a conversation and press Take it."),
    View.UNASSIGNED: ("Unassigned", "Every open conversation is somebody’s."),
    View.SNOOZED: (
        "Snoozed",
        "Nothing is snoozed. What is comes back in time, and at once when she writes.",
    ),
    View.RESOLVED: (
        "Resolved",
        "Nothing is resolved yet. What is opens again when she writes.",
    ),
}


def _wanted(here: Location) -> Wanted:
    asked = request.args.get("view", "")
    view = View(asked) if asked in set(View) else View.OPEN
    looked_for = request.args.get("words", "").strip()[:100]
    return Wanted(here.id, view, actor(), words.now(), looked_for)


def _look(db: Session, here: Location, wanted: Wanted) -> Mapping[str, Any]:
    page = max(request.args.get("page", 1, type=int), 1)
    found = conversations_page(db, wanted, (page - 1) * PAGE, PAGE + 1)
    talks = found[:PAGE]
    mobiles = {talk.mobile for talk in talks}
    return {
        "talks": talks,
        "more": len(found) > PAGE,
        "page": page,
        "wanted": wanted,
        "said": last_words(db, talks),
        "owners": patients_by_mobile(db, mobiles),
        "out": opted_out(db, mobiles),
        "worst": worst_of(db, here.id, mobiles),
        "grave": Urgency.URGENT,
        "names": names(db),
        "zone": here.timezone,
        "empty": VIEWS[wanted.view][1],
        "looked_through": LOOKED_THROUGH,
    }


def _part(here: Location, wanted: Wanted) -> Part:
    asked: dict[str, Any] = {
        "view": wanted.view.value,
        "words": wanted.words or None,
        "page": request.args.get("page"),
    }
    return Part("inbox", url_for("console.inbox_part", place=here.id, **asked), "console/inbox_list.html")


@console.get("/inbox")
def inbox() -> ResponseReturnValue:
    """The whole page: one view of it, or what was searched for."""
    with works().database.reading() as db:
        here, everywhere = place(db)
        wanted = _wanted(here)
        part = _part(here, wanted).show(**_look(db, here, wanted))
        return render_template(
            "console/inbox.html", here=here, everywhere=everywhere, part=part, wanted=wanted, views=VIEWS
        )


@console.get("/inbox/list")
def inbox_part() -> ResponseReturnValue:
    """The list, renewed."""
    with works().database.reading() as db:
        here, _ = place(db)
        wanted = _wanted(here)
        return _part(here, wanted).answer(**_look(db, here, wanted))


@console.get("/inbox/unread")
def unread() -> ResponseReturnValue:
    """How many are unread, for the menu; 204 while it is as many as before."""
    said = say_unread()
    return (
        ("", 204) if request.args.get("have") == said else render_template("parts/unread.html", unread=said)
    )


def say_unread() -> str:
    """``3``, ``99+``; empty for none. Of the place this person looks at."""
    with works().database.reading() as db:
        here, _ = place(db)
        number = count_unread(db, here.id, words.now())
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number or "")
