"""Numbers as an owner reads them at ten at night: the answer, the days she means, the file."""

import csv
import re

import pytest

pytestmark = pytest.mark.browser


def _look(page) -> None:
    page.get_by_role("navigation", name="Pages").get_by_text("More").click()
    page.get_by_role("link", name="Numbers").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Is it working?"


def _answers_at_once(page) -> None:
    """One sentence and four figures, without scrolling."""
    sentence = page.locator(".sentence")
    assert re.search(r"\d+% of the texts|too few", sentence.inner_text())
    figures = page.locator(".figure")
    assert figures.count() == 4
    assert figures.first.bounding_box()["y"] < page.viewport_size["height"]
    assert re.search(r"\d+%", figures.first.inner_text())


def test_the_answer_stands_in_the_first_screenful_and_the_days_can_be_chosen(page):
    _look(page)
    _answers_at_once(page)
    page.get_by_role("link", name="7 days", exact=True).click()
    page.locator(".spans a[aria-current]", has_text="7 days").wait_for()
    page.get_by_text("Own dates").click()
    page.get_by_label("First day").fill("2020-01-01")
    page.get_by_label("Last day").fill("2020-01-31")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("Nothing happened in these days").wait_for()


def test_the_plot_says_in_words_what_it_shows_and_has_a_table(page):
    _look(page)
    plot = page.get_by_role("img", name="Texts by day")
    assert plot.bounding_box()["width"] > 300
    assert "delivered" in page.locator("#plot-about").text_content()
    page.get_by_text("The same as a table").click()
    assert page.get_by_role("table", name="Texts by day").get_by_role("row").count() > 3


def test_the_numbers_can_be_taken_along_as_a_file(page):
    _look(page)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download all numbers").click()
    with coming.value.path().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["figure"] for row in rows} >= {"text", "visit", "opt_out"}
    assert coming.value.suggested_filename.startswith("numbers-main-")


def test_the_phone_shows_the_same_and_nothing_needs_scrolling_sideways(pocket):
    _look(pocket)
    assert pocket.locator(".figure").count() == 4
    assert pocket.evaluate("document.documentElement.scrollWidth") <= 360
    pocket.get_by_role("link", name="90 days", exact=True).tap()
    pocket.get_by_role("img", name="Texts by week").wait_for()
