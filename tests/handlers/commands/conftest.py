"""What the commands' tests stand on: a front door with its own database and a clock that is told the time."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from handlers.commands.context import Needs
from handlers.settings import Settings
from tests.cast import NOW, ToldClock

CLINIC_FILE = Path(__file__).parents[3] / "clinic.yaml"


class Terminal:
    """Runs commands as a person would, on one database."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs

    def run(self, command, *arguments: str, typed: str | bytes | None = None, code: int = 0) -> str:
        """What the command printed; its exit code must be ``code``."""
        result = CliRunner().invoke(command, arguments, obj=self.needs, input=typed)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.output


@pytest.fixture
def clock():
    return ToldClock(NOW)


@pytest.fixture
def terminal(tmp_path, catalog, clock):
    settings = Settings(
        _env_file=None, database_url=f"sqlite:///{tmp_path / 'commands.db'}", clinic_file=CLINIC_FILE
    )
    needs = Needs(settings, clock)
    needs.catalog = catalog
    yield Terminal(needs)
    if "database" in vars(needs):
        needs.database.close()
