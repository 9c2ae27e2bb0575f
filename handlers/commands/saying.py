"""How commands print a text: one line of when, what and why, then the words, indented."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click


def say_text(at: datetime, zones: tuple[ZoneInfo, ZoneInfo], head: str, body: str | None) -> None:
    """Print one text. ``zones``: the clinic's clock, which lists it, and hers, shown when it differs."""
    clinic, hers = (at.astimezone(zone) for zone in zones)
    elsewhere = f" ({hers:%a %H:%M} her time)" if hers.utcoffset() != clinic.utcoffset() else ""
    click.echo(f"{clinic:%a %Y-%m-%d %H:%M}{elsewhere}  {head}")
    if body:
        click.echo(f"    {body}")


def say_list(title: str, lines: list[str]) -> None:
    """Print a title and the lines below it; nothing when there are none."""
    if lines:
        click.echo(f"\n{title}")
        for line in lines:
            click.echo(f"  {line}")
