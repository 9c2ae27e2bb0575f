"""Tickets: what it is, who has it, take it, call her, done. The page that the on-call link opens."""

from uuid import UUID

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import actor, back, names, opted_out, refuse, say
from scheduler import ticketing
from store.tables import Location
from store.thread import inbox_texts, patients_by_mobile, ticket_by_id
from store.tickets import RESOLVED


@console.get("/tickets/<uuid:ticket_id>")
def ticket(ticket_id: UUID) -> ResponseReturnValue:
    """One ticket."""
    with works().database.reading() as db:
        found = ticket_by_id(db, str(ticket_id)) or abort(404)
        texts = inbox_texts(db, [found.inbox_id]) if found.inbox_id else {}
        return render_template(
            "console/ticket.html",
            ticket=found,
            text=texts.get(found.inbox_id or ""),
            zone=db.get_one(Location, found.location_id).timezone,
            owners=patients_by_mobile(db, [found.mobile]),
            names=names(db),
            out=opted_out(db, [found.mobile]),
        )


@console.post("/tickets/<uuid:ticket_id>/take")
def take(ticket_id: UUID) -> ResponseReturnValue:
    """It is mine now; the second to press is told who has it."""
    if ticketing.take(works(), str(ticket_id), actor()):
        say("It is yours; nobody else is paged for it", url_for("console.give_back", ticket_id=ticket_id))
    else:
        refuse(_who_has(ticket_id))
    return back(url_for("console.ticket", ticket_id=ticket_id))


@console.post("/tickets/<uuid:ticket_id>/resolve")
def resolve(ticket_id: UUID) -> ResponseReturnValue:
    """It is done."""
    if ticketing.resolve(works(), str(ticket_id), actor()):
        say("Done, and off the list", url_for("console.reopen", ticket_id=ticket_id))
    else:
        refuse(_who_has(ticket_id))
    return back(url_for("console.ticket", ticket_id=ticket_id))


@console.post("/tickets/<uuid:ticket_id>/give-back")
def give_back(ticket_id: UUID) -> ResponseReturnValue:
    """Somebody else, please."""
    if ticketing.give_back(works(), str(ticket_id), actor()):
        say("It is open for everybody again")
    else:
        refuse(_who_has(ticket_id))
    return back(url_for("console.ticket", ticket_id=ticket_id))


@console.post("/tickets/<uuid:ticket_id>/reopen")
def reopen(ticket_id: UUID) -> ResponseReturnValue:
    """Not done after all."""
    if ticketing.reopen(works(), str(ticket_id), actor()):
        say("It is yours again")
    else:
        refuse(_who_has(ticket_id))
    return back(url_for("console.ticket", ticket_id=ticket_id))


def _who_has(ticket_id: UUID) -> str:
    with works().database.reading() as db:
        found = ticket_by_id(db, str(ticket_id)) or abort(404)
        who = names(db).get(found.owner or "", found.owner) or "nobody"
    who = who[0].upper() + who[1:]
    if found.status == RESOLVED:
        return f"{who} resolved this already" if found.owner else "This is resolved already"
    return f"{who} took this already" if found.owner else "Nobody has this ticket"
