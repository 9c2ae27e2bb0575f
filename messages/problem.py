"""What is wrong with a file that a clinician edits, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"  #: must be mended before anything is sent
    WARNING = "warning"  #: should be mended, or accepted knowingly
    INFO = "info"  #: a decision that still waits for someone


@dataclass(frozen=True)
class Problem:
    """One finding: where it is, what it is, and what to do about it."""

    file: str  #: path below ``messages/``
    key: str  #: the entry, and the line of it
    problem: str
    fix: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.severity.value}: {self.file}: {self.key}: {self.problem}. {self.fix}."


class CatalogError(Exception):
    """The wording or a protocol cannot be used. ``problems`` holds all that was found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
