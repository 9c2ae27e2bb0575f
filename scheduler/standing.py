"""How each wording stands: what is said, what waits, who decided last, when it shall be read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from messages.overlay import Verdict
from messages.problem import Problem
from messages.review import is_near, review_on
from messages.wording import Wording
from scheduler.works import Works
from store.proposals import APPROVED, proposals_of, waiting
from store.rulings import last_rulings
from store.tables import Proposal, RulingRow
from store.wordings import kept_since, versions_of


@dataclass(frozen=True)
class Standing:
    """One wording: as it is said, as it is shipped, and what a clinician should look at."""

    wording: Wording
    shipped: Wording
    waiting: Proposal | None
    ruling: RulingRow | None
    review_on: date | None
    refused: Sequence[Problem] = ()  #: why this release cannot say what the clinic approved

    @property
    def off(self) -> bool:
        """Nobody has approved these words yet."""
        return not self.wording.on and self.wording.withdrawn is None

    @property
    def shipped_changed(self) -> bool:
        """The clinic decided about these words, and a later release ships others."""
        ruled = self.ruling is not None and self.ruling.verdict != Verdict.REVIEWED.value
        return ruled and self.ruling is not None and self.ruling.shipped_version != self.shipped.version

    def due(self, today: date) -> bool:
        """It shall be read again soon, or should have been."""
        return is_near(self.review_on, today)


def standings(session: Session, works: Works) -> Mapping[str, Standing]:
    """Every wording, as this process says it now."""
    waits = {one.wording: one for one in waiting(session)}
    ruled, since = last_rulings(session), kept_since(session)
    overlaid = works.current.overlaid
    found = {}
    for name, wording in overlaid.catalog.wordings.items():
        kept = since.get((name, wording.version))
        found[name] = Standing(
            wording=wording,
            shipped=works.shipped.wordings[name],
            waiting=waits.get(name),
            ruling=ruled.get(name),
            review_on=review_on(wording, kept.date() if kept else None),
            refused=overlaid.refused.get(name, ()),
        )
    return found


@dataclass(frozen=True)
class Version:
    """One version of a wording that the clinic has: its own, or as shipped (no number)."""

    key: str  #: what its address calls it: the number, or the hash of shipped words
    version: str
    texts: Mapping[str, str]
    at: datetime
    proposal: Proposal | None = None

    @property
    def number(self) -> int | None:
        """None: as shipped."""
        return self.proposal.number if self.proposal and self.proposal.written_by else None


def versions(session: Session, name: str) -> list[Version]:
    """Every version of a wording, the newest first. Words signed as shipped are those as shipped."""
    proposals = proposals_of(session, name)
    own = [Version(str(one.number), one.version, one.texts, one.written_at, one) for one in proposals]
    written = {one.version for one in proposals if one.written_by}
    signed = {one.version: one for one in proposals if not one.written_by and one.status == APPROVED}
    texts: dict[str, dict[str, str]] = {}
    began: dict[str, datetime] = {}
    for row in versions_of(session, [name]):
        texts.setdefault(row.version, {})[row.language] = row.text
        began[row.version] = row.stored_at
    shipped = [
        Version(version, version, said, began[version], signed.get(version))
        for version, said in texts.items()
        if version not in written
    ]
    found = [one for one in own if one.proposal and one.proposal.written_by] + shipped
    return sorted(found, key=lambda one: one.at, reverse=True)
