"""From settings to a web app: refuse what is unsafe, then wire."""

import click
from flask import Flask

from handlers.access import Demo, Secrets, Wiring
from handlers.app import create_app as build
from handlers.commands.context import Needs, stop
from handlers.settings import BadSettings, require_live, weak_secrets


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
