"""How wordings are spoken of on the pages: their state, who stands behind them, what became of a version."""

from collections.abc import Mapping
from datetime import date

from handlers.console.looks import Look
from messages.wording import Source, Wording
from scheduler.standing import Standing, Version
from store.tables import Proposal

SAID = Look("In use", "check", "teal")
OFF = Look("Off: not approved", "circle-dashed", "skipped")
SWITCHED_OFF = Look("Switched off", "ban", "never")
WAITS = Look("New version waits", "hourglass", "amber")
REVIEW_DUE = Look("Review due", "calendar-clock", "amber")
SHIPPED_CHANGED = Look("Shipped words changed", "info", "plain")

#: Who says so, where nobody at the clinic has signed.
SOURCES = {
    Source.PAGE: "From the clinic’s own page",
    Source.SAFETY: "Emergency practice",
    Source.SERVICE: "Asked for by consent law, carriers or appointments",
    Source.PUBLISHED: "Published guidance, not this clinic’s own",
    Source.CLINIC: "Only the clinic can know",
}

#: What became of a version that the clinic wrote.
STATUSES = {
    "waiting": Look("Waits for approval", "hourglass", "amber"),
    "approved": Look("Approved", "check", "teal"),
    "rejected": Look("Rejected", "x", "never"),
    "replaced": Look("Replaced before it was decided", "circle-slash", "never"),
}

KINDS = {"timed": "Text", "reply": "Automatic reply", "answer": "Answer"}
VERDICTS = {"approved": "approved", "withdrawn": "switched off", "reviewed": "read again"}
#: How far ahead a review is put.
AHEAD = {91: "In 3 months", 182: "In 6 months", 365: "In a year", 730: "In two years"}


def state(one: Standing) -> Look:
    """Whether it is said."""
    if one.wording.withdrawn:
        return SWITCHED_OFF
    return SAID if one.wording.on else OFF


def badges(one: Standing, today: date) -> list[Look]:
    """What is out of the ordinary about a wording; nothing for one that is simply said."""
    found = [] if one.wording.on else [state(one)]
    if one.waiting:
        found.append(WAITS)
    if one.due(today):
        found.append(REVIEW_DUE)
    if one.shipped_changed:
        found.append(SHIPPED_CHANGED)
    return found


def who(wording: Wording) -> str:
    """Who stands behind the words: a clinician, or where they come from."""
    if wording.approved and wording.on:
        version = f"version {wording.number}, " if wording.number else ""
        said = f"{version}approved by {wording.approved.by}, {day(wording.approved.on)}"
        return said[:1].upper() + said[1:]
    return SOURCES[wording.source]


def day(on: date) -> str:
    """``Dec 8, 2026``."""
    return f"{on:%b} {on.day}, {on.year}"


def title_of_version(one: Version) -> str:
    """``Version 3``, or ``As shipped``."""
    return f"Version {one.number}" if one.number else "As shipped"


def person(username: str, names: Mapping[str, str]) -> str:
    """A name at the start of a sentence."""
    name = names.get(username, username)
    return name[:1].upper() + name[1:]


def written(proposal: Proposal, names: Mapping[str, str]) -> str:
    """``Kim Reyes wrote version 2: shorter``."""
    note = f": {proposal.note}" if proposal.note else ""
    return f"{person(proposal.written_by, names)} wrote version {proposal.number}{note}"


def status(proposal: Proposal) -> Look:
    """What became of it."""
    return STATUSES[proposal.status]
