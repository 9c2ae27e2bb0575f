"""Reading YAML that people edit: what they wrote is what we get, and every mistake is named.

Plain YAML 1.1 has three traps for a nurse: ``yes`` and ``no`` become booleans, ``on:``
becomes the key ``True``, ``10:00`` becomes the number 600, and a key written twice
silently keeps its last value. Here the first three stay words, the last is refused.
"""

import re
from collections.abc import Hashable, Iterator
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from yaml.constructor import ConstructorError

from messages.problem import CatalogError, Problem


class FileModel(BaseModel):
    """The shape of one entry of a file. A key we do not know is a spelling mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class _Loader(yaml.SafeLoader):
    """YAML 1.2 words and numbers; duplicate keys refused."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- PyYAML's own name

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise ConstructorError(None, None, f"'{key}' is written twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?[0-9]+$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null)?$"), ["~", "n", ""])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:timestamp", re.compile(r"^\d{4}-\d{2}-\d{2}$"), list("0123456789")
)

Model = TypeVar("Model", bound=BaseModel)


def parse(source: str, file: str) -> Any:
    """The data in ``source``. Raises CatalogError, with the line, when it is no YAML."""
    try:
        return yaml.load(source, Loader=_Loader)  # noqa: S506 -- a SafeLoader of our own
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = Problem(file, f"line {line}", str(error.problem), "Mend the YAML at this line")
        raise CatalogError([problem]) from error


def parse_list(source: str, file: str) -> list[dict[str, Any]]:
    """The entries of a file that is one list of entries. Raises CatalogError when it is not."""
    data = parse(source, file)
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise CatalogError([Problem(file, "whole file", "is not a list of entries", "Begin each with '- '")])
    return data


def shape(model: type[Model], data: object, file: str, key: str) -> Model:
    """``data`` as ``model``. Raises CatalogError with one problem for each line that does not fit."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise CatalogError(_problems(error, file, key)) from error


def _problems(error: ValidationError, file: str, key: str) -> Iterator[Problem]:
    for found in error.errors(include_url=False):
        where = ".".join(str(part) for part in found["loc"])
        yield Problem(file, f"{key}: {where}" if where else key, *_explain(found["type"], found["msg"]))


def _explain(kind: str, message: str) -> tuple[str, str]:
    """The problem and its fix, in words for someone who edits the file."""
    if kind == "extra_forbidden":
        return "is no key of this entry", "Correct its spelling, or remove it (docs/protocol-format.md)"
    if kind == "missing":
        return "is missing", "Add it (docs/protocol-format.md)"
    return message.removeprefix("Value error, "), "Write it as docs/protocol-format.md shows"
