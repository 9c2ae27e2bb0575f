"""Filling a wording with the facts of one visit. Nothing half-filled ever leaves."""

import re
from collections.abc import Mapping

#: Known whenever anything is said; and of every visit.
ALWAYS = frozenset({"clinic", "phone", "hours", "address"})
VISIT = frozenset({"day", "time"})
_AROUND = frozenset({"date5", "date2", "time24", "due", "n"})
_ALERT = frozenset({"urgency", "ticket", "link", "open", "overdue"})

#: What each kind of wording may ask for: what is known at the moment it is said.
PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "timed": ALWAYS | VISIT | _AROUND,
    "reply": ALWAYS | VISIT | _ALERT,
    "answer": ALWAYS,
}

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


class RenderError(ValueError):
    """A wording could not be filled. ``placeholder`` had no value; ``{`` stands for a loose brace."""

    def __init__(self, placeholder: str) -> None:
        self.placeholder = placeholder
        super().__init__(f"nothing to say for {{{placeholder}}}" if placeholder != "{" else "a loose brace")


def placeholders(template: str) -> tuple[str, ...]:
    """The names in braces, in order, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))


def render(template: str, values: Mapping[str, str]) -> str:
    """``template`` with every ``{name}`` filled from ``values``; values are never filled in turn.

    Raises RenderError when a value is missing or blank, or when a brace would be left.
    """

    def fill(match: re.Match[str]) -> str:
        value = values.get(match[1], "").strip()
        if not value:
            raise RenderError(match[1])
        return value

    text = _PLACEHOLDER.sub(fill, template)
    if "{" in text or "}" in text:
        raise RenderError("{")
    return text
