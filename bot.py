"""The front door: settings -> engine -> catalog -> carrier, wired once; the commands hang off it."""

import logging
from typing import TYPE_CHECKING

import click

from handlers.commands.backup import backup
from handlers.commands.check import check
from handlers.commands.context import Needs
from handlers.commands.demo import demo
from handlers.commands.doctor import doctor
from handlers.commands.enrol import enrol
from handlers.commands.erase import erase
from handlers.commands.export import export
from handlers.commands.import_csv import import_csv
from handlers.commands.migrate import migrate
from handlers.commands.restore import restore
from handlers.commands.serve import run, web, worker
from handlers.commands.simulate import simulate
from handlers.commands.understand import understand
from handlers.commands.user import user

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """The web side for any WSGI server: ``gunicorn 'bot:create_app()'``."""
    from handlers import starting

    needs = Needs()
    app = starting.create_app(needs)
    needs.sender.serve(needs.works)
    return app


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.pass_context
def main(context: click.Context) -> None:
    """Afterglow texts each patient the right instruction at the right time, and answers what she texts back.

    Try it without any account:  python bot.py demo
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    context.obj = Needs()


EVERY_COMMAND = (
    *(demo, run, web, worker, migrate),
    *(enrol, import_csv, simulate, understand, check),
    *(doctor, user, export, erase, backup, restore),
)
for command in EVERY_COMMAND:
    main.add_command(command)

if __name__ == "__main__":
    main()
