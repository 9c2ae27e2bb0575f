"""Signs that healing skin shows as expected: pink, a little puffy, dry, itchy (in ``topics.yaml``)."""

import re
from functools import cache

from messages.reading.patterns import Matcher, load
from messages.reading.topics import Found, alternatives

_DAY = re.compile(
    r" (?:day|dia) (\d{1,2}) | (\d{1,2}) (?:days?|dias) (?:after|post|later|despues|depois|ago|since) "
)
_WEEK = re.compile(
    r" (\d|a|one|two|three|una|dos|tres|uma|duas) (?:weeks?|semanas?) "
    r"(?:later|after|post|on|in|despues|depois) "
)
_NUMBERS = {"a": 1, "one": 1, "una": 1, "uma": 1, "two": 2, "dos": 2, "duas": 2, "three": 3, "tres": 3}
BRIEF = 4  #: so few words without a question are about herself
RANK = 4  #: above vague topics, below the unmistakable ones


@cache
def _signs() -> dict[str, Matcher]:
    data = load("topics.yaml")
    return {
        topic: Matcher.of([alternatives(listed) for listed in languages.values()], data["groups"])
        for topic, languages in data["symptoms"].items()
    }


@cache
def _cue(kind: str) -> Matcher:
    data = load("topics.yaml")
    return Matcher.of([alternatives(data["cues"][kind])], data["groups"])


def find(marked: str) -> Found | None:
    """The expected sign that she says she has, or asks about as her own; None for a general question."""
    mine = _cue("mine").first(marked)
    if _cue("future").first(marked):
        return None
    general = _cue("general").first(marked)
    brief = len(marked.split()) <= BRIEF and "?" not in marked
    if general and not (mine and mine.start < general.start):
        return None
    if not mine and not brief:
        return None
    for topic, signs in _signs().items():
        hit = signs.first(marked)
        if hit:
            return Found(topic, hit.words, RANK, "sign")
    return None


def days_said(marked: str) -> int | None:
    """Days since the treatment, when the text itself tells: "day 10", "2 weeks later"."""
    day = _DAY.search(marked)
    if day:
        return int(day.group(1) or day.group(2))
    week = _WEEK.search(marked)
    if week:
        return 7 * (_NUMBERS.get(week.group(1)) or int(week.group(1)))
    return None
