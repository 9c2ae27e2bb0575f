from pathlib import Path

import pytest
import yaml

from messages.read import Reader


@pytest.fixture(scope="session")
def reader(catalog):
    return Reader(catalog.answers)


@pytest.fixture(scope="session")
def texts():
    return yaml.safe_load((Path(__file__).parent / "texts.yaml").read_text(encoding="utf-8"))
