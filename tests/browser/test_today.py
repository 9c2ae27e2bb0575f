"""Today in a real browser: a day's work in taps, and a line that is cut and comes back."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", ["page", "pocket"])
def test_a_visit_is_noted_as_not_done_in_two_taps_and_undone_in_one(request, demo, screen):
    screen = request.getfixturevalue(screen)
    screen.goto(f"{demo.base}/")
    row = screen.locator(".visit-row", has_text="Mary Walsh")
    row.locator("summary").click()
    row.get_by_role("button", name="Came, not done").click()
    screen.get_by_text("Noted as not done").wait_for()
    screen.locator("#toasts").get_by_role("button", name="Undo").click()
    screen.get_by_text("Undone").wait_for()
    row.get_by_role("button", name="Mark done").wait_for()


def test_the_second_to_mark_a_visit_is_told_who_was_first(page, demo):
    page.goto(f"{demo.base}/")
    other = page.context.new_page()
    other.goto(f"{demo.base}/")
    page.locator(".visit-row", has_text="Mary Walsh").get_by_role("button", name="Mark done").click()
    page.get_by_text("Marked done").wait_for()
    other.locator(".visit-row", has_text="Mary Walsh").get_by_role("button", name="No-show").click()
    other.get_by_text("changed this visit already").wait_for()
    other.get_by_text("marked done").first.wait_for()


def test_what_leaves_today_is_dropped_for_one_patient(page, demo):
    page.goto(f"{demo.base}/")
    page.locator("#main").get_by_role("link", name="Change or drop").first.click()
    page.get_by_label("Not at all: why").fill("Told her on the phone")
    page.get_by_role("button", name="Do not send it").click()
    page.get_by_text("Dropped by Demo desk: Told her on the phone").wait_for()
    page.goto(f"{demo.base}/")
    page.get_by_text("Nothing more leaves today").wait_for()


def test_a_lost_connection_says_so_in_place_and_recovers(browser, demo):
    """A context of its own: the browser itself complains about what it cannot reach."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(demo.sign_in)
    page.goto(f"{demo.base}/")
    context.set_offline(True)
    page.get_by_text("No connection since").wait_for()
    nobody_has = page.get_by_role("button", name="Take").count()
    page.get_by_role("button", name="Take").first.click()
    page.get_by_text("That was not done").wait_for()
    assert page.get_by_role("button", name="Take").count() == nobody_has
    context.set_offline(False)
    page.locator("#offline").wait_for(state="hidden")
    page.get_by_role("button", name="Take").first.click()
    page.get_by_text("It is yours").wait_for()
    context.close()
