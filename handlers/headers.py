"""What every answer carries, and what is said when there is no page to show."""

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from handlers.access import wiring
from handlers.assets import FOR_EVER, may_be_kept, squeeze
from handlers.problems import problem

#: No inline script or style, nothing from elsewhere, in nobody's frame.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
A_YEAR = 31_536_000

#: What happened, and what to do.
SAID = {
    400: ("This could not be understood", "Go back, reload the page, and try once more."),
    403: ("You may not open this", "Ask whoever runs Afterglow at your clinic."),
    404: (
        "There is no such page",
        "It may have been moved or deleted. Search for the patient, or go to Today.",
    ),
    405: ("This cannot be done here", "Go back and use the buttons on the page."),
    413: ("That is too large", "Send less at once, 5 MB at most."),
    429: ("Too many tries", "Wait a minute, then try again."),
    500: (
        "Something broke on our side",
        "Nothing was changed. Try again; if it stays, tell whoever runs Afterglow.",
    ),
}
_OLD_FORM = ("This page was open too long", "Go back, reload it, and press the button again.")


def safe_headers(app: Flask) -> None:
    """Put the headers on every answer, and plain words on every error."""
    app.after_request(_dress)
    app.register_error_handler(HTTPException, _explain)


def _dress(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if may_be_kept(response):
        response.headers["Cache-Control"] = FOR_EVER
        squeeze(response)
    elif request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if wiring().works.public_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    return response


def _explain(error: HTTPException) -> ResponseReturnValue:
    """A page for people, a problem document for programs, a bare line for the carrier."""
    if error.response is not None:
        return error.response
    status = error.code if error.code in SAID else (400 if (error.code or 500) < 500 else 500)
    what, then = _OLD_FORM if isinstance(error, CSRFError) else SAID[status]
    keep = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    if request.path.startswith("/api/"):
        answer = problem(status, f"{what}. {then}" if status != 404 else "There is nothing at this address")
        answer.headers.extend(keep)
        return answer
    if request.path.startswith(("/sms/", "/voice/")):
        return what, status, {"Content-Type": "text/plain", **keep}
    return render_template("error.html", what=what, then=then), status, keep
