"""The catalog as it is said: the words as shipped, and over them what the clinic decided itself.

Pure: a catalog and the clinic's last ruling on each wording make another catalog. The clinic's words
stay when a new release ships others; see docs/decisions/ for the rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from messages.catalog import Catalog
from messages.catalog_rules import catalog_problems
from messages.problem import Problem
from messages.wording import Addition, Approval, Withdrawal, Wording, version_of

#: Where these words stand, for reports on the wording.
CONSOLE = "approved on the page"
_WRITE_ANEW = "Until it is mended the words as shipped are said: write a new version on the page Protocols"


class Verdict(StrEnum):
    """What a clinician said about a wording."""

    APPROVED = "approved"  #: these words shall be said
    WITHDRAWN = "withdrawn"  #: nothing shall be said
    REVIEWED = "reviewed"  #: the words as shipped were read, and are right


@dataclass(frozen=True)
class Ruling:
    """The clinic's last word on one wording: the verdict, whose it is, and the words if it approved any."""

    wording: str
    verdict: Verdict
    by: str
    on: date
    texts: Mapping[str, str] = field(default_factory=dict)
    number: int | None = None  #: of the clinic's own version
    review_on: date | None = None
    translated: bool = False  #: a medical translator has read these translations
    reason: str = ""


@dataclass(frozen=True)
class Overlaid:
    """The catalog with the rulings over it, and those that this release can no longer take, with why."""

    catalog: Catalog
    refused: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def problems(self) -> list[Problem]:
        """What the clinic decided and this release cannot take, as findings."""
        return [
            Problem(CONSOLE, name, f"cannot be taken by this release: {found[0].problem}", _WRITE_ANEW)
            for name, found in self.refused.items()
        ]


def overlay(shipped: Catalog, rulings: Iterable[Ruling]) -> Overlaid:
    """The catalog with these rulings over it.

    A ruling on a wording that is gone is left aside. One that would make the catalog unsafe (a new
    release asks more of a wording) is refused: the words as shipped are said, and the check reports it.
    """
    known = [ruling for ruling in rulings if ruling.wording in shipped.wordings]
    if not known:
        return Overlaid(shipped)
    whole = _with(shipped, known)
    if not problems_of(whole):
        return Overlaid(whole)
    taken: list[Ruling] = []
    refused: dict[str, tuple[Problem, ...]] = {}
    for ruling in known:
        if found := problems_of(_with(shipped, [*taken, ruling])):
            refused[ruling.wording] = tuple(found)
        else:
            taken.append(ruling)
    return Overlaid(_with(shipped, taken), refused)


def problems_of(catalog: Catalog) -> list[Problem]:
    """What makes this catalog unsafe to send from."""
    return list(catalog_problems(catalog.protocols, catalog.wordings))


def _with(shipped: Catalog, rulings: Iterable[Ruling]) -> Catalog:
    ruled = {one.wording: ruled_on(shipped.wordings[one.wording], one) for one in rulings}
    return replace(shipped, wordings={**shipped.wordings, **ruled})


def ruled_on(wording: Wording, ruling: Ruling) -> Wording:
    """A wording as the ruling leaves it."""
    match ruling.verdict:
        case Verdict.WITHDRAWN:
            gone = Withdrawal(ruling.by, ruling.on, ruling.reason)
            return replace(wording, on=False, approved=None, withdrawn=gone)
        case Verdict.REVIEWED:
            signed = Approval(ruling.by, ruling.on, wording.own_version, ruling.review_on)
            return replace(wording, approved=signed) if wording.on else wording
        case Verdict.APPROVED:
            return worded(wording, ruling)


def worded(wording: Wording, ruling: Ruling) -> Wording:
    """A wording in the words that the clinic approved; its sentences of other sources are part of them."""
    version = version_of(ruling.texts)
    return replace(
        wording,
        texts=ruling.texts,
        version=version,
        own_version=version,
        on=True,
        approved=Approval(ruling.by, ruling.on, version, ruling.review_on),
        additions=tuple(_taken_up(one, ruling.texts) for one in wording.additions),
        draft_translation=wording.draft_translation and not ruling.translated,
        file=CONSOLE,
        number=ruling.number,
    )


def _taken_up(addition: Addition, texts: Mapping[str, str]) -> Addition:
    said = addition.texts["en"] in texts["en"]
    return replace(addition, on=said)
