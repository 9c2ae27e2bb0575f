"""What a clinician decides about the words: approve, reject, switch off, switch on again, read again.

One decision is made at a time. It is a row, and stands from the moment it is committed; the texts already
planned follow (:mod:`scheduler.taking_effect`). Nothing here changes what this process says: every process
reads the decision from the database, this one too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from messages.overlay import Verdict, overlay
from messages.problem import Problem
from messages.proofreading import Before, read_over
from messages.wording import Wording
from scheduler.booking import BadField
from scheduler.works import Works
from store.accounts import may_approve, staff_names
from store.audit import note
from store.database import retried
from store.outbox import recall
from store.proposals import APPROVED, REJECTED, WAITING, NewProposal, add_proposal, proposal_by_id
from store.rulings import last_rulings, rulings, rulings_on, take_turn, timing_of
from store.tables import OutboxText, Proposal, RulingRow
from store.today import locations
from store.wordings import store_wordings

#: How far ahead a review may be put, days.
REVIEW_IN = (91, 182, 365, 730)
NOT_YOURS = "Only a clinician or an admin decides what patients are told"
YOUR_OWN = "You wrote this version: your clinic asks for a second person. Somebody else must approve it"
LONGEST_REASON = 300  #: characters


@dataclass(frozen=True)
class Signing:
    """Who decides, and in how many days the words shall be read again."""

    actor: str
    review_in: int = 365


@retried
def approve(works: Works, proposal_id: str, signing: Signing) -> None:
    """Let a waiting version be said from now on. Raises BadField when it may not be, or is decided on."""
    with works.database.writing() as session:
        deciding = _Deciding(session, works, signing)
        proposal = _waiting(session, proposal_id)
        deciding.approve(proposal)
        proposal.status, proposal.decided_by, proposal.decided_at = APPROVED, signing.actor, deciding.now
    works.wake()


@retried
def approve_shipped(works: Works, name: str, version: str, signing: Signing) -> None:
    """Sign the words as shipped, exactly these: what was off until then is said. Raises BadField."""
    with works.database.writing() as session:
        deciding = _Deciding(session, works, signing)
        shipped = deciding.shipped(name)
        if shipped.version != version:
            raise BadField({"version": "These words have changed meanwhile: read them again"})
        if deciding.said(name).on:
            raise BadField({"version": f"{deciding.who_decided(name)} approved this wording already"})
        new = NewProposal(name, shipped.texts, written_by="", note="As shipped")
        proposal = add_proposal(session, new, APPROVED, deciding.now)
        proposal.decided_by, proposal.decided_at = signing.actor, deciding.now
        deciding.approve(proposal)
    works.wake()


@retried
def reject(works: Works, proposal_id: str, reason: str, actor: str) -> None:
    """Say no to a waiting version, and why; what is said stays as it is. Raises BadField."""
    said = _reason(reason)
    with works.database.writing() as session:
        deciding = _Deciding(session, works, Signing(actor))
        proposal = _waiting(session, proposal_id)
        proposal.status, proposal.reason = REJECTED, said
        proposal.decided_by, proposal.decided_at = actor, deciding.now
        deciding.note("wording rejected", proposal.wording, number=proposal.number)


@retried
def withdraw(works: Works, name: str, reason: str, actor: str) -> None:
    """Switch a wording off: its stand-in is said, or nothing. Raises BadField when nothing could stand in."""
    said = _reason(reason)
    with works.database.writing() as session:
        deciding = _Deciding(session, works, Signing(actor))
        if not deciding.said(name).on:
            raise BadField({"wording": "This wording is off already"})
        deciding.rule(name, Verdict.WITHDRAWN, reason=said)
        recall(session, OutboxText.wording == name, deciding.now)  # in hand, not yet handed over


@retried
def switch_on(works: Works, name: str, signing: Signing) -> None:
    """Say again what was said before it was switched off. Raises BadField when it is not off."""
    with works.database.writing() as session:
        deciding = _Deciding(session, works, signing)
        if not deciding.said(name).withdrawn:
            raise BadField({"wording": "This wording is not switched off"})
        before = next((row for row in rulings_on(session, name) if row.proposal_id), None)
        deciding.say_again(name, before)
    works.wake()


@retried
def reviewed(works: Works, name: str, version: str, signing: Signing) -> None:
    """The words said now were read again and are right. Raises BadField when they changed meanwhile."""
    with works.database.writing() as session:
        deciding = _Deciding(session, works, signing)
        said = deciding.said(name)
        if not said.on or said.version != version:
            raise BadField({"version": "These words have changed meanwhile: read them again"})
        deciding.say_again(name, last_rulings(session).get(name))


@retried
def reviewed_timing(works: Works, protocol: str, signing: Signing) -> None:
    """A protocol's timing was looked at and is right. Raises BadField."""
    with works.database.writing() as session:
        deciding = _Deciding(session, works, signing)
        if protocol not in works.shipped.protocols:
            raise BadField({"protocol": "There is no such protocol"})
        deciding.rule(timing_of(protocol), Verdict.REVIEWED)


