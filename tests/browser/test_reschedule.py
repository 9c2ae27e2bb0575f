"""A visit is moved in a real browser: what changes is seen before it happens, and then it has happened."""

from datetime import datetime, timedelta

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", ["page", "pocket"])
def test_what_changes_is_seen_before_the_visit_is_moved_and_is_what_happens(request, demo, screen):
    screen = request.getfixturevalue(screen)
    screen.goto(f"{demo.base}/search?q=Beth")
    screen.locator("a.title").first.click()
    screen.locator("#visits-title ~ .row summary").first.click()
    screen.get_by_role("link", name="Move", exact=True).click()
    box = screen.locator("input[name=starts_at]")
    later = datetime.fromisoformat(box.input_value()) + timedelta(days=14)
    box.fill(later.strftime("%Y-%m-%dT%H:%M"))
    screen.get_by_role("heading", name="She is told").wait_for()
    words = screen.locator("#difference > .stack .bubble").first.inner_text()
    assert f"{later:%a %b} {later.day}" in words
    screen.get_by_role("heading", name="She has these, and they name the old time").wait_for()
    day_before = screen.locator("li", has_text="Day before").locator("strong").inner_text()
    screen.get_by_role("button", name="Move the visit").click()
    screen.get_by_text("Moved. Her texts are planned").wait_for()
    moved = demo.api("messages", mobile="7815550116", status="planned")["messages"]
    at = (later - timedelta(days=1)).replace(hour=16, minute=0)
    assert f"{at:%a %b} {at.day}, 4:00 PM" == day_before
    planned = {text["planned_for"][:16] for text in moved if text["step"] == "day_before"}
    assert any(datetime.fromisoformat(one).date() == at.date() for one in planned)


def test_a_time_that_cannot_be_is_told_at_once(page, demo):
    page.goto(f"{demo.base}/search?q=Beth")
    page.locator("a.title").first.click()
    page.locator("#visits-title ~ .row summary").first.click()
    page.get_by_role("link", name="Move", exact=True).click()
    page.locator("input[name=starts_at]").fill("2020-01-02T10:00")
    page.locator("#difference .problem", has_text="is in the past").wait_for()
