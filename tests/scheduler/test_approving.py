"""Words are decided by clinicians; every process takes a decision up; texts that are planned follow."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from care.delivery import Status
from scheduler import approving
from scheduler.approving import Signing, approve, approve_shipped, reject, reviewed, switch_on, withdraw
from scheduler.booking import BadField
from scheduler.chores import do_chores
from scheduler.dispatch import claim, dispatch
from scheduler.planning import NOT_APPROVED, WITHDRAWN
from scheduler.proposing import Writing, propose
from scheduler.works import Works
from store.accounts import NewStaff, create_staff
from store.outbox import Lane
from store.proposals import proposals_of
from store.rulings import rulings_on
from store.tables import AuditEntry, RulingRow, WordingVersion
from tests.cast import House, press_at_once

NEW = {
    "en": "{clinic}: One week on, how is your skin? Call {phone}.",
    "es": "{clinic}: Una semana después, ¿cómo está su piel? Llame al {phone}.",
    "pt": "{clinic}: Uma semana depois, como está sua pele? Ligue {phone}.",
}


@pytest.fixture(autouse=True)
def staff(house):
    """Kim writes; Dr. Lee and Dr. Ray may approve."""
    with house.works.database.writing() as session:
        for username, name, role in (
            ("kim", "Kim Reyes", "front_desk"),
            ("lee", "Dr. Lee", "clinician"),
            ("ray", "Dr. Ray", "admin"),
        ):
            create_staff(session, NewStaff(username, name, "a long password here", role), house.clock())


def write(works, name="one_week", texts=None, by="kim", seen=0, **more):
    return propose(works, Writing(name, texts or NEW, seen, **more), by)


def another(house: House) -> Works:
    """A second process of the same clinic: its own works, the same database."""
    return replace(house.works)


def said(works: Works, name: str) -> str | None:
    found = works.catalog.say(name, "en")
    return found and found[1]


def looked(works: Works) -> Works:
    with works.database.reading() as session:
        works.renew(session)
    return works


def rows(house, table):
    with house.look() as session:
        return list(session.scalars(select(table).order_by(table.id)))


# Writing


def test_a_new_version_is_off_and_the_old_words_go_on_being_said(house):
    before = said(house.works, "one_week")
    proposal = write(house.works, note="Shorter")
    assert (proposal.number, proposal.status, proposal.written_by) == (1, "waiting", "kim")
    assert said(looked(house.works), "one_week") == before


def test_unsafe_words_are_refused_by_language_and_nothing_is_kept(house):
    with pytest.raises(BadField) as refused:
        write(house.works, texts={**NEW, "en": "{clinic}: Stop your medicine. {phone}", "pt": ""})
    assert set(refused.value.problems) == {"pt"}
    with pytest.raises(BadField) as refused:
        write(house.works, texts={**NEW, "en": "{clinic}: Stop your medicine. {phone}"})
    assert set(refused.value.problems) == {"en"}
    with house.look() as session:
        assert proposals_of(session, "one_week") == []


def test_the_words_that_are_said_already_are_no_new_version(house):
    with pytest.raises(BadField, match="said already"):
        write(house.works, texts=house.works.shipped.wordings["one_week"].texts)


def test_the_second_of_two_writers_is_told_and_keeps_what_she_typed(house):
    write(house.works, by="kim")
    with pytest.raises(BadField, match="Kim Reyes kept version 1 meanwhile"):
        write(house.works, by="ray", texts={**NEW, "en": "{clinic}: Other words. {phone}"})
    newer = write(house.works, by="ray", texts={**NEW, "en": "{clinic}: Other words. {phone}"}, seen=1)
    with house.look() as session:
        assert [(one.number, one.status) for one in proposals_of(session, "one_week")] == [
            (2, "waiting"),
            (1, "replaced"),
        ]
    assert newer.number == 2


# Approving


def test_an_approved_version_is_said_by_every_process_once_it_looks(house):
    other = another(house)
    proposal = write(house.works)
    approve(house.works, proposal.id, Signing("lee"))
    assert said(other, "one_week") != NEW["en"], "it has not looked yet"
    assert said(looked(other), "one_week") == said(looked(house.works), "one_week") == NEW["en"]
    assert other.catalog.wordings["one_week"].approved.by == "Dr. Lee"


@pytest.mark.parametrize(
    ("writer", "approver", "two_people", "why"),
    [
        pytest.param("kim", "lee", True, None, id="a clinician signs another's words"),
        pytest.param("lee", "ray", True, None, id="an admin signs a clinician's"),
        pytest.param("lee", "lee", True, "second person", id="never her own, where two are asked for"),
        pytest.param("lee", "lee", False, None, id="her own, in a clinic of one"),
        pytest.param("ray", "kim", True, "Only a clinician", id="never the front desk"),
        pytest.param("kim", "kim", False, "Only a clinician", id="nor its own words in a clinic of one"),
        pytest.param("kim", "nobody", True, "Only a clinician", id="nor who has no account"),
    ],
)
def test_who_may_approve(house, writer, approver, two_people, why):
    works = replace(house.works, two_people=two_people)
    proposal = write(works, by=writer)
    if why:
        with pytest.raises(BadField, match=why):
            approve(works, proposal.id, Signing(approver))
    else:
        approve(works, proposal.id, Signing(approver))
    assert (said(looked(works), "one_week") == NEW["en"]) is (why is None)


def test_words_that_are_off_as_shipped_are_signed_as_they_stand(house):
    shipped = house.works.shipped.wordings["bleeding"]
    with pytest.raises(BadField, match="changed meanwhile"):
        approve_shipped(house.works, "bleeding", "other", Signing("lee"))
    approve_shipped(house.works, "bleeding", shipped.version, Signing("lee"))
    assert looked(house.works).catalog.say("bleeding", "en")[0].version == shipped.version
    with pytest.raises(BadField, match=r"Dr\. Lee approved this wording already"):
        approve_shipped(house.works, "bleeding", shipped.version, Signing("ray"))


def test_a_rejected_version_is_never_said_and_says_why(house):
    proposal = write(house.works)
    with pytest.raises(BadField, match="Say why"):
        reject(house.works, proposal.id, " ", "lee")
    reject(house.works, proposal.id, "Too cheerful", "lee")
    with pytest.raises(BadField, match=r"Dr\. Lee rejected this version already"):
        approve(house.works, proposal.id, Signing("ray"))
    assert said(looked(house.works), "one_week") != NEW["en"]
    with house.look() as session:
        assert proposals_of(session, "one_week")[0].reason == "Too cheerful"


def test_of_two_who_approve_at_once_one_is_told_and_it_is_approved_once(house):
    proposal = write(house.works)
    said = press_at_once(lambda who: approve(house.works, proposal.id, Signing(who)), "lee", "ray")
    assert sorted(told.rpartition(" ")[2] for told in said.values()) == ["", "already"]
    with house.look() as session:
        assert len(rulings_on(session, "one_week")) == 1


def test_of_two_who_write_at_once_one_is_told_and_both_never_wait(house):
    def press(who: str) -> None:
        write(house.works, by=who, texts={**NEW, "en": f"{{clinic}}: From {who}. {{phone}}"})

    first, second = sorted(press_at_once(press, "kim", "ray").values())
    assert first == ""
    assert "meanwhile" in second
    with house.look() as session:
        assert [one.status for one in proposals_of(session, "one_week")] == ["waiting"]


def test_a_decision_that_fails_half_way_leaves_nothing_behind(house, monkeypatch):
    proposal = write(house.works)
    monkeypatch.setattr(approving, "store_wordings", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        approve(house.works, proposal.id, Signing("lee"))
    assert rows(house, RulingRow) == []
    assert said(looked(house.works), "one_week") != NEW["en"], "what is not committed is never said"


# What leaves


def done(house, day="2026-12-11") -> None:
    house.book(f"{day} 14:00")
    house.until(f"{day} 15:30")
    house.change(status="fulfilled", ended_at=f"{day} 15:30")


def test_a_running_sender_takes_up_an_approval_and_the_text_records_the_version(house):
    done(house)
    sender = another(house)
    house.until("2026-12-18 09:00")
    proposal = write(house.works)
    approve(house.works, proposal.id, Signing("lee"))
    house.clock.move_to(house.clock() + timedelta(hours=1, minutes=1))
    dispatch(sender)
    [text] = house.outbox(step="one_week")
    assert text.body.startswith("Sample Skin Clinic: One week on, how is your skin?")
    assert (text.wording, text.wording_version) == ("one_week", proposal.version)
    kept = [row for row in rows(house, WordingVersion) if row.version == proposal.version]
    assert {row.language: row.text for row in kept} == NEW


def test_a_text_that_was_off_is_planned_once_its_words_are_approved_and_leaves(house):
    done(house)
    [text] = house.outbox(step="day_three")
    assert (text.status, text.reason) == (Status.SUPPRESSED, NOT_APPROVED)
    version = house.works.shipped.wordings["day_three"].version
    approve_shipped(house.works, "day_three", version, Signing("lee"))
    do_chores(house.works)
    [text] = house.outbox(step="day_three")
    assert text.status == Status.PLANNED
    house.until("2026-12-14 12:00")
    assert ("Mon 12-14 11:00", "day_three") in house.sent()
    assert house.outbox(step="day_three")[0].wording_version == version


def test_a_withdrawal_stops_what_is_planned_and_switching_on_brings_it_back(house):
    done(house)
    withdraw(house.works, "one_week", "It confuses people", "lee")
    do_chores(house.works)
    [text] = house.outbox(step="one_week")
    assert (text.status, text.reason) == (Status.SUPPRESSED, WITHDRAWN)
    with pytest.raises(BadField, match="off already"):
        withdraw(house.works, "one_week", "Again", "ray")
    switch_on(house.works, "one_week", Signing("ray"))
    do_chores(house.works)
    assert house.outbox(step="one_week")[0].status == Status.PLANNED
    assert said(house.works, "one_week") == house.works.shipped.wordings["one_week"].texts["en"]


def test_a_withdrawal_stops_a_sender_that_no_chore_has_reached(house):
    done(house)
    house.until("2026-12-18 09:59")
    sender = looked(another(house))
    withdraw(house.works, "one_week", "It is wrong", "lee")
    house.clock.move_to(house.clock() + timedelta(minutes=2))
    dispatch(sender)
    [text] = house.outbox(step="one_week")
    assert (text.status, text.reason) == (Status.SUPPRESSED, WITHDRAWN)
    assert "one_week" not in [name for _, name in house.sent()]


def test_a_withdrawal_takes_back_a_text_that_waits_for_a_free_line(house):
    done(house)
    house.until("2026-12-18 09:59")
    house.clock.move_to(house.clock() + timedelta(minutes=2))
    _, _, batch = claim(house.works, tuple(Lane))
    assert len(batch) == 1
    withdraw(house.works, "one_week", "It is wrong", "lee")
    [text] = house.outbox(step="one_week")
    assert text.recalled_at == house.clock(), "the sender lets go of it before it is handed over"


def test_an_answer_is_given_in_the_words_approved_a_moment_ago(house):
    house.book("2026-12-20 14:00")
    house.tick(minutes=1)
    words = {"en": "{clinic}: Leave retinol for 5 days before."}
    everywhere = {**house.works.shipped.wordings["about_retinol"].texts, **words}
    proposal = write(house.works, "about_retinol", everywhere)
    other = another(house)
    approve(house.works, proposal.id, Signing("lee"))
    asking = House(other, house.carrier, house.clock)
    asking.text_in("when do i stop retinol")
    assert house.words()[-1].endswith("Leave retinol for 5 days before.")
    withdraw(house.works, "about_retinol", "It is not right", "lee")
    asking.text_in("can i use retinol")
    assert "Leave retinol" not in house.words()[-1]


def test_replanning_reads_the_decision_itself(house):
    approve_shipped(
        house.works, "day_three", house.works.shipped.wordings["day_three"].version, Signing("lee")
    )
    fresh = House(another(house), house.carrier, house.clock)
    fresh.book("2026-12-11 14:00")
    fresh.until("2026-12-11 15:30")
    fresh.change(status="fulfilled", ended_at="2026-12-11 15:30")
    assert house.outbox(step="day_three")[0].status == Status.PLANNED


def test_an_approval_that_no_chore_finished_is_finished_by_the_next(house, monkeypatch):
    done(house)
    version = house.works.shipped.wordings["day_three"].version
    approve_shipped(house.works, "day_three", version, Signing("lee"))
    with monkeypatch.context() as broken:
        broken.setattr("scheduler.taking_effect.replan", lambda *_: 1 / 0)
        do_chores(house.works)
    assert house.outbox(step="day_three")[0].status == Status.SUPPRESSED
    do_chores(house.works)
    assert house.outbox(step="day_three")[0].status == Status.PLANNED
    do_chores(house.works)
    assert [row.applied_at is not None for row in rows(house, RulingRow)] == [True]


@pytest.mark.parametrize("name", ["emergency", "urgent", "handoff", "welcome", "page_staff"])
def test_what_patients_count_on_cannot_be_switched_off(house, name):
    with pytest.raises(BadField):
        withdraw(house.works, name, "I would rather not", "lee")
    assert rows(house, RulingRow) == []


# Reviews, and who did what


def test_reading_again_moves_the_review_and_leaves_the_words(house):
    wording = house.works.catalog.wordings["one_week"]
    with pytest.raises(BadField, match="changed meanwhile"):
        reviewed(house.works, "one_week", "other", Signing("lee", 91))
    reviewed(house.works, "one_week", wording.version, Signing("lee", 91))
    again = looked(house.works).catalog.wordings["one_week"]
    assert (again.texts, again.version) == (wording.texts, wording.version)
    assert again.approved.review_on == house.clock().date() + timedelta(days=91)


def test_a_review_that_is_near_is_one_routine_ticket_in_office_hours(house):
    wording = house.works.catalog.wordings["one_week"]
    reviewed(house.works, "one_week", wording.version, Signing("lee", 91))
    reviewed(
        house.works, "day_before", house.works.catalog.wordings["day_before"].version, Signing("lee", 91)
    )
    house.tick(days=76)
    assert house.tickets(kind="review") == []
    house.tick(hours=17)
    assert house.tickets(kind="review") == [], "not at night"
    house.tick(hours=6)
    house.tick(minutes=1)
    [ticket] = house.tickets(kind="review")
    assert (ticket.urgency, ticket.mobile) == (1, "")
    assert ticket.reason.startswith("2 wordings and protocols are due to be read again")


def test_every_decision_is_noted_with_who_made_it(house):
    proposal = write(house.works)
    approve(house.works, proposal.id, Signing("lee"))
    withdraw(house.works, "one_week", "Why", "ray")
    noted = [(row.actor, row.action, row.subject_id) for row in rows(house, AuditEntry)]
    assert noted == [
        ("kim", "wording written", "one_week"),
        ("lee", "wording approved", "one_week"),
        ("ray", "wording withdrawn", "one_week"),
    ]
