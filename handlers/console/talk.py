"""One conversation: what was said both ways, what became of each text, and who this is."""

from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from carriers.pictures import KINDS, NoPicture
from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import Part, actor, names, opted_out
from handlers.console.writing import Box, page_with_box, writing
from scheduler.tending import Press, mark_read
from store.accounts import working_staff
from store.clinic import hours_of
from store.people import patients_on
from store.search import next_visits
from store.standing import left_to_do
from store.tables import Conversation, Media, Patient
from store.thread import conversation, inbox_texts

#: Texts shown at first, and those behind "Earlier texts".
SHOWN, MOST = 60, 1000


@console.get("/inbox/<uuid:talk_id>")
def talk(talk_id: UUID) -> ResponseReturnValue:
    """The whole page. Whoever opens it has read what is there."""
    with works().database.reading() as db:
        found = _found(db, talk_id)
    if found.unread_since is not None:
        mark_read(works(), Press(found.id, found.turns, actor()))
    return _page(talk_id, Box())


def _found(db: Session, talk_id: UUID) -> Conversation:
    return db.get(Conversation, str(talk_id)) or abort(404)


@page_with_box("inbox")
def _page(talk_id: UUID, box: Box) -> str:
    with works().database.reading() as db:
        found = _found(db, talk_id)
        return render_template(
            "console/talk.html",
            talk=found,
            owners=patients_on(db, found.mobile),
            out=opted_out(db, [found.mobile]),
            zone=found.location.timezone,
            thread=_part("thread", found).show(**_thread(db, found)),
            bar=_part("bar", found).show(**_bar(db, found)),
            beside=_part("beside", found).show(**_beside(db, found)),
            writing=writing(db, "inbox", found.id, box),
        )


def _thread(db: Session, found: Conversation) -> dict[str, Any]:
    most = MOST if request.args.get("all") else SHOWN
    said = conversation(db, found.mobile, most + 1, found.location_id)
    return {
        "said": said[-most:],
        "earlier": url_for("console.talk", talk_id=found.id, all=1) if len(said) > most else None,
        "patient": None,
        "zone": found.location.timezone,
        "names": names(db),
        "turns": found.turns,
    }


def _bar(db: Session, found: Conversation) -> dict[str, Any]:
    """What can be done with it, as it stands."""
    hours, now = hours_of(found.location), words.now()
    return {
        "talk": found,
        "staff": working_staff(db),
        "names": names(db),
        "zone": found.location.timezone,
        "morning": hours.opens_after(now, 1),
        "next_week": hours.next_week(now),
    }


def _beside(db: Session, found: Conversation) -> dict[str, Any]:
    """Who this is, and what is open about her."""
    owners = patients_on(db, found.mobile)
    tickets = left_to_do(db, found)
    return {
        "talk": found,
        "owners": owners,
        "visits": next_visits(db, [one.id for one in owners], words.now()),
        "facts": {one.id: _facts(one) for one in owners},
        "tickets": tickets,
        "texts": inbox_texts(db, {one.inbox_id for one in tickets if one.inbox_id}),
        "names": names(db),
        "zone": found.location.timezone,
    }


def _facts(patient: Patient) -> str:
    known = sorted((fact.name, fact.value) for fact in patient.facts)
    return "; ".join(f"{words.title(name)}: {value}" for name, value in known)


PARTS = {"thread": _thread, "bar": _bar, "beside": _beside}
#: A person waits for the next text here: it is looked for more often than elsewhere. Seconds.
EVERY = 5


def _part(name: str, found: Conversation) -> Part:
    url = url_for("console.talk_part", talk_id=found.id, name=name, all=request.args.get("all"))
    template = "console/thread.html" if name == "thread" else f"console/talk_{name}.html"
    live = "polite" if name == "thread" else "off"
    return Part(name, url, template, EVERY if name == "thread" else EVERY * 2, live)


@console.get("/inbox/media/<uuid:media_id>")
def photo(media_id: UUID) -> ResponseReturnValue:
    """A picture she sent, through us: the carrier's address and our password stay here, nothing is kept."""
    with works().database.reading() as db:
        found = db.get(Media, str(media_id)) or abort(404)
        url = found.url
    try:
        picture = works().carrier.picture(url)
    except NoPicture as why:
        return f"{why}.", 404, {"Content-Type": "text/plain; charset=utf-8"}
    answer = Response(picture.data, mimetype=picture.kind)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@console.get("/inbox/<uuid:talk_id>/<any(thread, bar, beside):name>")
def talk_part(talk_id: UUID, name: str) -> ResponseReturnValue:
    """One part of it, renewed."""
    with works().database.reading() as db:
        found = _found(db, talk_id)
        return _part(name, found).answer(**PARTS[name](db, found))


def can_show(medium: Media) -> bool:
    """Whether what came is a picture that this page can show."""
    kind = medium.content_type.partition(";")[0].strip().lower()
    return works().carrier.shows_pictures and kind in {*KINDS, "image/jpg"}
