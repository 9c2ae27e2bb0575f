"""The fault matrix: its rows stand in docs/faults.md, its tests carry their numbers, a run ends with both."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
#: ``@fault(6)`` on a test: it shows what row 6 promises.
fault = pytest.mark.fault

_ROW = re.compile(r"^\| (\d+) \| ([^|]+) \|.*\| (`[^|]+`) \|$", re.MULTILINE)


def pytest_configure(config: pytest.Config) -> None:
    """The mark is known."""
    config.addinivalue_line("markers", "fault(number, ...): shows these rows of docs/faults.md")


@dataclass
class Seen:
    """What the tests of one row came to."""

    databases: set[str] = field(default_factory=set)
    held: int = 0
    broken: int = 0
    not_yet: set[str] = field(default_factory=set)

    @property
    def holds(self) -> bool:
        """Everything that was asked of it."""
        return bool(self.held) and not self.broken and not self.not_yet

    @property
    def outcome(self) -> str:
        """In words."""
        said = [f"holds ({self.held} tests)" if self.held > 1 else "holds"] if self.held else []
        said += [f"BROKEN ({self.broken} tests)"] if self.broken else []
        said += [f"not yet: {reason}" for reason in sorted(self.not_yet)]
        return "; ".join(said) or "not run"


def rows() -> dict[int, tuple[str, list[str]]]:
    """Number -> the fault in words and the files of its tests, as the page for operators has them."""
    found = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {int(number): (said, tests.strip("`").split("`, `")) for number, said, tests in found}


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Write on each test which rows it shows, on which database: its report carries that, over any wire."""
    for item in items:
        numbers = [row for mark in item.iter_markers("fault") for row in mark.args]
        if numbers:
            chosen = item.callspec.params if hasattr(item, "callspec") else {}
            engine = chosen.get("engine") or chosen.get("database") or "sqlite"
            item.user_properties += [("database", engine), *(("fault", row) for row in numbers)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each row that was tested: the fault, the databases, the outcome."""
    seen: dict[int, Seen] = defaultdict(Seen)
    for report in (one for reports in terminalreporter.stats.values() for one in reports):
        for name, value in getattr(report, "user_properties", ()):
            if name == "fault":
                _count(seen[value], report)
    if not seen:
        return
    terminalreporter.section("fault matrix")
    known = rows()
    for row in sorted(seen):
        said = shorten(known[row][0], 68, placeholder=" …")
        engines = "+".join(sorted(seen[row].databases))
        terminalreporter.write_line(f"{row:>3}  {said:<68}  {engines:<17}  {seen[row].outcome}")
    holding = sum(one.holds for one in seen.values())
    terminalreporter.write_line(
        f"{holding} of the {len(seen)} rows that were tested hold; {len(known)} in all"
    )


def _count(seen: Seen, report: pytest.TestReport) -> None:
    seen.databases.add(dict(report.user_properties)["database"])
    if report.failed:
        seen.broken += 1
    elif hasattr(report, "wasxfail"):
        seen.not_yet.add(report.wasxfail.removeprefix("reason: "))
    elif report.when == "call":
        seen.held += 1
