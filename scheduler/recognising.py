"""Is one of these texts ours? The carrier's list knows no id of ours: only the mobile, the words, the time.

A text that was worded before it was handed over is found by its words. One that a restored copy has as
planned was never worded here: it is found by any words that its step may have carried, in any version
and language, because what was known of her when it left may be missing from the copy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from care.protocol import Step
from carriers.base import SeenText
from messages.render import RenderError, render
from messages.segments import fold
from scheduler.words import visit_values
from scheduler.works import Works
from store.claims import known_sids
from store.tables import Appointment, OutboxText, WordingVersion
from store.visits import find_enrolment
from store.wordings import versions_of


def recognise(session: Session, works: Works, row: OutboxText, seen: Sequence[SeenText]) -> SeenText | None:
    """The carrier's own entry for this text, if it is among those seen and no other text of ours.

    A carrier that redacts shows no words at all: such a text may be ours, and is taken as ours.
    The words of a text that was never worded here are written on its row.
    """
    to_her = [text for text in seen if text.to == row.mobile]
    taken = known_sids(session, [text.sid for text in to_her])
    free = [text for text in to_her if text.sid not in taken]
    if row.body is not None:
        return next((text for text in free if text.body in (row.body, "")), None)
    worded = _Worded.of(session, works, row)
    for text in free:
        if not text.body:
            return text
        if worded is not None and (version := worded.version_of(text)):
            row.body, row.rung = text.body, worded.rungs[version.name]
            row.wording, row.wording_version, row.language = version.name, version.version, version.language
            return text
    return None


@dataclass(frozen=True)
class _Worded:
    """All that one timed text may have said: wordings by name, with the rung each stands on."""

    visit: Appointment
    rungs: dict[str, int]
    versions: Sequence[WordingVersion]

    @classmethod
    def of(cls, session: Session, works: Works, row: OutboxText) -> "_Worded | None":
        """None for a text that belongs to no course."""
        enrolment = find_enrolment(session, row.enrolment_id) if row.enrolment_id else None
        if enrolment is None or row.step is None:
            return None
        step = works.protocol_of(enrolment.protocol_version).step(row.step)
        rungs = dict(reversed(list(_wordings(works, step))))  # where two rungs share one, the first counts
        return cls(enrolment.appointment, rungs, versions_of(session, rungs))

    def version_of(self, text: SeenText) -> WordingVersion | None:
        """Which version of which wording these words are; accents may have been folded away."""
        said = fold(text.body)
        return next((one for one in self.versions if self._says(one, text.created_at) == said), None)

    def _says(self, version: WordingVersion, at: datetime) -> str | None:
        try:
            return fold(render(version.text, visit_values(self.visit, version.language, at)))
        except RenderError:
            return None  # it needs what is not known: it cannot have left


def _wordings(works: Works, step: Step) -> Iterator[tuple[str, int]]:
    """(wording, rung) of all that this step may say, with what stands in until a wording is approved."""
    for number, rung in enumerate(step.ladder):
        for name in (rung.text.default, *rung.text.by_value.values()):
            yield name, number
            said = works.catalog.say(name, "en") if name in works.catalog.wordings else None
            if said is not None:
                yield said[0].id, number
