"""Signing in and out: one form, one session cookie, and a brake on guessing."""

import hmac
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect

from handlers.access import wiring, works
from store.accounts import active_staff, check_password, first_staff
from store.audit import note
from store.tables import Staff

sign_in = Blueprint("sign_in", __name__)

#: How often one address, or one user name, may try.
TRIES = "10 per minute"
#: How long the demo's link opens the console, seconds.
LINK_LASTS = 3600
#: Blueprints without forms. A forged form cannot carry a carrier's signature or the API's token, so
#: their guards (handlers/guard.py) already refuse what a CSRF token would.
WITHOUT_FORMS = frozenset({"sms", "voice", "api", "health"})
_LINK = "afterglow_link"


class Account(UserMixin):  # type: ignore[misc]  # flask-login carries no types
    """Who is signed in. A new password ends every older session: the id carries a trace of its hash."""

    def __init__(self, staff: Staff) -> None:
        self.id = f"{staff.id}.{sha256(staff.password_hash.encode()).hexdigest()[:16]}"
        self.username, self.name, self.role = staff.username, staff.name, staff.role


def install_sign_in(app: Flask) -> None:
    """Sessions, the CSRF check on every form, the limit on tries."""
    # the session's own 12 hours are the limit: a form left open over lunch must still work
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False  # a page that updates itself must not stay in for ever
    login = LoginManager(app)
    login.user_loader(_load)
    csrf = CSRFProtect(app)

    @app.before_request
    def check_form() -> None:
        if request.endpoint and request.blueprint not in WITHOUT_FORMS:
            csrf.protect()

    app.register_blueprint(sign_in)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    view: Any = app.view_functions["sign_in.submit"]
    for key in (get_remote_address, _tried_name):
        view = limiter.limit(TRIES, key_func=key)(view)
    app.view_functions["sign_in.submit"] = view
    app.extensions[_LINK] = time.monotonic() + LINK_LASTS


def _tried_name() -> str:
    return "name:" + request.form.get("username", "").strip().lower()[:100]


def _load(account_id: str) -> Account | None:
    staff_id = account_id.partition(".")[0]
    with works().database.reading() as session:
        staff = active_staff(session, staff_id)
    if staff is None:
        return None
    account = Account(staff)
    return account if account.id == account_id else None


def ask_to_sign_in() -> ResponseReturnValue:
    """The way to the form, and back to where she wanted to go."""
    if request.headers.get("HX-Request"):
        back = urlsplit(request.headers.get("HX-Current-URL", "")).path
        return "", 401, {"HX-Redirect": url_for("sign_in.form", next=local_path(back))}
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("sign_in.form", next=local_path(wanted)))


def local_path(path: str | None) -> str:
    """The path, if it stays on this site; else the front page."""
    parts = urlsplit(path or "")
    stays = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return path if path and stays and not path.startswith(("//", "/\\")) and "\\" not in path else "/"


@sign_in.get("/sign-in")
def form() -> ResponseReturnValue:
    """The form; whoever is signed in goes on."""
    back = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(back)
    return render_template("sign_in.html", next=back, username="")


@sign_in.post("/sign-in")
def submit() -> ResponseReturnValue:
    """Check the password. A stranger and a wrong password get the same answer, as late."""
    back = local_path(request.form.get("next"))
    username = request.form.get("username", "")
    with works().database.writing() as db:
        staff = check_password(db, username, request.form.get("password", ""))
        if staff is not None:
            note(db, staff.username, "signed in", ("staff", staff.id), works().clock())
    if staff is None:
        problem = "That user name and password do not belong together. Try again, or ask whoever runs this."
        return render_template("sign_in.html", next=back, username=username, problem=problem), 401
    _begin(staff)
    return redirect(back)


@sign_in.post("/sign-out")
def out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.form"))


@sign_in.get("/sign-in/<token>")
def by_link(token: str) -> ResponseReturnValue:
    """The demo's own link: valid once, within an hour of the start. Nothing like it outside the demo."""
    demo = wiring().demo
    known = demo.sign_in_token if demo else None
    if not known or not hmac.compare_digest(token.encode(), known.encode()):
        return abort(404)
    if current_user.is_authenticated:
        return redirect("/")
    if time.monotonic() > current_app.extensions.pop(_LINK, 0.0):  # whoever pops it first, has it
        problem = "This link was used, or is too old. Start the demo again for a new one."
        return render_template("sign_in.html", next="/", username="", problem=problem), 410
    with works().database.writing() as db:
        staff = first_staff(db) or abort(404)
        note(db, staff.username, "signed in by the demo's link", ("staff", staff.id), works().clock())
    _begin(staff)
    return redirect("/")


def _begin(staff: Staff) -> None:
    """A session that nobody could have prepared: what was in the old one is gone."""
    session.clear()
    session.permanent = True
    login_user(Account(staff))
