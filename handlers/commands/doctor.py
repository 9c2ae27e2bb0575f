"""``doctor``: a look at a live installation before it is relied upon."""

import json
import sys
from typing import TYPE_CHECKING
from urllib.request import urlopen

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.commands.context import Needs
    from scheduler.examining import Finding
    from store.clinic import ClinicFile

#: How long our own door may take to answer, seconds.
PATIENCE = 10


@click.command()
@click.pass_obj
def doctor(needs: "Needs") -> None:
    """Look over a live installation: each line is OK, or FIX and what to do.

    Settings and secrets, the public address, the database, the clinic file, all wording, Twilio's
    account with each number and its webhooks, stopped numbers, texts that wait too long, the clock,
    accounts, the phones on call. Nothing is changed, no text is sent. Exit code 1 when anything
    needs a fix.

    \b
    python bot.py doctor
    """
    findings = 0
    for finding in _examine(needs):
        findings += bool(finding.fix)
        mark = click.style("FIX", fg="red") if finding.fix else click.style("OK ", fg="green")
        click.echo(f"{mark}  {finding.about:<18} {finding.said}")
        if finding.fix:
            click.echo(f"     {'':<18} -> {finding.fix}")
    click.echo(f"\n{findings} thing(s) to fix" if findings else "\nAll is well")
    sys.exit(1 if findings else 0)


def _examine(needs: "Needs") -> "Iterator[Finding]":
    yield from _settings(needs)
    yield _public_url(needs)
    yield from _database(needs)
    yield from _catalog(needs)
    yield from _clinic(needs)


def _settings(needs: "Needs") -> "Iterator[Finding]":
    from handlers.settings import BadSettings, require_live, weak_secrets
    from scheduler.examining import Finding

    try:
        require_live(needs.settings)
        yield Finding("settings", "complete")
    except BadSettings as error:
        for problem in error.problems:
            name, _, said = problem.partition(": ")
            yield Finding("settings", f"{name} {said}", "set it in the environment or in .env")
    if weak := weak_secrets(needs.settings):
        for said in weak:
            yield Finding("secrets", said, "python -c 'import secrets; print(secrets.token_hex(32))'")
    else:
        yield Finding("secrets", "none is easy to guess")


def _public_url(needs: "Needs") -> "Finding":
    """Whether the world reaches us, as the carrier must."""
    from carriers.twilio import is_public
    from scheduler.examining import Finding

    url = needs.settings.base_url
    if not (needs.settings.uses_twilio or needs.settings.public_url):
        return Finding("public address", "skipped: without Twilio nothing has to reach us")
    if not is_public(url):
        fix = "set PUBLIC_URL to the https address of the proxy in front, e.g. https://texts.example.com"
        return Finding("public address", f"{url} is not a public https address", fix)
    return knock(url)


def knock(url: str) -> "Finding":
    """Whether it is we who answer at this address."""
    from scheduler.examining import Finding

    try:
        with urlopen(f"{url}/healthz", timeout=PATIENCE) as answer:  # noqa: S310 -- https, it was checked
            ours = json.load(answer) == {"status": "ok"}
    except OSError as error:  # URLError is one: its reason says more
        why = getattr(error, "reason", error)
        return Finding("public address", f"{url} does not answer ({why})", "start `web`, or mend the proxy")
    except ValueError:
        ours = False
    if not ours:
        return Finding(
            "public address", f"{url} is answered by something else", "point the proxy at HOST:PORT"
        )
    return Finding("public address", f"{url} reaches us")


def _database(needs: "Needs") -> "Iterator[Finding]":
    from scheduler.examining import Finding, examine_records
    from store.database import BadDatabase, Database
    from store.fitness import why_unfit

    try:
        database = Database(needs.settings.database_url)  # as it is: nothing is migrated
    except BadDatabase as error:
        yield Finding("database", "the address is none", str(error))
        return
    if unfit := why_unfit(database, needs.clock()):
        said, _, fix = unfit.rpartition(": ")
        yield Finding("database", said, fix)
    else:
        yield Finding("database", "answers, can be written, has this version's tables")
        with database.reading() as session:
            yield from examine_records(session, needs.clock())
    database.close()


def _catalog(needs: "Needs") -> "Iterator[Finding]":
    from messages.catalog import CatalogError, load_catalog
    from messages.check import check
    from messages.problem import Severity
    from scheduler.examining import Finding
    from scheduler.opening import as_said

    try:
        said = as_said(needs.settings.database_url, load_catalog(), needs.clock())
        problems = [*said.problems(), *check(said.catalog, "C" * 24, needs.clock().date())]
    except CatalogError as error:
        problems = list(error.problems)
    grave = [problem for problem in problems if problem.severity is Severity.ERROR]
    if grave:
        yield Finding("wording", f"{len(grave)} error(s), such as {grave[0]}", "python bot.py check")
    else:
        yield Finding("wording", f"fit to send; `check` has {len(problems)} remark(s)")


def _clinic(needs: "Needs") -> "Iterator[Finding]":
    from scheduler.examining import Finding, examine_clinic
    from store.clinic import BadClinicFile, load_clinic

    try:
        clinic = load_clinic(needs.settings.clinic_file)
    except BadClinicFile as error:
        for problem in error.problems:
            yield Finding("clinic file", problem, "mend it in the file")
        return
    yield Finding("clinic file", f"{clinic.name}, {len(clinic.locations)} location(s)")
    yield from examine_clinic(clinic)
    yield from _twilio(needs, clinic)


def _twilio(needs: "Needs", clinic: "ClinicFile") -> "Iterator[Finding]":
    from carriers.twilio import TwilioCarrier
    from scheduler.examining import Finding, examine_numbers

    if not needs.settings.uses_twilio:
        yield Finding("Twilio", "skipped: it is not set up, and no text reaches anybody")
        return
    try:
        carrier = needs.carrier
    except ValueError as error:
        yield Finding("Twilio", str(error), "set TWILIO_AUTH_TOKEN, or an API key with its secret")
        return
    if isinstance(carrier, TwilioCarrier):
        yield from examine_numbers(carrier, clinic, needs.settings.base_url, needs.clock())
    carrier.close()
