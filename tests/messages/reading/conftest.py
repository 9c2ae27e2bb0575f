from pathlib import Path

import pytest
import yaml

from messages.read import Reader
from messages.reading.patterns import load


@pytest.fixture(scope="session")
def reader(catalog):
    return Reader(catalog.answers)


@pytest.fixture(scope="session")
def texts():
    """The packaged examples of danger, and the opt-outs that only the suite knows."""
    own = yaml.safe_load((Path(__file__).parent / "texts.yaml").read_text(encoding="utf-8"))
    return load("examples.yaml") | own


@pytest.fixture(scope="session")
def approved(catalog):
    """The topics whose answer may leave, by phase and language."""

    def topics(phase, language):
        answers = {name: topic.answer_for(phase) for name, topic in catalog.answers.items()}
        return frozenset(
            name
            for name, answer in answers.items()
            if answer and catalog.say(answer, language)[0].id == answer
        )

    return topics
