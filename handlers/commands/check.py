"""``check``: read all wording and protocols over, and the clinic file, before patients do."""

import sys
from itertools import groupby
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.commands.context import Needs
    from messages.catalog import Catalog
    from messages.problem import Problem


@click.command()
@click.option("--cost/--no-cost", default=True, help="Also print how many parts each text is billed as.")
@click.pass_obj
def check(needs: "Needs", cost: bool) -> None:
    """Lint all wording and protocols, and the clinic file.

    Placeholders, billed parts, reading grade, words that carriers act on, privacy, missing
    languages, signatures that have lapsed, and the words that were approved on the page, where a
    database is there. Each finding says where it is and how to mend it.
    The exit code is 1 when there is an error: something that must not be sent.

    \b
    python bot.py check --no-cost
    """
    from messages.check import check as read_over
    from messages.problem import Severity
    from scheduler.opening import as_said

    clinic_name, problems = _clinic(needs)
    catalog, unsafe = _catalog()
    problems += unsafe
    if catalog is not None:
        said = as_said(needs.settings.database_url, catalog, needs.clock())
        catalog = said.catalog
        problems += [*said.problems(), *read_over(catalog, clinic_name, needs.clock().date())]
    _print(problems)
    if cost and catalog is not None:
        _print_cost(catalog, clinic_name)
    counts = {level: sum(problem.severity is level for problem in problems) for level in Severity}
    click.echo(f"\n{', '.join(f'{count} {level}' for level, count in counts.items())}")
    sys.exit(1 if counts[Severity.ERROR] else 0)


def _clinic(needs: "Needs") -> "tuple[str, list[Problem]]":
    """The clinic's name, and what is wrong with its file; a name of full length when it cannot be read."""
    from messages.problem import Problem
    from store.clinic import BadClinicFile, load_clinic

    path = needs.settings.clinic_file
    try:
        return load_clinic(path).name, []
    except BadClinicFile as error:
        said = [problem.removeprefix(f"{path}: ") for problem in error.problems]
        return "C" * 24, [Problem(str(path), "clinic", problem, "Mend it in the file") for problem in said]


def _catalog() -> "tuple[Catalog | None, list[Problem]]":
    """The catalog, or everything that makes it unsafe to send from."""
    from messages.catalog import CatalogError, load_catalog

    try:
        return load_catalog(), []
    except CatalogError as error:
        return None, list(error.problems)


def _print(problems: "Sequence[Problem]") -> None:
    """Findings by file, the gravest first in each."""
    for file, found in groupby(sorted(problems, key=lambda p: p.file), key=lambda p: p.file):
        click.echo(f"\n{file}")
        for problem in found:
            click.echo(f"  {problem.severity.value:<8} {problem.key}: {problem.problem}. {problem.fix}.")


def _print_cost(catalog: "Catalog", clinic_name: str) -> None:
    """How many parts each text is billed as, language by language, with its usual longest values."""
    from messages.render import render
    from messages.samples import sample_values
    from messages.segments import count

    click.echo("\nParts billed for each text (characters), by language")
    for wording in catalog.wordings.values():
        sizes = {
            language: count(render(text, sample_values(clinic_name, language)))
            for language, text in wording.texts.items()
        }
        said = "  ".join(f"{language} {size.parts} ({size.units})" for language, size in sizes.items())
        click.echo(f"  {wording.code:<5} {wording.id:<28} {said}")
