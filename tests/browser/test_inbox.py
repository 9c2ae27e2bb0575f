"""The inbox in a real browser, at the desk and from a pocket: found, answered, taken over, put away."""

import pytest

pytestmark = pytest.mark.browser


def _open(screen, demo, name: str) -> None:
    screen.goto(f"{demo.base}/inbox")
    screen.locator("a.title", has_text=name).first.click()
    screen.locator("h1", has_text=name).wait_for()


@pytest.mark.parametrize("screen", ["page", "pocket"])
def test_a_question_is_taken_answered_with_saved_words_and_resolved(request, demo, screen):
    screen = request.getfixturevalue(screen)
    _open(screen, demo, "Priya Shah")
    screen.get_by_text("Can I pay with my HSA card?").first.wait_for()
    screen.get_by_role("button", name="Take it").click()
    screen.get_by_text("It is yours").wait_for()
    screen.locator("#saved").click()
    screen.get_by_role("button", name="Calling you back").click()
    screen.wait_for_function("() => document.getElementById('reply').value.startsWith('Hi Priya, thanks')")
    screen.locator("#reply").press_sequentially(" Yes, you can.")
    screen.locator("#weight", has_text="of 160 characters: 1 text").wait_for()
    screen.get_by_role("button", name="Send now").click()
    screen.locator(".thread .went", has_text="Yes, you can.").wait_for()
    screen.get_by_role("button", name="Resolve", exact=True).first.click()
    screen.get_by_text("It opens again when she writes").wait_for()
    assert screen.locator("a.title", has_text="Priya Shah").count() == 0


def test_taken_over_she_writes_on_and_only_the_person_answers(page, demo):
    _open(page, demo, "Olivia Brown")
    page.get_by_role("button", name="Take over from the bot").click()
    page.get_by_text("You answer her; the bot stays silent, but for danger and STOP.").first.wait_for()
    address = page.url
    page.goto(f"{demo.base}/phone?show=%2B17815550112")
    page.locator(".phone textarea").first.fill("does it hurt?")
    page.get_by_role("button", name="Send as").first.click()
    page.locator(".screen .came", has_text="does it hurt?").wait_for()
    page.goto(address)
    page.locator(".thread .came", has_text="does it hurt?").locator("summary").click()
    page.get_by_text("it would have answered pain").wait_for()
    page.get_by_role("button", name="Hand back").click()
    page.get_by_text("The bot answers her again").wait_for()


def test_what_she_writes_meanwhile_is_told_before_the_words_leave_and_they_stay(page, demo):
    _open(page, demo, "Priya Shah")
    page.locator("#reply").fill("Yes, we take it.")
    page.evaluate("document.querySelector('input[name=seen][form=reply-form]').value = '0'")
    page.get_by_role("button", name="Send now").click()
    page.locator(".problem", has_text="Not sent yet").wait_for()
    assert page.locator("#reply").input_value() == "Yes, we take it."
    page.get_by_role("button", name="Send anyway").click()
    page.locator(".thread .went", has_text="Yes, we take it.").wait_for()


def test_the_keyboard_goes_through_the_list_and_into_the_box(page, demo):
    page.goto(f"{demo.base}/inbox")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#reply").wait_for()
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "reply"
    page.keyboard.type("axsu")
    assert page.locator("#reply").input_value() == "axsu"


def test_snoozed_and_unread_from_the_keyboard(page, demo):
    _open(page, demo, "Grace Kim")
    page.get_by_text("A picture came. It cannot be shown here").wait_for()
    page.locator("body").press("s")
    page.locator("#snooze-hour").click()
    page.get_by_text("A text of hers brings it back").wait_for()
    page.goto(f"{demo.base}/inbox?view=snoozed")
    page.locator("a.title", has_text="Grace Kim").click()
    page.locator("#reopen").click()
    page.get_by_text("It is open, and in view").wait_for()
    page.locator("#take-it").wait_for()
    page.locator("body").press("u")
    page.get_by_text("It stands unread").wait_for()


def test_a_stranger_is_enrolled_from_the_conversation(pocket, demo):
    _open(pocket, demo, "Unknown number")
    pocket.get_by_role("link", name="Enrol her").click()
    assert pocket.get_by_label("Mobile").input_value() == "781-555-0199"
