"""Decisions about words: the last one counts, the revision grows with each, versions are counted."""

from datetime import UTC, date, datetime

from messages.overlay import Verdict
from store.accounts import NewStaff, approvers, create_staff, disable_staff, may_approve
from store.proposals import (
    APPROVED,
    WAITING,
    NewProposal,
    add_proposal,
    last_number,
    replace_waiting,
    waiting,
)
from store.rulings import last_rulings, mark_applied, not_applied, revision, rulings
from store.tables import RulingRow

NOW = datetime(2026, 12, 8, 16, tzinfo=UTC)
WORDS = {"en": "{clinic}: Hi", "es": "{clinic}: Hola"}


def rule(session, subject, verdict=Verdict.WITHDRAWN, **more):
    more |= {"shipped_version": "x", "by": "lee", "at": NOW, "reason": ""}
    row = RulingRow(subject=subject, verdict=verdict.value, **more)
    session.add(row)
    session.flush()
    return row


def test_the_last_decision_on_each_wording_counts(database):
    with database.writing() as session:
        create_staff(session, NewStaff("lee", "Dr. Lee", "a long password here", "clinician"), NOW)
        words = add_proposal(session, NewProposal("one_week", WORDS, "kim"), APPROVED, NOW)
        rule(session, "one_week")
        rule(session, "welcome")
        rule(session, "one_week", Verdict.APPROVED, proposal_id=words.id, review_on=date(2027, 1, 1))
    with database.reading() as session:
        found = {one.wording: one for one in rulings(session)}
        assert set(found) == {"one_week", "welcome"} == set(last_rulings(session))
        last = found["one_week"]
        assert (last.verdict, last.by, last.texts, last.number) == (Verdict.APPROVED, "Dr. Lee", WORDS, 1)
        assert last.review_on == date(2027, 1, 1)


def test_the_revision_grows_with_every_decision(database):
    seen = []
    for _ in range(3):
        with database.writing() as session:
            seen.append(revision(session))
            rule(session, "one_week")
    assert seen == [0, 1, 2]


def test_versions_are_counted_for_each_wording_and_a_newer_one_replaces_what_waits(database):
    with database.writing() as session:
        add_proposal(session, NewProposal("one_week", WORDS, "kim"), WAITING, NOW)
        add_proposal(session, NewProposal("welcome", WORDS, "kim"), WAITING, NOW)
        replace_waiting(session, "one_week", "ana", NOW)
        newer = add_proposal(session, NewProposal("one_week", WORDS, "ana"), WAITING, NOW)
        assert (newer.number, last_number(session, "welcome"), last_number(session, "day_three")) == (2, 1, 0)
        assert {(one.wording, one.number) for one in waiting(session)} == {("one_week", 2), ("welcome", 1)}


def test_what_was_applied_is_not_applied_again(database):
    with database.writing() as session:
        first, second = rule(session, "one_week"), rule(session, "welcome")
        assert [one.id for one in not_applied(session)] == [first.id, second.id]
        mark_applied(session, first.id, NOW)
        session.flush()
        assert [one.id for one in not_applied(session)] == [second.id]


def test_only_an_active_clinician_or_admin_decides_about_words(database):
    with database.writing() as session:
        for role in ("front_desk", "clinician", "admin"):
            create_staff(session, NewStaff(role, role.title(), "a long password here", role), NOW)
        create_staff(session, NewStaff("gone", "Gone", "a long password here", "clinician"), NOW)
        disable_staff(session, "gone")
        names = ("front_desk", "clinician", "admin", "gone", "nobody")
        assert [name for name in names if may_approve(session, name)] == ["clinician", "admin"]
        assert [one.username for one in approvers(session)] == ["admin", "clinician"]
