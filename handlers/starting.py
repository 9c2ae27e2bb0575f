"""From settings to a web app: refuse what is unsafe, then wire."""

import socket

import click
from flask import Flask

from handlers.access import Demo, Secrets, Wiring
from handlers.app import create_app as build
from handlers.commands.context import Needs, stop
from handlers.settings import BadSettings, Settings, require_live, weak_secrets


def create_app(needs: Needs, demo: Demo | None = None) -> Flask:
    """The web side. Ends the program, with everything that is wrong, rather than start unsafe."""
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
    for warning in weak_secrets(needs.settings):
        click.secho(f"Warning: {warning}", fg="yellow", err=True)


def refuse_taken_port(settings: Settings) -> None:
    """Stop when nothing can listen there: gunicorn would only say so after five tries."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]
        said = f"cannot listen on {settings.host}, port {settings.port} ({why})"
        stop([f"PORT: {said}; is Afterglow running already? Choose another with PORT and HOST"])