class _Deciding:
    """One decision, while nobody else decides. Raises BadField for who may not."""

    def __init__(self, session: Session, works: Works, signing: Signing) -> None:
        take_turn(session)
        if not may_approve(session, signing.actor):
            raise BadField({"actor": NOT_YOURS})
        if signing.review_in not in REVIEW_IN:
            raise BadField({"review_in": "Choose when these words shall be read again"})
        self.session, self.works, self.signing, self.now = session, works, signing, works.clock()
        self._rulings = rulings(session)
        self.catalog = overlay(works.shipped, self._rulings).catalog

    def shipped(self, name: str) -> Wording:
        """A wording as this release has it."""
        if name not in self.works.shipped.wordings:
            raise BadField({"wording": "There is no such wording any more"})
        return self.works.shipped.wordings[name]

    def said(self, name: str) -> Wording:
        """The same as the clinic has it."""
        self.shipped(name)
        return self.catalog.wordings[name]

    def who_decided(self, name: str) -> str:
        """Who decided last about a wording, for whoever comes second."""
        row = last_rulings(self.session).get(name)
        return staff_names(self.session).get(row.by, row.by) if row else "Somebody"

    def approve(self, proposal: Proposal) -> None:
        """These words, once they pass the same reading as when they were written: the rules may be new."""
        if self.works.two_people and proposal.written_by == self.signing.actor:
            raise BadField({"actor": YOUR_OWN})
        self._read_over(proposal)
        self.rule(proposal.wording, Verdict.APPROVED, proposal)

    def say_again(self, name: str, before: RulingRow | None) -> None:
        """What was approved last, or the words as shipped."""
        if before is None or before.proposal_id is None:
            self.rule(name, Verdict.REVIEWED)
            return
        proposal = self.session.get_one(Proposal, before.proposal_id)
        self._read_over(proposal)
        self.rule(name, Verdict.APPROVED, proposal)

    def _read_over(self, proposal: Proposal) -> None:
        before = Before(self.shipped(proposal.wording), self.catalog)
        clinic = locations(self.session)[0].clinic
        if errors := read_over(before, proposal.texts, clinic).errors:
            raise BadField({"words": f"These words may not be said: {errors[0]}"})

    def rule(
        self, subject: str, verdict: Verdict, proposal: Proposal | None = None, reason: str = ""
    ) -> None:
        """Write the decision down, unless the catalog would be unsafe with it."""
        shipped = self.works.shipped.wordings.get(subject)
        row = RulingRow(
            subject=subject,
            verdict=verdict.value,
            proposal_id=proposal.id if proposal else None,
            shipped_version=shipped.version if shipped else "",
            by=self.signing.actor,
            at=self.now,
            reason=reason,
            review_on=self.now.date() + timedelta(days=self.signing.review_in),
            applied_at=self.now if shipped is None else None,
        )
        self.session.add(row)
        self.session.flush()
        if shipped:
            self._keep(subject, proposal, row)
        number = proposal.number if proposal else None
        self.note(f"wording {verdict.value}", subject, number=number)

    def _keep(self, name: str, proposal: Proposal | None, row: RulingRow) -> None:
        after = overlay(self.works.shipped, rulings(self.session))
        if name in after.refused:
            raise BadField({"wording": _why_unsafe(name, after.refused[name])})
        if proposal is not None:
            store_wordings(self.session, [after.catalog.wordings[name]], self.now)

    def note(self, action: str, subject: str, **detail: int | None) -> None:
        """Who decided what, for the audit."""
        note(self.session, self.signing.actor, action, ("wording", subject), self.now, **detail)


def _waiting(session: Session, proposal_id: str) -> Proposal:
    """A version that nobody has decided about; BadField says who did otherwise."""
    proposal = proposal_by_id(session, proposal_id)
    if proposal is None:
        raise BadField({"version": "There is no such version"})
    if proposal.status != WAITING:
        by = proposal.decided_by or ""
        who = staff_names(session).get(by, by) or "Somebody"
        what = {APPROVED: "approved", REJECTED: "rejected"}.get(proposal.status, "replaced")
        raise BadField({"version": f"{who} {what} this version already"})
    return proposal


def _reason(given: str) -> str:
    said = " ".join(given.split())
    if not 0 < len(said) <= LONGEST_REASON:
        raise BadField({"reason": f"Say why, in at most {LONGEST_REASON} characters"})
    return said


def _why_unsafe(name: str, problems: Sequence[Problem]) -> str:
    """Why a wording cannot be switched off, for staff."""
    needing = {problem.key.partition(":")[0] for problem in problems}
    if name in needing:
        return (
            "Patients count on this text, and nothing would be said in its place: write better words instead"
        )
    listed = ", ".join(sorted(other.replace("_", " ") for other in needing))
    return f"It is said in place of others that are off ({listed}): approve those first"
