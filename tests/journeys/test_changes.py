"""Visits that move, are cancelled or missed; courses that meet on one phone."""

from tests.cast import ANNA


def test_a_visit_moved_later_drops_the_old_texts_and_does_not_repeat_the_lists(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-09 12:00")
    story.changes(starts_at="2026-12-12 10:30")
    story.time_passes_until("2026-12-12 10:00")
    assert story.got()[4:] == [
        ("Wed 12-09 12:00", "M0r"),
        ("Fri 12-11 16:00", "M6"),
        ("Sat 12-12 08:00", "M7"),
    ]
    assert "10:30 AM" in story.last_words()


def test_a_visit_moved_so_far_that_the_windows_open_again_gets_the_lists_for_the_new_date(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-13 12:00")
    assert story.codes() == ["M0", "M1", "M2", "M3"]
    story.changes(starts_at="2027-01-05 14:00")
    story.time_passes_until("2027-01-05 13:00")
    assert story.codes()[4:] == ["M0r", "M2", "M3", "M5", "M6", "M7"]
    assert "Tue Jan 5" in next(t.body for t in story.twilio.texts_for(ANNA)[5:] if "laser" in t.body)


def test_a_visit_moved_nearer_is_treated_as_a_new_booking(story):
    story.books("2026-12-22 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.changes(starts_at="2026-12-10 14:00")
    story.time_passes_until("2026-12-10 13:00")
    assert story.got()[2:] == [
        ("Tue 12-08 12:00", "M0r"),
        ("Tue 12-08 12:30", "MC3"),
        ("Wed 12-09 16:00", "M6"),
        ("Thu 12-10 08:00", "M7"),
    ]


def test_nothing_leaves_for_a_cancelled_visit_and_a_person_sees_why(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-08 12:00")
    story.changes(status="cancelled")
    story.time_passes_until("2026-12-12 12:00")
    assert story.codes() == ["M0", "M1"]
    assert story.reasons()["day_before"] == ("cancelled", "The visit was cancelled")


def test_no_aftercare_for_her_who_did_not_come(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-11 15:00")
    story.changes(status="noshow")
    story.time_passes_until("2026-12-20 12:00")
    assert story.codes()[-1] == "M7"


def test_a_visit_without_an_outcome_is_somebodys_task_and_sends_nothing_clinical(story):
    story.books("2026-12-11 14:00")
    story.time_passes_until("2026-12-11 18:01")
    story.house.tick(seconds=1)
    assert [ticket.kind for ticket in story.open_tickets()] == ["outcome"]
    assert story.codes()[-1] == "M7"


def test_moving_and_enrolling_twice_changes_nothing_the_second_time(story):
    first = story.books("2026-12-18 14:00")
    again = story.books("2026-12-18 14:00")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    story.changes(starts_at="2026-12-21 14:00")
    held = [(row.dedupe_key, row.status, row.due_at) for row in story.house.outbox()]
    story.changes(starts_at="2026-12-21 14:00")
    assert [(row.dedupe_key, row.status, row.due_at) for row in story.house.outbox()] == held


def test_two_patients_on_one_phone_never_get_more_than_two_timed_texts_a_day(story):
    story.books("2026-12-18 10:00", name="Beth Miller", visit_id="beth")
    story.books("2026-12-18 11:30", name="Chloe Miller", visit_id="chloe")
    story.time_passes_until("2026-12-18 11:00")
    days = [at.split()[1] for at, code in story.got() if code not in ("M0", "M0r", "M1")]
    assert max(days.count(day) for day in days) <= 2
    assert story.codes()[:2] == ["M0", "M0r"], "the number is welcomed once"
