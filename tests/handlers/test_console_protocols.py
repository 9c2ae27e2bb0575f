"""Protocols: what is said, when, who approved it; writing, approving and switching off by whoever may."""

import re
import threading
from dataclasses import replace

import pytest

from handlers.access import Secrets, Wiring
from handlers.app import create_app
from scheduler.approving import Signing, approve
from scheduler.chores import do_chores
from scheduler.proposing import Writing, propose
from store.proposals import proposals_of
from store.rulings import rulings_on
from tests.cast import House
from tests.handlers.conftest import Desk, add_staff

HERE = "/protocols/wordings/one_week"
NEW = {
    "en": "{clinic}: One week on, how is your skin? Call {phone}.",
    "es": "{clinic}: Una semana después, ¿cómo está su piel? Llame al {phone}.",
    "pt": "{clinic}: Uma semana depois, como está sua pele? Ligue {phone}.",
}


@pytest.fixture
def kim(app, house):
    """Kim of the front desk, signed in at another desk."""
    add_staff(house, "kim", "Kim Reyes")
    desk = Desk(app.test_client())
    assert desk.sign_in("kim").status_code == 302
    return desk


def waits(house: House, by: str = "kim", name: str = "one_week", texts=NEW) -> str:
    with house.look() as session:
        seen = len(proposals_of(session, name))
    return propose(house.works, Writing(name, texts, seen), by).id


def kept(house: House, name: str = "one_week"):
    with house.look() as session:
        return [(one.number, one.status) for one in proposals_of(session, name)]


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# Looking


def test_the_pages_show_every_step_answer_and_reply(desk, house):
    front = plain(desk.page("/protocols"))
    assert "Micro-needling" in front
    assert "Off until a clinician approves 24" in front
    page = plain(desk.page("/protocols/microneedling"))
    for said in (
        "8 days before the visit 10:00 AM",
        "Useful until: 7 days before the visit, 8:00 PM",
        "Too late for that?",
        "Only for: “Has a medicine been prescribed that starts 2 days before the visit?” yes",
        "If missed: a person makes the call “call patient”",
        "1 hour after the visit ended",
        "“can i shower”",
    ):
        assert said in page, said
    for protocol in house.works.catalog.protocols.values():
        for step in protocol.steps:
            assert f'id="step-{step.name}"' in desk.page("/protocols/microneedling")
    assert "This may be an emergency. Call 911 now." in plain(desk.page("/protocols/replies"))


def test_a_wording_is_shown_in_all_languages_in_the_clinics_name_with_what_it_costs(desk):
    page = plain(desk.page(HERE))
    for said in ("Sample Skin Clinic: It&#39;s been 1 week", "Ya pasó 1 semana", "Já faz 1 semana"):
        assert said in page
    assert "203 of 306 characters: 2 texts" in page
    assert "Without accents: 2 texts" in page
    assert "From the clinic’s own page" in page


@pytest.mark.parametrize(
    "path",
    [
        "/protocols/none",
        "/protocols/wordings/none",
        f"{HERE}/versions/9",
        "/protocols/wordings/none/edit",
        "/protocols/wordings/none/compare",
    ],
)
def test_what_is_not_there_is_not_found(desk, path):
    assert desk.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/protocols", "/protocols/microneedling", HERE, f"{HERE}/edit"])
def test_nobody_looks_without_signing_in(door, path):
    assert door.get(path).status_code == 302


# Writing


def test_a_new_version_waits_and_the_old_words_go_on_being_said(desk, house):
    page = desk.press(f"{HERE}/edit", seen="0", note="Shorter", translated="yes", **NEW).text
    assert "Kept as version 1" in page
    assert "Version 1 waits for approval" in page
    assert kept(house) == [(1, "waiting")]
    assert "New version waits" in desk.page("/protocols")
    assert house.works.catalog.wordings["one_week"].number is None


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        pytest.param(
            {"en": "{clinic}: Skip your medicine. {phone}"}, "Tells to leave out a medicine", id="drug"
        ),
        pytest.param({"en": "{clinic}: Reply CANCEL. {phone}"}, "Invites the reply CANCEL", id="reserved"),
        pytest.param({"pt": ""}, "Is missing", id="language"),
        pytest.param({"en": "{clinic}: Hi {nickname}. {phone}"}, "Asks for {nickname}", id="placeholder"),
        pytest.param(
            {"en": "{clinic}: <script>alert(1)</script> we guarantee {phone}"}, "Promises", id="markup"
        ),
    ],
)
def test_unsafe_words_are_refused_at_once_and_stay_in_the_form(desk, house, texts, said):
    typed = {**NEW, **texts}
    assert said in plain(desk.press(f"{HERE}/read-over", **typed).text)
    refused = desk.press(f"{HERE}/edit", seen="0", **typed)
    assert refused.status_code == 422
    assert said in plain(refused.text)
    assert "<script>alert" not in refused.text
    assert NEW["es"].replace("'", "&#39;") in refused.text
    assert kept(house) == []


