"""Accounts: who may sign in and what each may do; and one's own password."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import actor, refuse, say, sentence
from handlers.console.roles import may, only_who_may
from scheduler import staffing
from scheduler.booking import BadField
from store.accounts import SHORTEST, NewStaff, all_staff

ROLES = {
    "front_desk": ("Front desk", "does all of the day: texts, visits, tickets, enrolling"),
    "clinician": ("Clinician", "does the same, and signs wordings"),
    "admin": ("Admin", "does all that, and changes settings and accounts"),
}


@console.get("/settings/people")
def people_settings() -> ResponseReturnValue:
    """Everybody who has an account, closed ones last."""
    return _page()


def _page(problem: str = "") -> str:
    with works().database.reading() as db:
        staff = sorted(all_staff(db), key=lambda one: (not one.active, one.name.casefold()))
    return render_template(
        "console/staff.html",
        staff=staff,
        roles=ROLES,
        shortest=SHORTEST,
        may_change=may("change accounts"),
        problem=problem,
        typed=request.form,
    )


@console.post("/settings/people")
@only_who_may("change accounts", "/settings/people")
def add_account() -> ResponseReturnValue:
    """Somebody new; what is wrong is said, and what was typed stays, but for the password."""
    given = {name: request.form.get(name, "") for name in ("username", "name", "password", "role")}
    try:
        staffing.add(works(), NewStaff(**given), actor())
    except BadField as error:
        return _page(sentence(*error.problems.popitem())), 422
    say(f"{given['name'].strip()} can sign in now. Hand over the password in person")
    return redirect(url_for("console.people_settings"), 303)


@console.post("/settings/people/<username>/<any(close, reopen, role, password):change>")
@only_who_may("change accounts", "/settings/people")
def change_account(username: str, change: str) -> ResponseReturnValue:
    """One change to one account."""
    given = request.form.get("value", "")
    changes: dict[str, tuple[Callable[[], None], str]] = {
        "close": (lambda: staffing.close(works(), username, actor()), "Closed. Open sessions end now"),
        "reopen": (lambda: staffing.reopen(works(), username, actor()), "Open again, with its old password"),
        "role": (lambda: staffing.give_role(works(), username, given, actor()), "Changed"),
        "password": (
            lambda: staffing.give_password(works(), username, given, actor()),
            "New password set. Hand it over in person",
        ),
    }
    carry_out, said = changes[change]
    try:
        carry_out()
    except BadField as error:
        refuse(error)
    else:
        say(said)
    return redirect(url_for("console.people_settings"), 303)


@console.get("/settings/password")
def own_password() -> ResponseReturnValue:
    """One's own password: the form."""
    return render_template("console/password.html", shortest=SHORTEST, problem="")


@console.post("/settings/password")
def change_own_password() -> ResponseReturnValue:
    """A new one, by whoever knows the old one; every session ends, this one too."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        staffing.change_own_password(works(), actor(), old, new)
    except BadField as error:
        said = sentence(*error.problems.popitem())
        return render_template("console/password.html", shortest=SHORTEST, problem=said), 422
    return redirect(url_for("sign_in.form"), 303)
