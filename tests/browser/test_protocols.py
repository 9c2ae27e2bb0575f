"""Protocols in a real browser, on the desk and from a pocket: approve a change, write one, stop one."""

import re

import pytest

pytestmark = pytest.mark.browser

each_screen = pytest.mark.parametrize("screen", ["page", "pocket"])


@each_screen
def test_a_clinician_reads_what_changes_and_approves_it(request, demo, screen):
    screen = request.getfixturevalue(screen)
    screen.goto(f"{demo.base}/")
    screen.locator(".office summary").click()
    screen.get_by_role("link", name="Protocols").click()
    screen.get_by_role("link", name="One week").click()
    change = screen.locator(".difference[lang=en]").first
    assert "Hold off and reply or" in change.locator("del").last.inner_text()
    assert "Wait, and" in change.locator("ins").last.inner_text()
    screen.get_by_label("To be read again").first.select_option(label="In 6 months")
    screen.get_by_role("button", name="Approve version 1").click()
    screen.get_by_text("Approved. Patients are told these words").wait_for()
    assert "One week since your visit!" in screen.locator(".handset .bubble").first.inner_text()
    screen.get_by_text("Version 1, approved by Demo desk").wait_for()
    screen.goto(f"{demo.base}/protocols/microneedling")
    step = screen.locator("#step-one_week")
    assert "approved by Demo desk" in step.inner_text()


@each_screen
def test_unsafe_words_are_marked_while_they_are_typed_and_an_author_does_not_approve_alone(
    request, demo, screen
):
    screen = request.getfixturevalue(screen)
    screen.goto(f"{demo.base}/protocols/wordings/day_before")
    screen.get_by_role("link", name="Edit").click()
    screen.wait_for_url("**/edit")
    english = screen.locator("textarea[name=en]")
    said = english.input_value()
    english.fill(f"{said} Skip your medicine today.")
    screen.locator("#found-en .problem").wait_for()
    assert "leave out a medicine" in screen.locator("#found-en").inner_text()
    screen.get_by_role("button", name="Keep and ask for approval").click()
    screen.get_by_text("Nothing was kept yet").wait_for()
    english.fill(f"{said} See you soon.")
    screen.locator("#found-en .bubble", has_text="See you soon.").wait_for()
    screen.get_by_label("Why").fill("Warmer")
    screen.get_by_role("button", name="Keep and ask for approval").click()
    screen.get_by_text("Kept as version 1").wait_for()
    screen.get_by_text("your clinic asks for a second person").wait_for()
    assert screen.get_by_role("button", name="Approve version 1").count() == 0
    assert "See you soon." not in screen.locator("section:has(#said-title)").inner_text()


@each_screen
def test_a_wrong_text_is_switched_off_and_the_patients_page_says_why(request, demo, screen):
    screen = request.getfixturevalue(screen)
    screen.goto(f"{demo.base}/protocols/wordings/seven_day_list")
    screen.locator("summary", has_text="Switch off").click()
    screen.get_by_label("Why").fill("The laser rule is being revised")
    screen.get_by_role("button", name="Switch these words off").click()
    screen.get_by_text("Switched off. Nothing leaves in these words").wait_for()
    screen.goto(f"{demo.base}/search?q=Priya")
    patient = screen.locator("a.title").first.get_attribute("href")
    kept_back = screen.locator(".entry", has_text="Off: the clinic switched these words off")
    for _ in range(40):  # a chore brings her texts into line within seconds
        screen.goto(f"{demo.base}{patient}")
        if kept_back.count():
            break
        screen.wait_for_timeout(250)
    assert "Seven day list" in kept_back.first.inner_text()
    screen.goto(f"{demo.base}/protocols/wordings/seven_day_list")
    screen.get_by_role("button", name="Switch on again").click()
    screen.get_by_text("Switched on. Patients are told these words again").wait_for()


def test_from_a_text_that_left_to_the_words_it_carried_and_who_stands_behind_them(page, demo):
    page.goto(f"{demo.base}/search?q=Olivia")
    page.locator("a.title").first.click()
    page.locator(".entry.left", has_text="Seven day list").get_by_role("link", name="Whose words?").click()
    page.get_by_role("heading", name="As shipped").wait_for()
    assert "Olivia Brown" in page.locator("section:has(#texts-title)").inner_text()
    page.get_by_role("link", name="Seven day list").click()
    assert re.search(r"\d+ texts? carried it", page.locator("section:has(#versions-title)").inner_text())
