"""What staff press on a conversation: take it, give it, snooze, resolve, reopen, mark unread."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from care.hours import Hours
from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import actor, back, names, refuse, say
from scheduler import tending
from scheduler.booking import BadField
from scheduler.tending import Beaten, Press
from store.clinic import hours_of
from store.tables import Conversation


def _pressed(talk_id: UUID) -> Press:
    return Press(str(talk_id), request.form.get("seen", 0, type=int), actor())


def _do(talk_id: UUID, act: Callable[..., Any], *arguments: Any) -> tuple[bool, Any]:
    """Press it. (True, what it returned), or (False, None) once it is told who was faster."""
    try:
        return True, act(works(), _pressed(talk_id), *arguments)
    except LookupError:
        abort(404)
    except BadField as error:
        refuse(error)
    except Beaten as told:
        refuse(_who_was_faster(told))
    return False, None


def _who_was_faster(told: Beaten) -> str:
    if told.by is None:
        return f"She {told.what}"
    with works().database.reading() as db:
        name = names(db).get(told.by, told.by) or "Somebody"
    return words.capitalize_first(f"{name} {told.what}")


def _back(talk_id: UUID) -> ResponseReturnValue:
    return back(url_for("console.talk", talk_id=talk_id))


@console.post("/inbox/<uuid:talk_id>/assign")
def assign(talk_id: UUID) -> ResponseReturnValue:
    """Whose it is; an empty name: nobody's."""
    to, was = (request.form.get(name) or None for name in ("to", "was"))
    done, _ = _do(talk_id, tending.assign, to, was)
    if done:
        with works().database.reading() as db:
            name = names(db).get(to or "", to)
        undo = url_for("console.assign", talk_id=talk_id)
        said = {"you": "It is yours", None: "It is nobody’s now"}.get(name, f"It is {name}’s now")
        say(said, undo, to=was or "", was=to or "")
    return _back(talk_id)


@console.post("/inbox/<uuid:talk_id>/snooze")
def snooze(talk_id: UUID) -> ResponseReturnValue:
    """Out of view: an hour, until the office opens, until next week, until a time of her own."""
    with works().database.reading() as db:
        place = (db.get(Conversation, str(talk_id)) or abort(404)).location
    until = _until(request.form.get("until", ""), hours_of(place), ZoneInfo(place.timezone))
    if until is None:
        refuse("Choose a day and a time")
        return _back(talk_id)
    done, _ = _do(talk_id, tending.snooze, until)
    if done:
        when = words.relative(until, words.now(), ZoneInfo(place.timezone))
        say(
            f"Snoozed until {when}. A text of hers brings it back",
            url_for("console.reopen_talk", talk_id=talk_id),
        )
    return _back(talk_id)


def _until(asked: str, hours: Hours, zone: ZoneInfo) -> datetime | None:
    now = words.now()
    match asked:
        case "hour":
            return now + timedelta(hours=1)
        case "morning":
            return hours.opens_after(now, 1)
        case "week":
            return hours.next_week(now)
    try:
        return datetime.fromisoformat(request.form.get("own", "")).replace(tzinfo=zone)
    except ValueError:
        return None


@console.post("/inbox/<uuid:talk_id>/resolve")
def resolve_talk(talk_id: UUID) -> ResponseReturnValue:
    """Nothing is left to do."""
    done, open_tickets = _do(talk_id, tending.resolve)
    if done:
        left = f". {words.count_of(open_tickets, 'ticket')} about it: still open" if open_tickets else ""
        say(
            f"Resolved. It opens again when she writes{left}", url_for("console.reopen_talk", talk_id=talk_id)
        )
    return _back(talk_id)


@console.post("/inbox/<uuid:talk_id>/reopen")
def reopen_talk(talk_id: UUID) -> ResponseReturnValue:
    """In view and open."""
    if _do(talk_id, tending.reopen)[0]:
        say("It is open, and in view")
    return _back(talk_id)


@console.post("/inbox/<uuid:talk_id>/take-over")
def take_over(talk_id: UUID) -> ResponseReturnValue:
    """A person answers her; the program keeps silent, but for danger and STOP."""
    if _do(talk_id, tending.take_over)[0]:
        undo = url_for("console.hand_back", talk_id=talk_id)
        say("You answer her; the bot stays silent, but for danger and STOP", undo)
    return _back(talk_id)


@console.post("/inbox/<uuid:talk_id>/hand-back")
def hand_back(talk_id: UUID) -> ResponseReturnValue:
    """The program answers her again."""
    if _do(talk_id, tending.hand_back)[0]:
        say("The bot answers her again")
    return _back(talk_id)


@console.post("/inbox/<uuid:talk_id>/unread")
def mark_unread(talk_id: UUID) -> ResponseReturnValue:
    """For somebody else to see, or for later. Back to the list: opening it again would read it."""
    if _do(talk_id, tending.mark_unread)[0]:
        say("It stands unread")
    return back(url_for("console.inbox"))


@console.post("/inbox/<uuid:talk_id>/read")
def read_talk(talk_id: UUID) -> ResponseReturnValue:
    """What came while the page was open has been seen."""
    _do(talk_id, tending.mark_read)
    return _back(talk_id)
