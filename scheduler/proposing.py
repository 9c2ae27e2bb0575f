"""Somebody writes new words: a new version beside the one that is said, off until a clinician approves it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from messages.overlay import overlay
from messages.proofreading import Before, Proof, language_of, read_over, tidy
from messages.wording import version_of
from scheduler.booking import BadField
from scheduler.works import Works
from store.accounts import staff_names
from store.audit import note
from store.database import retried
from store.proposals import (
    WAITING,
    NewProposal,
    add_proposal,
    last_number,
    proposals_of,
    replace_waiting,
)
from store.rulings import rulings, take_turn
from store.tables import Proposal
from store.today import locations

LONGEST_NOTE = 300  #: characters


@dataclass(frozen=True)
class Writing:
    """What somebody typed. ``seen``: the number of the newest version when the form was opened."""

    wording: str
    texts: Mapping[str, str]
    seen: int
    note: str = ""
    translated: bool = False


@retried
def propose(works: Works, wrote: Writing, actor: str) -> Proposal:
    """Keep a new version, to wait for a clinician. An older one that still waits is replaced.

    Raises BadField, by language, when the words are unsafe; when somebody else was faster; or when
    nothing changed.
    """
    now = works.clock()
    texts = tidy(wrote.texts)
    with works.database.writing() as session:
        take_turn(session)
        before = before_of(session, works, wrote.wording)
        _refuse(read_over(before, texts, locations(session)[0].clinic))
        if version_of(texts) == before.said.version and before.said.on:
            raise BadField({"texts": "These are the words that are said already: nothing was kept"})
        if last_number(session, wrote.wording) != wrote.seen:
            raise BadField({"seen": _who_was_faster(session, wrote.wording)})
        replace_waiting(session, wrote.wording, actor, now)
        new = NewProposal(
            wrote.wording, texts, actor, " ".join(wrote.note.split())[:LONGEST_NOTE], wrote.translated
        )
        proposal = add_proposal(session, new, WAITING, now)
        subject = ("wording", wrote.wording)
        note(session, actor, "wording written", subject, now, number=proposal.number)
    return proposal


def before_of(session: Session, works: Works, name: str) -> Before:
    """What new words would take the place of. Raises BadField for a wording that is gone."""
    if name not in works.shipped.wordings:
        raise BadField({"wording": "There is no such wording any more"})
    return Before(works.shipped.wordings[name], overlay(works.shipped, rulings(session)).catalog)


def _refuse(proof: Proof) -> None:
    problems: dict[str, str] = {}
    for one in proof.errors:
        said = f"{one.problem[:1].upper()}{one.problem[1:]}. {one.fix}"
        problems.setdefault(language_of(one) or "texts", said)
    if problems:
        raise BadField(problems)


def _who_was_faster(session: Session, wording: str) -> str:
    newest = proposals_of(session, wording)[0]
    name = staff_names(session).get(newest.written_by, newest.written_by)
    return f"{name or 'Somebody'} kept version {newest.number} meanwhile: read it, then keep yours again"
