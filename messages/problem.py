"""What is wrong with a file that a clinician edits, and how to mend it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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


@dataclass
class Findings:
    """Collects problems from many entries, so that a file is mended in one go."""

    problems: list[Problem] = field(default_factory=list)

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Keep the problems of a CatalogError raised inside, and go on behind it."""
        try:
            yield
        except CatalogError as error:
            self.problems.extend(error.problems)

    def raise_if_any(self) -> None:
        """Raise one CatalogError with everything gathered."""
        if self.problems:
            raise CatalogError(self.problems)
