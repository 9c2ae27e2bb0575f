"""A change to a visit reaches every text that has not left."""

from datetime import timedelta

from tests.cast import local


def test_a_visit_that_moves_takes_the_end_of_a_waiting_text_along(house):
    house.clock.move_to(local("2026-12-08 22:00"))
    house.book("2026-12-09 18:00")
    house.change(starts_at="2026-12-19 18:00")
    assert house.outbox(step="welcome")[0].expires_at == local("2026-12-19 18:00")
    house.until("2026-12-09 12:00")
    welcome = next(text for _, text in house.carrier.handed)
    assert timedelta(seconds=welcome.valid_for) > timedelta(days=9)


def test_a_corrected_number_is_welcomed_like_a_new_one(house):
    house.book("2026-12-18 14:00")
    house.until("2026-12-08 11:30")
    house.book("2026-12-18 14:00", mobile="+17815550177")
    house.until("2026-12-10 12:00")
    assert [name for _, name in house.sent()] == ["welcome", "health_check"]
    assert [name for _, name in house.sent("+17815550177")] == ["welcome", "health_check", "seven_day_list"]


def test_a_number_corrected_before_anything_left_is_welcomed_once(house):
    house.book("2026-12-18 14:00")
    house.book("2026-12-18 14:00", mobile="+17815550177")
    house.book("2026-12-18 14:00", mobile="+17815550177")
    house.until("2026-12-08 12:00")
    assert house.sent() == []
    assert [name for _, name in house.sent("+17815550177")] == ["welcome", "health_check"]
