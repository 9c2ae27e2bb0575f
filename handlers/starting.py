"""From settings to a web app: refuse what is unsafe, then wire."""

import socket
from typing import TYPE_CHECKING

import click

from handlers.commands.context import Needs, stop
from handlers.settings import BadSettings, Settings, require_live, weak_secrets

if TYPE_CHECKING:
    from flask import Flask

    from handlers.access import Demo


def create_app(needs: Needs, demo: "Demo | None" = None) -> "Flask":
    """The web side. Ends the program, with everything that is wrong, rather than start unsafe."""
    from handlers.access import Secrets, Wiring  # here: a worker, which serves nobody, has no use for Flask
    from handlers.app import create_app as build

    refuse_unsafe(needs)
    settings = needs.settings
    keys = Secrets(auth_token=settings.twilio_auth_token or None, api_token=settings.api_token or None)
    return build(Wiring(needs.works, keys, demo), settings.secret_key, settings.trusted_proxies)


def refuse_unsafe(needs: Needs) -> None:
    """Stop when a setting is missing or unsafe; warn of a weak secret."""
    try:
        require_live(needs.settings)
    except BadSettings as error:
        stop(error.problems)
    for warning in [*weak_secrets(needs.settings), *_nobody_mailed(needs)]:
        click.secho(f"Warning: {warning}", fg="yellow", err=True)


def _nobody_mailed(needs: Needs) -> list[str]:
    """A mail server without addresses, or addresses without one: pages go out as texts alone."""
    places = needs.clinic.locations.values()
    addresses = any(place.on_call_email or place.office_email for place in places)
    if addresses == bool(needs.settings.smtp_url):
        return []
    if addresses:
        return ["the clinic file names e-mail addresses, but SMTP_URL is missing: nobody is mailed"]
    return ["SMTP_URL is set, but the clinic file names no on_call_email and no office_email"]


def refuse_taken_port(settings: Settings) -> None:
    """Stop when nothing can listen there: gunicorn would only say so after five tries."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]
        said = f"cannot listen on {settings.host}, port {settings.port} ({why})"
        stop([f"PORT: {said}; is Afterglow running already? Choose another with PORT and HOST"])
