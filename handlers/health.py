"""Is it alive, is it ready, how is it doing?"""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from handlers.access import works
from store.health import figures, reachable

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process lives."""
    return {"status": "ok"}


@health.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers."""
    return ({"status": "ready"}, 200) if reachable(works().database) else ({"status": "database away"}, 503)


@health.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Counts by state, in Prometheus' text format: no name, number or word of anybody."""
    with works().database.reading() as session:
        rows = figures(session, works().clock())
    lines = [f"afterglow_{name} {value}" for name, value in rows]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")
