"""Whatever goes wrong in the API ends as a problem document (RFC 9457) that says what to do."""

import traceback

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from handlers.api.blueprint import api
from handlers.problems import problem
from scheduler.booking import BadField

_SAID = {
    400: "The body is not JSON: check it for a missing quote, comma or brace.",
    405: "This address does not take {method}.",
    413: "The body is too large.",
    415: "Send JSON, with the header `Content-Type: application/json`.",
}


@api.before_app_request
def _unknown_address() -> ResponseReturnValue | None:
    """Addresses and methods that no route takes never reach a blueprint's own handlers."""
    error = request.routing_exception
    if error is None or not request.path.startswith(f"{api.url_prefix}/"):
        return None
    if isinstance(error, MethodNotAllowed):
        answer = problem(405, _SAID[405].format(method=request.method))
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return answer
    return problem(
        404, f"There is nothing at {request.path}; {api.url_prefix}/openapi.json lists what there is."
    )


@api.errorhandler(BadField)
def _bad_field(error: BadField) -> Response:
    return problem(422, f"{error}.", error.problems)


@api.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    status = error.code if error.code in _SAID else 400
    return problem(status, _SAID[status].format(method=request.method))


@api.errorhandler(Exception)
def _broken(error: Exception) -> Response:
    """Our own fault. The log says where, never what: an exception's words may hold a patient's."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    current_app.logger.error("api: %s at %s:%s", type(error).__name__, frame.filename, frame.lineno)
    return problem(500, "Nothing was changed by this request; the log says where it failed. Try again later.")
