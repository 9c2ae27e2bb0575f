"""How people really text: in pieces, with one word, from a shared phone, in the night, in their language."""

import pytest

from store.consent import consents_of
from store.visits import find_appointment
from tests.cast import ANNA, ON_CALL, STRANGER


def _visit(story, external_id="visit-1"):
    with story.house.look() as session:
        return find_appointment(session, external_id)


def _opted_out(story, mobile=ANNA) -> bool:
    with story.house.look() as session:
        return consents_of(session, [mobile]).of(mobile, None).opted_out is not None


def _kinds(story) -> list[str]:
    return [ticket.kind for ticket in story.open_tickets()]


def test_a_question_that_comes_in_three_texts_gets_one_answer(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    before = story.codes()
    for body, at in (("hi", "12:00:01"), ("is it ok", "12:00:03"), ("to wear makeup tomorrow", "12:00:06")):
        story.time_passes_until(f"2026-12-08 {at}")
        story.texts(body)
    story.time_passes_until("2026-12-08 12:01")
    assert story.codes()[len(before) :] == ["F01"]
    assert story.open_tickets() == []


@pytest.mark.parametrize("word", ["CANCEL", "End", "quit.", "CANCELAR"])
def test_a_bare_word_that_may_mean_the_visit_stops_the_texts_and_a_person_calls(story, word):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    before = story.codes()
    story.texts(word)
    assert _opted_out(story)
    assert _kinds(story) == ["opt_out_visit"]
    assert "may mean the visit" in story.open_tickets()[0].reason
    assert _visit(story).status == "booked", "the visit itself is a person's to cancel"
    story.time_passes_until("2026-12-18 12:00")
    ours = ["AO"] if word == "CANCELAR" else []  # the carrier confirms the words of its own list
    assert story.codes() == [*before, *ours]


@pytest.mark.parametrize("word", ["START", "UNSTOP"])
def test_start_brings_her_texts_back(story, word):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("STOP")
    story.texts(word)
    assert not _opted_out(story)
    story.time_passes_until("2026-12-10 12:00")
    assert story.codes()[-1] == "M2"


@pytest.mark.parametrize(("word", "kind"), [("START", "START"), ("START", None), ("HELP", "HELP")])
def test_a_strangers_keyword_that_the_carrier_answered_is_answered_by_nobody_else(story, word, kind):
    story.texts(word, mobile=STRANGER, **({"OptOutType": kind} if kind else {}))
    story.time_passes_until("2026-12-08 12:00")
    assert story.twilio.texts_for(STRANGER) == []
    assert story.open_tickets() == []


def test_what_the_carriers_own_list_takes_for_stop_is_an_opt_out_in_any_words(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    before = story.codes()
    story.texts("NIX", OptOutType="STOP")
    assert _opted_out(story)
    story.time_passes_until("2026-12-18 12:00")
    assert story.codes() == before
    story.texts("DOCH", OptOutType="START")
    assert not _opted_out(story)


@pytest.mark.parametrize(
    ("word", "says"), [("ALTO", "No recibirá"), ("BAJA", "recibirá"), ("SAIR", "receberá")]
)
def test_a_strangers_stop_is_confirmed_in_its_language(story, word, says):
    story.texts(word, mobile=STRANGER)
    assert _opted_out(story, STRANGER)
    assert says.lower() in story.last_words(STRANGER).lower()


def test_a_wrong_number_gets_no_more_texts_and_learns_nothing(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("sorry wrong number")
    said = story.last_words()
    assert all(secret not in said for secret in ("Anna", "Dec", "2:00"))
    assert _opted_out(story)
    assert _kinds(story) == ["wrong_number"]
    count = len(story.twilio.texts_for(ANNA))
    story.time_passes_until("2026-12-20 12:00")
    assert len(story.twilio.texts_for(ANNA)) == count


def test_a_reply_that_could_be_about_two_patients_goes_to_a_person_who_asks_which(story):
    story.books("2026-12-18 10:00", name="Beth Miller", visit_id="beth")
    story.books("2026-12-19 11:30", name="Chloe Miller", visit_id="chloe")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("I need to move the appointment")
    [ticket] = story.open_tickets()
    assert "2 patients share this number: ask whose visit" in ticket.reason
    story.texts("C")
    assert (_visit(story, "beth").confirmed_at, _visit(story, "chloe").confirmed_at) == (None, None)


def test_a_yes_on_a_family_phone_answers_the_question_that_was_asked_last(story):
    story.books("2026-12-11 10:00", name="Beth Miller", visit_id="beth")
    story.books("2026-12-21 11:30", name="Chloe Miller", visit_id="chloe")
    story.time_passes_until("2026-12-10 16:05")
    story.texts("C")
    assert _visit(story, "beth").confirmed_at is not None
    assert _visit(story, "chloe").confirmed_at is None


def test_accutane_told_by_text_holds_the_visit_and_works_the_six_months_out_for_a_person(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("I finished Accutane in August")
    [ticket] = story.open_tickets()
    assert "six months end on Feb 28, 2027; the visit on Dec 18, 2026 is before that" in ticket.reason
    assert ticket.holds_visit
    assert _visit(story).on_hold
    sent = story.codes()
    story.time_passes_until("2026-12-18 09:00")
    assert story.codes() == sent, "nothing about a visit that may not be"


def test_accutane_long_ago_clears_nobody_either(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("terminé roacután en marzo")
    [ticket] = story.open_tickets()
    assert "Sep 30, 2026" in ticket.reason
    assert "clears nobody" in ticket.reason
    assert _visit(story).on_hold


def test_another_time_collects_her_wishes_on_one_ticket(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("R")
    story.time_passes_until("2026-12-08 12:01")
    story.texts("tuesday or thursday")
    story.time_passes_until("2026-12-08 12:01:02")
    story.texts("after 3 would be best for me.")
    story.time_passes_until("2026-12-08 12:02")
    assert _kinds(story) == ["appointment"]
    assert story.codes()[-2:] == ["F38", "AC"]
    assert _visit(story).starts_at.day == 18, "a person moves it"


def test_a_cancellation_is_a_persons_and_the_visit_stands_until_then(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("I have to cancel my appointment")
    assert (_kinds(story), _visit(story).status) == (["appointment"], "booked")
    assert not _opted_out(story)


def test_running_late_is_at_the_desk_at_once(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-11 13:50")
    story.texts("running 10 min late")
    [ticket] = [one for one in story.open_tickets() if one.kind == "appointment"]
    assert ticket.due_at == story.house.clock()


def test_a_question_of_ours_that_nobody_answered_expires(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-11 14:30")
    story.texts("yes")
    assert _visit(story).confirmed_at is None
    with story.house.look() as session:
        from sqlalchemy import select

        from store.conversations import expected
        from store.tables import Conversation

        [conversation] = session.scalars(select(Conversation))
        assert expected(conversation, story.house.clock()) is None


def test_follow_ups_wait_while_an_urgent_ticket_is_open_and_go_on_after_it(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-11 15:00")
    story.changes(status="fulfilled", ended_at="2026-12-11 15:00")
    story.time_passes_until("2026-12-12 08:00")
    story.texts("there is pus and it is spreading")
    sent = len(story.twilio.texts_for(ANNA))
    story.time_passes_until("2026-12-12 12:00")
    assert len(story.twilio.texts_for(ANNA)) == sent
    assert story.reasons()["next_day"][1].startswith("Held")
    from scheduler.ticketing import resolve

    for ticket in story.open_tickets():
        resolve(story.house.works, ticket.id, "kim")
    story.time_passes_until("2026-12-12 12:05")
    assert len(story.twilio.texts_for(ANNA)) == sent + 1


def test_at_night_the_reply_says_that_we_are_closed_and_where_to_go(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-11 15:00")
    story.changes(status="fulfilled", ended_at="2026-12-11 15:00")
    story.time_passes_until("2026-12-11 22:30")
    story.texts("there is pus and it is spreading")
    assert "We are closed now" in story.last_words()
    assert story.twilio.texts_for(ON_CALL)


def test_unsigned_first_aid_at_night_is_the_reply_of_the_night_and_once(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-11 15:00")
    story.changes(status="fulfilled", ended_at="2026-12-11 15:00")
    story.time_passes_until("2026-12-11 22:30")
    before = story.codes()
    story.texts("numbing cream got in my eye and it hurts")
    assert story.codes()[len(before) :] == ["AUN"]


def test_on_call_takes_the_ticket_by_answering_the_page(story):
    story.books("2026-12-11 14:00")
    story.texts("my throat is closing")
    story.texts("1", mobile=ON_CALL)
    assert [ticket.owner for ticket in story.open_tickets()] == ["on call 1"]
    assert "is yours" in story.last_words(ON_CALL)
