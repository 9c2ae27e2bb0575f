"""Whether she speaks of the treatment as done or as still to come, whatever our records say."""

from functools import cache

from care.reading import Phase
from messages.reading.patterns import Matcher, load


@cache
def _said(kind: str) -> Matcher:
    data = load("phases.yaml")
    return Matcher.of(data[kind], data["groups"])


def treated(marked: str) -> bool:
    """True when the text says that the treatment has been done."""
    return _said("treated").first(marked) is not None


def for_danger(marked: str, phase: Phase) -> Phase:
    """The phase in which signs are judged.

    Her word that she was treated counts even against our records: the visit may not be marked done yet.
    Her word that the visit is still to come counts only where we know nothing.
    """
    if treated(marked):
        return Phase.AFTER
    if phase is Phase.UNKNOWN and _said("ahead").first(marked):
        return Phase.BEFORE
    return phase
