"""One patient's page in a real browser: pause, another text, who she is."""

import pytest

pytestmark = pytest.mark.browser


def _open(screen, demo, name):
    screen.goto(f"{demo.base}/search?q={name}")
    screen.locator("a.title").first.click()
    screen.get_by_role("heading", name="Her texts").wait_for()


@pytest.mark.parametrize("screen", ["page", "pocket"])
def test_her_texts_are_paused_with_a_reason_and_let_go(request, demo, screen):
    screen = request.getfixturevalue(screen)
    _open(screen, demo, "Souza")
    screen.locator("#pause").click()
    screen.get_by_label("Why").fill("She is abroad")
    screen.get_by_role("button", name="Pause", exact=True).click()
    screen.locator(".notice.paused", has_text="paused by Demo desk").wait_for()
    screen.get_by_text("Held: paused by Demo desk").first.wait_for()
    screen.goto(f"{demo.base}/patients")
    assert screen.locator(".row", has_text="Ana Souza").get_by_text("Paused").count() == 1
    _open(screen, demo, "Souza")
    screen.get_by_role("button", name="Resume her texts").click()
    screen.get_by_text("Resumed.").wait_for()
    assert screen.get_by_text("Held: paused").count() == 0


@pytest.mark.parametrize("screen", ["page", "pocket"])
def test_one_text_is_said_in_other_words_and_taken_back(request, demo, screen):
    screen = request.getfixturevalue(screen)
    _open(screen, demo, "Beth")
    screen.get_by_role("link", name="Change or drop: Day before").click()
    box = screen.get_by_label("In your own words")
    box.fill("Beth, see you tomorrow at two. <b>Kim</b> 🌸")
    screen.locator("#cost", has_text="of 70 characters").wait_for()
    screen.get_by_role("button", name="Use these words").click()
    screen.locator(".bubble", has_text="<b>Kim</b> 🌸").wait_for()
    screen.get_by_text("Words of you").wait_for()
    screen.locator("#toasts").get_by_role("button", name="Undo").click()
    screen.get_by_text("Taken back").wait_for()
    assert screen.locator(".bubble", has_text="🌸").count() == 0


def test_a_text_is_put_at_another_time_and_a_slip_is_told_beside_the_box(page, demo):
    _open(page, demo, "Beth")
    page.get_by_role("link", name="Change or drop: Skin check").click()
    box = page.get_by_label("At another time")
    day = box.input_value()[:10]
    box.fill(f"{day}T22:00")
    page.get_by_role("button", name="Change the time").click()
    page.locator("#problem-time", has_text="her time").wait_for()
    page.get_by_label("At another time").fill(f"{day}T12:30")
    page.get_by_role("button", name="Change the time").click()
    page.get_by_text("moved to this time by Demo desk").wait_for()


def test_her_language_is_corrected_and_her_planned_texts_follow(page, demo):
    _open(page, demo, "Beth")
    page.get_by_role("link", name="Correct").click()
    page.locator("input[name=language][value=es]").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Corrected: her language").wait_for()
    page.locator(".bubble", has_text="cita").first.wait_for()
