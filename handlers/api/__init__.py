"""The JSON API: what another system may ask of us. Nothing is decided here; errors are problem documents."""

from handlers.api import appointments, enrolments, errors, messages, openapi, tickets
from handlers.api.blueprint import api

__all__ = ["api", "appointments", "enrolments", "errors", "messages", "openapi", "tickets"]
