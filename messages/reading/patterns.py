"""The small language in which ``*.yaml`` beside this file describe what patients write.

A pattern is words, matched against :attr:`messages.reading.normalise.Words.marked`:

- ``swell*`` any ending; ``(a|b)`` either; ``(a )?`` optional; ``<name>`` a group of words defined in the file
- `` .. `` up to four words in between, `` ... `` up to nine, never across the end of a sentence
- `` & `` both, in either order, in the same sentence
- a comma may always stand between two words
- a list of patterns instead of one: all of them, anywhere in the text
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_GROUP = re.compile(r"<([a-z_]+)>")
_WORD = r"(?:(?![.?] )[^ ]+ )"

Groups = Mapping[str, str]


def text(name: str) -> str:
    """A file that lies beside this module, as it is written."""
    return files(__package__).joinpath(name).read_text("utf-8")


@cache
def load(name: str) -> Any:
    """A YAML file that lies beside this module, as plain data."""
    return yaml.safe_load(text(name))


def expand(pattern: str, groups: Groups) -> str:
    """Replace each ``<name>`` by its group. Raises KeyError for a name that is not defined."""
    while _GROUP.search(pattern):
        pattern = _GROUP.sub(lambda hit: f"({groups[hit.group(1)]})", pattern)
    return pattern


def compiled(pattern: str, groups: Groups) -> re.Pattern[str]:
    """The regular expression of one pattern."""
    one, both, other = pattern.partition(" & ")
    if both:
        pattern = f"({one}) .... ({other})|({other}) .... ({one})"
    regex = expand(pattern, groups)
    regex = re.sub(r"\((?!\?)", "(?:", regex)
    regex = re.sub(r"(?<=[a-z])\*", "[a-z]*", regex)
    regex = regex.replace(" .... ", "\2").replace(" ... ", "\0").replace(" .. ", "\1")
    regex = re.sub(r" (?!\?)", " (?:, )?", regex)
    regex = (
        regex.replace("\2", f" {_WORD}{{0,25}}")
        .replace("\0", f" {_WORD}{{0,9}}")
        .replace("\1", f" {_WORD}{{0,4}}")
    )
    return re.compile(f"(?<= )(?:{regex})(?= )")


@dataclass(frozen=True)
class Hit:
    """Where a pattern was found."""

    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Matcher:
    """Alternatives; each is one pattern, or several that must all be present."""

    alternatives: tuple[tuple[re.Pattern[str], ...], ...]

    @classmethod
    def of(cls, patterns: Iterable[str | list[str]], groups: Groups) -> "Matcher":
        """Compile what a YAML file lists."""
        listed = ([entry] if isinstance(entry, str) else entry for entry in patterns)
        return cls(tuple(tuple(compiled(part, groups) for part in parts) for parts in listed))

    def all(self, marked: str) -> Iterable[Hit]:
        """Every alternative that is present, each once (at each place, when it is a single pattern)."""
        for parts in self.alternatives:
            if len(parts) == 1:
                yield from (_hit(match) for match in parts[0].finditer(marked))
                continue
            found = [part.search(marked) for part in parts]
            matches = [match for match in found if match]
            if len(matches) == len(parts):
                words = " + ".join(match.group().strip(" ,") for match in matches)
                yield Hit(words, matches[0].start(), matches[0].end())

    def first(self, marked: str) -> Hit | None:
        """The first alternative that is present, in the order of the file."""
        return next(iter(self.all(marked)), None)

    def blank(self, marked: str) -> str:
        """The text with everything that matches struck out, so that other patterns cannot see it."""
        for parts in self.alternatives:
            marked = parts[0].sub("_", marked)
        return marked


def _hit(match: re.Match[str]) -> Hit:
    return Hit(match.group().strip(" ,"), match.start(), match.end())
