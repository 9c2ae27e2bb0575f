"""run, web, worker: the commands that keep running."""

import click

from handlers.commands.context import Needs


def say_carrier(needs: Needs) -> None:
    """Say aloud when no text will really leave."""
    if not needs.settings.uses_twilio:
        click.secho("No Twilio settings: texts go to the simulated carrier and reach nobody.", fg="yellow")


def _serve(needs: Needs, *, with_clock: bool) -> None:
    from handlers.running import run_web
    from handlers.starting import create_app, refuse_taken_port

    app = create_app(needs)
    settings = needs.settings
    refuse_taken_port(settings)
    say_carrier(needs)
    click.echo(f"Afterglow listens on {settings.local_url}; the carrier reaches it at {settings.base_url}")
    run_web(needs, app, with_clock=with_clock)


@click.command()
@click.pass_obj
def run(needs: Needs) -> None:
    """Production in one process: the web side and the ticks.

    Enough for one clinic on one machine, with SQLite.
    """
    _serve(needs, with_clock=True)


@click.command()
@click.pass_obj
def web(needs: Needs) -> None:
    """Only HTTP: texts in, receipts, staff pages, the API. Needs a `worker` beside it."""
    _serve(needs, with_clock=False)


@click.command()
@click.option("--drain", is_flag=True, help="Send all that is due, do the chores once, then exit.")
@click.pass_obj
def worker(needs: Needs, drain: bool) -> None:
    """Only time: send what is due, chase receipts, page for tickets."""
    from handlers import running
    from handlers.starting import refuse_unsafe

    refuse_unsafe(needs)
    say_carrier(needs)
    if drain:
        click.echo(f"{running.drain(needs)} texts sent")
    else:
        click.echo("Afterglow (worker) is at work; stop it with Ctrl-C")
        running.run_clock(needs)
