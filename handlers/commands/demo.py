"""demo: the whole clinic in one process, with a clock that can be moved."""

import logging
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.commands.context import Needs, wall_clock

if TYPE_CHECKING:
    from handlers.settings import Settings

DEMO_DATABASE = "var/demo-{port}.db"


@click.command()
@click.pass_obj
def demo(needs: Needs) -> None:
    """A clinic with patients at every stage, their phones, and a clock you can move. No account anywhere.

    It begins anew at every start, in var/demo-PORT.db. PORT chooses where it listens.
    """
    from handlers.running import run_web
    from handlers.starting import create_app, refuse_taken_port
    from scheduler.demo import Demo, MovableClock
    from scheduler.demo_clinic import BACK, first_day, play

    logging.getLogger().setLevel(logging.WARNING)  # a newcomer reads the addresses, not a month of ids
    click.echo("Setting up the demo clinic: a month of its life goes by ...")
    settings = demo_settings(needs.settings)
    refuse_taken_port(settings)  # before the database of the demo that listens there is removed
    _begin_anew(Path(DEMO_DATABASE.format(port=settings.port)))
    clock = MovableClock()
    staged = Needs(settings, clock)
    hours = staged.hours
    begins = first_day(hours, wall_clock())
    clock.start_at(begins - BACK)
    machine = Demo(staged.works, clock, sign_in_token=secrets.token_urlsafe(16))
    play(staged.works, machine, begins, hours.zone)
    app = create_app(staged, machine)
    click.echo(_welcome(settings, machine.sign_in_token or ""))
    run_web(staged, app, with_clock=True)


def demo_settings(given: "Settings") -> "Settings":
    """Its own database and secrets; never a real carrier, whatever the environment holds."""
    no_carrier = {name: "" for name in type(given).model_fields if name.startswith("twilio_")}
    return given.model_copy(
        update=no_carrier
        | {
            "database_url": f"sqlite:///{DEMO_DATABASE.format(port=given.port)}",
            "public_url": given.local_url,
            "smtp_url": "",
            "secret_key": given.secret_key or secrets.token_hex(32),
            "api_token": given.api_token or secrets.token_urlsafe(24),
        }
    )


def _begin_anew(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _welcome(settings: "Settings", token: str) -> str:
    base = settings.local_url
    return "\n".join(
        [
            "",
            "Afterglow is running. No text leaves this machine.",
            "",
            f"  Open first   {base}/sign-in/{token}   (signs you in, once)",
            f"  Console      {base}/",
            f"  Phones       {base}/phone   (type as a patient, move the clock)",
            f"  API          {base}/api/v1/   (Authorization: Bearer {settings.api_token})",
            "",
            "Stop it with Ctrl-C.",
        ]
    )
