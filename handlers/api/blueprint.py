"""The blueprint that the API's routes hang on."""

from flask import Blueprint

api = Blueprint("api", __name__, url_prefix="/api/v1")

#: Who did it, in the audit log.
ACTOR = "api"
