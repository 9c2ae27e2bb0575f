"""One patient's whole story, from her enrolment to the last reason shown, as the desk and her phone live it.

She books late, asks about retinol, gets a cold sore, is moved a week, has her visit, opts out.
"""

import re
from datetime import datetime, timedelta

import pytest

pytestmark = pytest.mark.browser

NAME, MOBILE = "Marisol “Mari” Vega 🌸", "7815550172"


class Told:
    """The two sides of the story: the desk's pages, and her phone beside the clock."""

    def __init__(self, page, demo) -> None:
        self.page, self.demo = page, demo
        self.address = ""

    def books(self, ahead: int) -> datetime:
        """The desk enrols her for a visit so many days ahead, at two."""
        self.page.goto(f"{self.demo.base}/enrol")
        self.page.get_by_label("Name", exact=True).fill(NAME)
        self.page.locator("#box-mobile").fill("(781) 555-0172")
        first = datetime.fromisoformat(self.page.locator("#box-starts_at").get_attribute("min"))
        visit = (first + timedelta(days=ahead)).replace(hour=14, minute=0)
        self.page.locator("#box-starts_at").fill(visit.strftime("%Y-%m-%dT%H:%M"))
        self.page.get_by_text("Booked late: the course is adapted").wait_for()
        self.page.locator("#box-care").check()
        self.page.get_by_label("On the phone").check()
        self.page.get_by_role("button", name="Enrol", exact=True).click()
        self.page.wait_for_url("**/patients/*")
        self.address = self.page.url
        return visit

    def phone(self) -> None:
        self.page.goto(f"{self.demo.base}/phone?show=%2B1{MOBILE}")

    def texts(self, words: str) -> None:
        """She writes; what she wrote stands on her phone."""
        self.phone()
        self.page.locator(".phone textarea").first.fill(words)
        self.page.get_by_role("button", name="Send as").first.click()
        self.page.locator(".screen .came", has_text=re.compile(rf"^\s*{re.escape(words)}")).last.wait_for()

    def gets(self, words: str) -> None:
        """A text of ours on her phone."""
        self.page.locator(".screen .went", has_text=re.compile(words, re.IGNORECASE)).last.wait_for()

    def waits(self, button: str, times: int) -> None:
        """The clock moves on."""
        self.page.goto(f"{self.demo.base}/phone")
        for _ in range(times):
            before = self.page.locator(".clock .face").inner_text()
            self.page.get_by_role("button", name=button).click()
            self.page.wait_for_function(
                "before => document.querySelector('.clock .face').innerText !== before"
                " && !document.querySelector('.htmx-request')",
                arg=before,
            )

    def her_page(self):
        self.page.goto(self.address)
        return self.page

    def reasons(self) -> str:
        """All that her timeline says."""
        return self.her_page().locator(".timeline").inner_text()


@pytest.fixture
def told(page, demo) -> Told:
    return Told(page, demo)


def test_from_her_late_booking_to_the_last_reason_on_her_timeline(told, page):
    visit = told.books(ahead=5)
    page.get_by_role("heading", name=NAME).wait_for()
    assert "Booked too late for its usual moment: catching up" in told.reasons()
    told.waits("+1 hour", 1)

    told.texts("when do i stop retinol?")
    told.gets("retin")
    assert told.her_page().get_by_text("Opted out").count() == 0, "“stop” is a clinical word here"

    told.texts("i have a cold sore")
    told.gets(".")
    told.her_page().get_by_role("heading", name="Needs a person").wait_for()
    page.get_by_text("“i have a cold sore”").or_(page.get_by_text("i have a cold sore")).first.wait_for()

    _moved_a_week(told, page, visit + timedelta(days=7))
    assert "7 days before the visit" in told.reasons()
    _looked_at(told, page)

    told.waits("+1 day", 12)
    told.waits("+1 hour", 6)
    told.her_page().locator("[id^=done-]").first.click()
    page.get_by_text("Marked done. Her aftercare texts are planned").wait_for()
    told.waits("+1 hour", 2)
    told.phone()
    told.gets("rest of today")

    told.texts("STOP")
    told.her_page().get_by_text("she texted STOP").first.wait_for()
    told.waits("+1 day", 2)
    last = told.her_page().locator(".timeline .entry.never").last.inner_text()
    assert "May not be sent" in last
    assert "Not sent: she texted STOP on" in last
    planned = told.demo.api("messages", mobile=MOBILE, status="planned")["messages"]
    assert planned == []


def _moved_a_week(told: Told, page, to: datetime) -> None:
    told.her_page().locator("summary", has_text="More").last.click()
    page.get_by_role("link", name="Move").first.click()
    page.locator("input[name=starts_at]").fill(to.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Move the visit").click()
    page.get_by_text("Moved.").wait_for()


def _looked_at(told: Told, page) -> None:
    """Somebody has called her: what is open about her is resolved, the visit goes ahead."""
    told.her_page()
    release = page.get_by_role("button", name="Release the visit")
    if release.count():
        release.click()
        page.get_by_text("Released.").wait_for()
    while (button := page.get_by_role("button", name="Resolve")).count():
        before = button.count()
        button.first.click()
        page.wait_for_function(
            "before => [...document.querySelectorAll('button')]"
            ".filter((one) => one.textContent.trim() === 'Resolve').length < before",
            arg=before,
        )
