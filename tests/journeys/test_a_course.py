"""Courses from the booking to the last text, to the minute."""

from tests.cast import ANNA


def test_booked_three_days_ahead_gets_questions_instead_of_stale_instructions(story):
    booked = story.books("2026-12-11 14:00")
    assert booked.status_code == 201
    story.time_passes_until("2026-12-11 15:40")
    assert story.got() == [
        ("Tue 12-08 11:00", "M0"),
        ("Tue 12-08 11:10", "M1"),
        ("Tue 12-08 13:00", "MC1"),
        ("Tue 12-08 16:00", "MC2"),
        ("Thu 12-10 16:00", "M6"),
        ("Fri 12-11 08:00", "M7"),
    ]


def test_aftercare_begins_at_the_real_end_of_the_visit_and_not_before_it_is_marked_done(story):
    story.books("2026-12-11 14:00", facts={"kit_given": "yes"})
    story.time_passes_until("2026-12-11 16:30")
    assert "M8" not in story.codes()
    story.changes(status="fulfilled", ended_at="2026-12-11 16:05")
    story.time_passes_until("2026-12-19 12:00")
    assert story.got()[-3:] == [
        ("Fri 12-11 17:05", "M8"),
        ("Sat 12-12 09:00", "M9"),
        ("Fri 12-18 10:00", "M11"),
    ]
    next_day = story.twilio.texts_for(ANNA)[-2].body
    assert "4:05 PM" in next_day, "the foundation may go on a day after the real end"
    assert story.reasons()["day_three"][0] == "suppressed", "published advice is off until it is signed"


def test_a_full_course_in_spanish_says_her_day_and_her_time_in_spanish(story):
    story.books("2026-12-18 10:30", language="es", name="Rosa Díaz")
    story.time_passes_until("2026-12-18 10:00")
    assert story.got() == [
        ("Tue 12-08 11:00", "M0"),
        ("Tue 12-08 11:10", "M1"),
        ("Thu 12-10 10:00", "M2"),
        ("Sat 12-12 10:00", "M3"),
        ("Tue 12-15 10:00", "M5"),
        ("Thu 12-17 16:00", "M6"),
        ("Fri 12-18 08:00", "M7"),
    ]
    first, *_ = story.twilio.texts_for(ANNA)
    assert "Su cita es el viernes 18 dic a las 10:30 AM" in first.body


def test_the_antiviral_texts_go_only_to_her_who_was_prescribed_one(story):
    story.books("2026-12-16 14:00", facts={"cold_sores": "yes"})
    assert [t.kind for t in story.open_tickets()] == ["call:cold_sore_prescriber"]
    patient = story.house.outbox()[0].patient_id
    story.time_passes_until("2026-12-10 09:00")
    from scheduler.changing import learn_facts

    learn_facts(story.house.works, patient, {"antiviral_rx": "yes"}, "desk")
    assert story.open_tickets() == [], "the prescriber has decided"
    story.time_passes_until("2026-12-14 12:00")
    assert ("Fri 12-11 16:00", "M4a") in story.got()
    assert ("Mon 12-14 08:30", "M4b") in story.got()
    told = next(text.body for text in story.twilio.texts_for(ANNA) if "start the medicine" in text.body)
    assert "valacyclovir" not in told.lower()
    assert "cold sore" not in told.lower()


def test_a_patient_in_another_zone_is_texted_in_her_own_daytime_about_the_clinics_time(story):
    story.books("2026-12-18 14:00", timezone="America/Los_Angeles")
    story.time_passes_until("2026-12-18 13:00")
    times = {code: at for at, code in story.got()}
    assert times["M2"] == "Thu 12-10 12:00", "nine in the morning where she is"
    assert times["M7"] == "Fri 12-18 11:00", "eight in the morning where she is"
    assert "2:00 PM EST" in story.last_words()


def test_a_course_across_the_end_of_summer_time_keeps_to_the_wall_clock(story):
    story.house.clock.at = story.house.clock.at.replace(year=2026, month=10, day=26)
    story.books("2026-11-03 14:00")
    story.time_passes_until("2026-11-03 13:00")
    assert story.got() == [
        ("Mon 10-26 12:00", "M0"),
        ("Mon 10-26 12:10", "M1"),
        ("Mon 10-26 14:00", "M2"),
        ("Wed 10-28 10:00", "M3"),
        ("Sat 10-31 10:00", "M5"),
        ("Mon 11-02 16:00", "M6"),
        ("Tue 11-03 08:00", "M7"),
    ]