def test_what_is_unwise_is_told_and_may_be_kept(desk, house):
    long = {**NEW, "en": "{clinic}: Call {phone}." + " How is it?" * 40}
    assert "even without accents" in desk.press(f"{HERE}/read-over", **long).text
    desk.press(f"{HERE}/edit", seen="0", **long)
    assert kept(house) == [(1, "waiting")]


def test_the_second_to_write_is_told_once_and_loses_nothing(desk, kim, house):
    kim.press(f"{HERE}/edit", seen="0", **NEW)
    mine = {**NEW, "en": "{clinic}: My own words. {phone}"}
    told = desk.press(f"{HERE}/edit", seen="0", **mine)
    assert told.status_code == 422
    assert "Kim Reyes kept version 1 meanwhile" in told.text
    assert "My own words." in told.text
    assert 'name="seen" value="1"' in told.text
    desk.press(f"{HERE}/edit", seen="1", **mine)
    assert kept(house) == [(2, "waiting"), (1, "replaced")]


def test_a_sentence_that_waits_is_added_in_every_language(desk, house):
    page = desk.page("/protocols/wordings/about_age/edit?add=0")
    for said in ("Under 22? Please call us first", "22"):
        assert said in page
    assert page.count("22") >= 3


# Deciding


def test_a_clinician_approves_anothers_version_and_it_is_said_at_once(desk, kim, house):
    proposal = waits(house)
    refused = kim.press(f"{HERE}/approve", proposal=proposal)
    assert "ask one of them" in refused.text
    assert "Approve version 1" not in kim.page(HERE)
    page = desk.press(f"{HERE}/approve", proposal=proposal, review_in="182").text
    assert "Approved. Patients are told these words" in page
    assert "One week on, how is your skin?" in plain(page)
    assert "Version 1, approved by Ana Silva" in plain(page)
    assert "To be read again by Jun 8, 2027" in plain(page)
    assert kept(house) == [(1, "approved")]


def test_an_author_alone_does_not_approve_and_reads_who_can(desk, house):
    proposal = waits(house, by="ana")
    assert "Nobody else may" in plain(desk.page(HERE))
    add_staff(house, "lee", "Dr. Lee", "clinician")
    page = plain(desk.page(HERE))
    assert "Dr. Lee can approve it" in page
    assert "Approve version 1" not in page
    assert "You wrote this version" in desk.press(f"{HERE}/approve", proposal=proposal).text
    assert kept(house) == [(1, "waiting")]


def test_in_a_clinic_of_one_the_author_approves(house):
    alone = replace(house.works, two_people=False)
    add_staff(house, "ana", "Ana Silva", "admin")
    app = create_app(Wiring(alone, Secrets("a", "b")), "a secret for tests only")
    desk = Desk(app.test_client())
    desk.sign_in("ana")
    desk.press(f"{HERE}/edit", seen="0", **NEW)
    with house.look() as session:
        [proposal] = proposals_of(session, "one_week")
    assert "Approve version 1" in desk.page(HERE)
    desk.press(f"{HERE}/approve", proposal=proposal.id)
    assert kept(house) == [(1, "approved")]


def test_words_off_as_shipped_are_approved_here(desk, house):
    path = "/protocols/wordings/bleeding"
    page = desk.page(path)
    assert "Off: nobody has approved these words" in page
    version = re.search(r'name="version" value="(\w+)"', page)[1]
    assert "Approved" in desk.press(f"{path}/approve", version=version).text
    assert house.works.catalog.wordings["bleeding"].on
    assert "Ana Silva approved this wording already" in desk.press(f"{path}/approve", version=version).text


def test_a_version_is_rejected_with_a_reason(desk, house):
    proposal = waits(house)
    assert "Say why" in desk.press(f"{HERE}/reject", proposal=proposal, reason=" ").text
    page = plain(desk.press(f"{HERE}/reject", proposal=proposal, reason="Too <b>loud</b>").text)
    assert "Rejected" in page
    assert "Too &lt;b&gt;loud&lt;/b&gt;" in page
    assert kept(house) == [(1, "rejected")]


