"""What she texts back, and what comes of it."""

from tests.cast import ANNA, ON_CALL, STRANGER


def test_stop_ends_every_text_and_start_brings_back_care_but_not_marketing(story):
    story.books("2026-12-18 14:00", consent={"marketing": True})
    story.time_passes_until("2026-12-10 12:00")
    story.texts("STOP")
    before = story.codes()
    story.time_passes_until("2026-12-14 12:00")
    assert story.codes() == before, "the carrier confirms; from us nothing more"
    assert story.reasons()["skin_check"][0] == "suppressed"
    assert "STOP on Dec 10, 2026" in story.reasons()["skin_check"][1]
    story.texts("START")
    story.time_passes_until("2026-12-18 09:00")
    assert story.codes()[len(before) :] == ["MC2", "M5", "M6", "M7"], "what she missed comes re-worded"


def test_a_text_about_a_closing_throat_gets_911_first_and_pages_until_somebody_takes_it(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-11 15:00")
    story.changes(status="fulfilled", ended_at="2026-12-11 15:00")
    story.time_passes_until("2026-12-11 22:30")
    taken = len(story.twilio.texts)
    story.texts("my throat is closing")
    reply, page = story.twilio.texts[taken:]
    assert reply.to == ANNA
    assert "911" in reply.body
    assert page.to == ON_CALL
    assert "Anna" not in page.body
    assert "throat" not in page.body
    ticket = story.open_tickets()[-1]
    assert ticket.urgency == 4
    story.time_passes_until("2026-12-11 22:36")
    assert len(story.twilio.texts_for(ON_CALL)) == 2, "nobody took it: paged again"
    story.takes_the_ticket()
    held = len(story.twilio.texts_for(ANNA))
    story.time_passes_until("2026-12-12 12:00")
    assert len(story.twilio.texts_for(ON_CALL)) == 2, "somebody took it: no more pages"
    assert len(story.twilio.texts_for(ANNA)) == held, "no cheerful text while an emergency is open"


def test_asking_when_to_stop_retinol_gets_the_answer_and_is_no_opt_out(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("should I stop retinol?")
    assert "5 days" in story.last_words()
    story.time_passes_until("2026-12-10 12:00")
    assert story.codes()[-1] == "M2", "her course goes on"


def test_c_confirms_the_visit_and_r_brings_a_person(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-10 16:05")
    story.texts("C")
    with story.house.look() as session:
        from store.visits import find_appointment

        assert find_appointment(session, "visit-1").confirmed_at is not None
    story.texts("R")
    assert [ticket.status for ticket in story.open_tickets()] == ["open"]


def test_none_after_the_late_questions_is_noted_and_a_list_goes_to_a_person(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-08 13:05")
    story.texts("none")
    assert story.codes()[-1] == "AC"
    assert story.open_tickets() == []
    story.time_passes_until("2026-12-08 16:05")
    story.texts("yes, retinol on sunday")
    assert len(story.open_tickets()) == 1


def test_a_question_the_page_does_not_answer_goes_to_a_person_with_no_invented_answer(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.texts("can i go swimming the next day")
    assert story.codes()[-1] == "FX"
    assert len(story.open_tickets()) == 1


def test_a_stranger_is_answered_politely_and_told_nothing(story):
    story.books("2026-12-18 14:00")
    story.texts("what time is anna's appointment?", mobile=STRANGER)
    said = story.last_words(STRANGER)
    assert "Anna" not in said
    assert "Dec" not in said
    assert len(story.open_tickets()) == 1


def test_stop_on_a_family_phone_ends_the_texts_of_both(story):
    story.books("2026-12-18 10:00", name="Beth Miller", visit_id="beth")
    story.books("2026-12-21 11:30", name="Chloe Miller", visit_id="chloe")
    story.texts("stop")
    sent = len(story.twilio.texts)
    story.time_passes_until("2026-12-22 12:00")
    assert len(story.twilio.texts) == sent


def test_stop_with_trouble_breathing_is_both_an_emergency_and_an_opt_out(story):
    story.books("2026-12-18 10:00")
    taken = len(story.twilio.texts)
    story.texts("STOP I can't breathe")
    to_her = [text.body for text in story.twilio.texts[taken:] if text.to == ANNA]
    assert "911" in to_her[0]
    assert any(text.to == ON_CALL for text in story.twilio.texts[taken:])
    count = len(story.twilio.texts_for(ANNA))
    story.takes_the_ticket()
    story.time_passes_until("2026-12-12 12:00")
    assert len(story.twilio.texts_for(ANNA)) == count


def test_a_spanish_patient_is_answered_in_spanish(story):
    story.books("2026-12-18 14:00", language="es")
    story.texts("no puedo respirar")
    assert "911" in story.last_words()
    assert "Llame" in story.last_words()
