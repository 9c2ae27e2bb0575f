"""Everything we may say, and every plan by which we say it, read once when the program starts.

The load refuses what is unsafe, with the whole list of what is wrong; what is merely
unfinished is for :mod:`messages.check`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from care.protocol import Protocol
from messages.catalog_rules import catalog_problems
from messages.problem import CatalogError, Findings, Problem
from messages.protocol_file import protocol_from_yaml
from messages.topics import common
from messages.wording import Kind, Topic, Wording
from messages.wording_file import HANDOFF, answers, replies, timed_texts

PACKAGED = Path(__file__).parent

__all__ = ["HANDOFF", "PACKAGED", "Catalog", "CatalogError", "load_catalog", "protocol_from_yaml"]


@dataclass(frozen=True)
class Catalog:
    """The wordings, the topics and the protocols, all checked against each other."""

    protocols: Mapping[str, Protocol]
    wordings: Mapping[str, Wording]
    answers: Mapping[str, Topic]  #: by topic; where two procedures differ, a person answers
    answers_for: Mapping[str, Mapping[str, Topic]]  #: by protocol, then by topic
    sources: Mapping[str, str]  #: the text of each protocol.yaml, for the database

    def say(self, wording_id: str, language: str, *, emergency: bool = False) -> tuple[Wording, str] | None:
        """What may be said in place of ``wording_id``: the wording, and its text in that language.

        While a wording is off, what it names for the meantime is said; in an emergency,
        what it names for that. An answer missing in her language becomes the hand-off in
        her language, any other text is said in English. None: nothing may be said, so a
        timed text is left out. Raises KeyError for a wording that is not there.
        """
        wording = self.wordings[wording_id]
        language = language[:2].lower()
        if not wording.on:
            stand_in = wording.in_emergency if emergency else wording.until_approved
            return self.say(stand_in, language) if stand_in else None
        if wording.kind is Kind.ANSWER and language not in wording.texts:
            return self.say(HANDOFF, language)
        return wording, wording.texts.get(language, wording.texts["en"])


def load_catalog(root: Path = PACKAGED) -> Catalog:
    """Read ``replies.yaml`` and ``protocols/*/`` below ``root``; CatalogError says all that is wrong."""
    return _Loading(root).result()


class _Loading:
    """One reading of the folder: what was found so far, and what is wrong with it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings = Findings()
        self.wordings: dict[str, Wording] = {}
        self.protocols: dict[str, Protocol] = {}
        self.topics: dict[str, dict[str, Topic]] = {}
        self.sources: dict[str, str] = {}

    def result(self) -> Catalog:
        with self.findings.gather():
            self._add(replies(*self._read("replies.yaml")))
        for folder in sorted(self.root.glob("protocols/*/")):
            self._load_folder(f"protocols/{folder.name}", folder.name)
        catalog = Catalog(
            protocols=self.protocols,
            wordings=self.wordings,
            answers=common(self.topics.values()),
            answers_for=self.topics,
            sources=self.sources,
        )
        if not self.findings.problems:  # half a catalog would only report the missing half
            self.findings.problems.extend(catalog_problems(catalog.protocols, catalog.wordings))
        self.findings.raise_if_any()
        return catalog

    def _load_folder(self, folder: str, name: str) -> None:
        with self.findings.gather():
            source, file = self._read(f"{folder}/protocol.yaml")
            protocol = protocol_from_yaml(source, file)
            if protocol.name != name:
                problem = f"is named {protocol.name}, but its folder is {name}"
                raise CatalogError([Problem(file, "name", problem, "Give both the same name")])
            self.protocols[name], self.sources[name] = protocol, source
        with self.findings.gather():
            self._add(timed_texts(*self._read(f"{folder}/texts.yaml")))
        self.topics[name] = {}
        if (self.root / folder / "answers.yaml").exists():
            with self.findings.gather():
                wordings, self.topics[name] = answers(*self._read(f"{folder}/answers.yaml"))
                self._add(wordings)

    def _read(self, file: str) -> tuple[str, str]:
        """The text of a file, and its name for a report."""
        try:
            return (self.root / file).read_text(encoding="utf-8"), file
        except FileNotFoundError as error:
            raise CatalogError([Problem(file, "whole file", "is not there", "Write it")]) from error
        except UnicodeDecodeError as error:
            problem = Problem(file, "whole file", "is not UTF-8", "Save it as UTF-8")
            raise CatalogError([problem]) from error

    def _add(self, wordings: Iterable[Wording]) -> None:
        for wording in wordings:
            other = self.wordings.setdefault(wording.id, wording)
            if other is not wording:
                where = f"is also in {other.file}" if other.file != wording.file else "is there twice"
                problem = Problem(wording.file, wording.id, where, "Give each wording its own id")
                self.findings.problems.append(problem)
