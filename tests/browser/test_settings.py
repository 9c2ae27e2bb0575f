"""Settings in a real browser, on the desk and from a pocket: who is on call tonight, who may sign in."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", ["page", "pocket"])
def test_the_injector_hands_over_the_on_call_phone_and_takes_it_back(request, demo, screen):
    screen = request.getfixturevalue(screen)
    screen.goto(f"{demo.base}/")
    screen.locator(".office summary").click()
    screen.get_by_role("link", name="Settings").click()
    screen.get_by_label("First").fill("781.555.0177")
    screen.locator("#save-on-call").click()
    screen.get_by_text("Saved. It holds from now on").wait_for()
    assert screen.get_by_label("First").input_value() == "781-555-0177"
    screen.get_by_text("Changed here by you").wait_for()
    screen.locator("#file-on-call").click()
    screen.get_by_text("words hold again").wait_for()
    assert screen.get_by_label("First").input_value() == "781-555-0143"


def test_a_slip_in_the_hours_is_told_beside_them_and_what_was_typed_stays(page, demo):
    page.goto(f"{demo.base}/settings")
    page.get_by_label("Monday opens").fill("18:00")
    page.locator("#save-hours").click()
    problem = page.locator("#hours .problem")
    problem.wait_for()
    assert "closes before it opens" in problem.inner_text()
    assert page.get_by_label("Monday opens").input_value() == "18:00"


def test_a_colleague_is_added_and_signs_in(page, demo, browser):
    page.goto(f"{demo.base}/settings/people")
    page.get_by_label("Name", exact=True).fill("Kim Reyes")
    page.get_by_label("User name").fill("kim")
    page.locator("input[name=password]").fill("a sentence is good")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("Kim Reyes can sign in now").wait_for()
    theirs = browser.new_context().new_page()
    theirs.goto(f"{demo.base}/settings")
    theirs.get_by_label("User name").fill("kim")
    theirs.get_by_label("Password").fill("a sentence is good")
    theirs.get_by_role("button", name="Sign in").click()
    theirs.get_by_text("Only an admin changes these").wait_for()
    theirs.context.close()
