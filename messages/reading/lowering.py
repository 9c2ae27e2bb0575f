"""What makes a sign less than it says: "no fever", "I get cold sores", "what if", "my friend had"."""

import re
from functools import cache

from messages.reading.patterns import Hit, expand, load

_SENTENCE_END = re.compile(r"[.?] ")


@cache
def _before(kind: str) -> re.Pattern[str]:
    """The words of one kind, directly before a sign; a comma ends their reach unless it is listed."""
    rules = load("lowering.yaml")
    return _compiled("|".join(expand(one, rules["groups"]) for one in rules[f"{kind}_before"]), end="$")


@cache
def _after() -> re.Pattern[str]:
    rules = load("lowering.yaml")
    return _compiled("|".join(rules["history_after"]), end="", start="")


@cache
def _now() -> re.Pattern[str]:
    return re.compile(rf" (?:{'|'.join(load('lowering.yaml')['now'])}) ")


def _compiled(regex: str, end: str, start: str = "(?<= )") -> re.Pattern[str]:
    regex = re.sub(r"\((?!\?)", "(?:", regex)
    regex = re.sub(r"(?<=[a-z])\*", "[a-z]*", regex)
    regex = regex.replace(".{0,", "[^,]{0,") if end else regex
    return re.compile(f"{start}(?:{regex}){end}")


def why_lowered(marked: str, hit: Hit, *, urgent_only: bool) -> str:
    """Why this sign counts less: negated, history, hypothesis, someone else; empty when it counts.

    ``urgent_only``: an emergency row, which neither a habit nor another person lowers.
    """
    start = 0
    for end in _SENTENCE_END.finditer(marked, 0, hit.start):
        start = end.end() - 1
    before = marked[start : hit.start]
    stop = _SENTENCE_END.search(marked, hit.end)
    after = marked[hit.end : stop.start() if stop else None]
    if _before("negated").search(before):
        return "negated"
    happening = _now().search(marked[start : stop.start() if stop else None] + " ")
    if not happening and _before("hypothesis").search(before):
        return "hypothesis"
    if not happening and _after().match(after):
        return "history"
    if urgent_only:
        return ""
    if not happening and _before("history").search(before):
        return "history"
    return "someone else" if not happening and _before("someone_else").search(before) else ""
