"""The web side, put together: one factory, one gate, one blueprint per kind of arrival."""

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from handlers.access import Wiring, works
from handlers.api import api
from handlers.assets import version_files
from handlers.console import install_console
from handlers.guard import guard
from handlers.headers import safe_headers
from handlers.health import health
from handlers.phone import phone
from handlers.sign_in import install_sign_in
from handlers.sms import sms
from handlers.voice import voice

#: The most a request may carry, bytes: a CSV of a clinic's year fits, a flood does not.
MOST_BYTES = 5_000_000


def create_app(wiring: Wiring, secret_key: str, trusted_proxies: int = 0) -> Flask:
    """The Flask app around these works. Imports have no effects; nothing is read from the environment.

    ``trusted_proxies``: how many stand in front of us and tell who called; without them, who
    guesses passwords could not be told from who mistyped hers.
    """
    app = Flask(__name__)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted_proxies, x_proto=0)  # type: ignore[method-assign]
    app.config.update(
        SECRET_KEY=secret_key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=wiring.works.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=12 * 3600,
    )
    app.url_map.strict_slashes = False  # a redirect would lose a carrier's POST
    app.extensions["afterglow"] = wiring
    guard(app)
    app.before_request(_take_up_rulings)
    safe_headers(app)
    version_files(app)
    install_sign_in(app)
    install_console(app)
    for blueprint in (sms, voice, api, health, phone):
        app.register_blueprint(blueprint)
    return app


#: What shows words, or says them.
_SAYS = frozenset({"console", "api", "voice", "phone"})


def _take_up_rulings() -> None:
    """What clinicians decided about the words since this process last looked."""
    if request.blueprint in _SAYS:
        with works().database.reading() as session:
            works().renew(session)
