"""Settings: who is paged, when we are open, when texts may leave. The rest is the clinic file's."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.sending import Limits
from carriers.errors import explain
from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import actor, names, place, refuse, say, sentence
from handlers.console.roles import may, only_who_may
from scheduler.booking import BadField
from scheduler.location_changes import change_location, mark_of, use_file
from store.clinic import WEEKDAYS
from store.senders import sender_of
from store.tables import Location

DAYS = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


def _on_call() -> dict[str, Any]:
    return {"on_call": _filled("on_call")}


def _mail() -> dict[str, Any]:
    return {name: request.form.get(name, "").replace(",", " ").split() for name in SECTIONS["mail"]}


def _office() -> dict[str, Any]:
    return {name: request.form.get(name, "").strip() for name in SECTIONS["office"]}


def _hours() -> dict[str, Any]:
    """A day with no times is closed; one time alone is a slip, which the check refuses."""
    spans = {day: [request.form.get(f"{day}.{end}", "") for end in ("opens", "closes")] for day in WEEKDAYS}
    return {"hours": {day: span for day, span in spans.items() if any(span)}}


def _sending() -> dict[str, Any]:
    span = [request.form.get(end, "") for end in ("opens", "closes")]
    return {"send_window": span if any(span) else None}


def _filled(name: str) -> list[str]:
    return [typed for given in request.form.getlist(name) if (typed := given.strip())]


#: The sections of the page: what each changes, and how its form is read.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "on-call": ("on_call",),
    "hours": ("hours",),
    "sending": ("send_window",),
    "office": ("office_phone", "address"),
    "mail": ("on_call_email", "office_email"),
}
_READ: Mapping[str, Callable[[], dict[str, Any]]] = {
    "on-call": _on_call,
    "hours": _hours,
    "sending": _sending,
    "office": _office,
    "mail": _mail,
}


@console.get("/settings")
def settings() -> ResponseReturnValue:
    """The page of one location."""
    with works().database.reading() as db:
        here, everywhere = place(db)
        return _page(db, here, everywhere=everywhere)


def _page(db: Session, here: Location, **more: Any) -> str:
    limits: Limits = works().limits
    return render_template(
        "console/settings.html",
        here=here,
        days=DAYS,
        sections=SECTIONS,
        marks={section: mark_of(here, columns) for section, columns in SECTIONS.items()},
        sender=sender_of(db, here.id),
        limits=limits,
        explain=explain,
        names=names(db),
        may_change=may("change settings"),
        **{"everywhere": (), "typed": {}, "problems": [], "wrong": None, **more},
    )


@console.post("/settings/<location_id>/<any('on-call', hours, sending, office, mail):section>")
@only_who_may("change settings", "/settings")
def change_settings(location_id: str, section: str) -> ResponseReturnValue:
    """Change one section, or say beside it what is wrong; what was typed stays."""
    _must_exist(location_id)
    typed = _READ[section]()
    try:
        different = change_location(works(), location_id, typed, request.form.get("seen", ""), actor())
    except BadField as error:
        said = [sentence(field, problem) for field, problem in error.problems.items()]
        with works().database.reading() as db:
            here = db.get_one(Location, location_id)
            return _page(db, here, typed=typed, problems=said, wrong=section), 422
    say("Saved. It holds from now on" if different else "Nothing was different")
    return redirect(url_for("console.settings", place=location_id, _anchor=section), 303)


@console.post("/settings/<location_id>/<any('on-call', hours, sending, office, mail):section>/file")
@only_who_may("change settings", "/settings")
def settings_of_file(location_id: str, section: str) -> ResponseReturnValue:
    """Back to what the clinic file says."""
    _must_exist(location_id)
    if use_file(works(), location_id, list(SECTIONS[section]), actor()):
        say("The clinic file’s words hold again")
    else:
        refuse("This was the clinic file’s already")
    return redirect(url_for("console.settings", place=location_id, _anchor=section), 303)


def _must_exist(location_id: str) -> None:
    with works().database.reading() as db:
        db.get(Location, location_id) or abort(404)