def test_switched_off_words_say_who_and_why_and_come_back(desk, house):
    page = plain(desk.press(f"{HERE}/withdraw", reason="It worries people").text)
    assert "Ana Silva, Dec 8, 2026: It worries people" in page
    assert "Nothing is sent in its place" in page
    assert "Switched off 1" in plain(desk.page("/protocols"))
    desk.press(f"{HERE}/switch-on")
    assert house.works.catalog.wordings["one_week"].on


def test_what_patients_count_on_is_not_switched_off(desk, house):
    page = desk.press("/protocols/wordings/emergency/withdraw", reason="no").text
    assert "nothing would be said in its place" in page
    assert house.works.catalog.wordings["emergency"].on


def test_of_two_who_press_approve_at_once_one_is_told(app, desk, house):
    add_staff(house, "lee", "Dr. Lee", "clinician")
    lee = Desk(app.test_client())
    lee.sign_in("lee")
    proposal = waits(house)
    answers: list[str] = []

    def press(who: Desk) -> None:
        answers.append(who.press(f"{HERE}/approve", proposal=proposal).text)

    pressing = [threading.Thread(target=press, args=(who,)) for who in (desk, lee)]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    assert sum("Approved. Patients are told" in one for one in answers) == 1
    assert sum("approved this version already" in one for one in answers) == 1
    with house.look() as session:
        assert len(rulings_on(session, "one_week")) == 1


def test_a_timing_that_was_looked_at_says_so(desk):
    page = plain(desk.press("/protocols/microneedling/reviewed", review_in="91").text)
    assert "Last looked at by you" in page
    assert "To be looked at again by Mar 9, 2027" in page


def test_words_that_are_right_are_put_off_to_their_next_review(desk, house):
    version = house.works.catalog.wordings["one_week"].version
    page = plain(desk.press(f"{HERE}/reviewed", version=version, review_in="91").text)
    assert "To be read again by Mar 9, 2027" in page
    house.tick(days=80)
    assert "by Mar 9, 2027" in plain(desk.page("/protocols"))


# Versions


def test_a_difference_is_told_by_words_in_every_language_that_changed(desk, house):
    waits(house, texts={**house.works.catalog.wordings["one_week"].texts, "en": NEW["en"]})
    page = desk.page(f"{HERE}/compare")
    assert "From as shipped to version 1" in plain(page)
    assert "<del>" in page
    assert "<ins>" in page
    assert "added: " in page, "for whoever hears the page"
    assert "<h3>Spanish</h3>" not in page


def test_texts_that_left_are_found_by_the_version_they_carried(desk, house):
    house.book()
    house.until("2026-12-11 15:30")
    house.change(status="fulfilled", ended_at="2026-12-11 15:30")
    house.until("2026-12-18 11:00")
    shipped = house.outbox(step="one_week")[0].wording_version
    house.book("2026-12-26 14:00", external_id="visit-2")
    house.until("2026-12-26 15:30")
    house.change("visit-2", status="fulfilled", ended_at="2026-12-26 15:30")
    approve(house.works, waits(house), Signing("ana"))
    house.until("2027-01-02 11:00")
    page = plain(desk.page(HERE))
    assert page.count("1 text carried it") == 2
    for key in ("1", shipped):
        listed = plain(desk.page(f"{HERE}/versions/{key}"))
        assert "Texts that carried it 1" in listed
        assert "Anna Reed" in listed
    newest = house.outbox(step="one_week")[-1].wording_version
    assert "Version 1" in plain(desk.page(f"{HERE}/versions/{newest}"))


def test_a_release_that_changes_words_the_clinic_edited_is_told(desk, house, catalog):
    approve(house.works, waits(house), Signing("ana"))
    changed = replace(
        catalog.wordings["one_week"], texts={**NEW, "en": "{clinic}: Newly shipped. {phone}"}, version="new"
    )
    release = replace(catalog, wordings={**catalog.wordings, "one_week": changed})
    later = replace(house.works, shipped=release)
    app = create_app(Wiring(later, Secrets("a", "b")), "a secret for tests only")
    desk = Desk(app.test_client())
    desk.sign_in("ana")
    assert "Shipped words changed 1" in plain(desk.page("/protocols"))
    page = plain(desk.page(HERE))
    assert "A later release ships other words for this" in page
    assert "One week on, how is your skin?" in page


def test_a_text_kept_back_for_missing_approval_leaves_once_its_words_are_approved_here(desk, house):
    house.book()
    house.until("2026-12-11 15:30")
    house.change(status="fulfilled", ended_at="2026-12-11 15:30")
    version = house.works.catalog.wordings["day_three"].version
    desk.press("/protocols/wordings/day_three/approve", version=version)
    do_chores(house.works)
    house.until("2026-12-14 11:30")
    assert ("Mon 12-14 11:00", "day_three") in house.sent()
