"""RFC 9457 problem documents: errors that name the field and say what to do."""

from collections.abc import Mapping

from flask import Response, jsonify


def problem(status: int, detail: str, fields: Mapping[str, str] | None = None) -> Response:
    """A problem document. ``fields`` maps each wrong field's path to what is wrong with it."""
    body: dict[str, object] = {"type": "about:blank", "title": _TITLES[status], "status": status}
    body["detail"] = detail
    if fields:
        body["errors"] = [{"field": field, "detail": said} for field, said in fields.items()]
    response = jsonify(body)
    response.status_code, response.mimetype = status, "application/problem+json"
    return response


_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Not JSON",
    422: "A field is wrong",
    429: "Too many requests",
    500: "Something broke on our side",
}
