"""What the README promises a newcomer, done in a real browser on the demo as it is started."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("America/New_York")
COURSE = [
    "welcome",
    "health_check",
    "seven_day_list",
    "five_day_list",
    "skin_check",
    "day_before",
    "visit_day",
]


def _demo_day(page, demo) -> datetime:
    """The demo's first day, read from its clock page."""
    page.goto(f"{demo.base}/phone")
    said = page.locator(".clock .face").inner_text()
    day = next(line for line in said.splitlines() if "," in line).split(" New York")[0].strip()
    return datetime.strptime(day, "%A, %B %d").replace(year=datetime.now(ZONE).year, tzinfo=ZONE)


def _enrol(page, demo, visit: datetime) -> None:
    page.goto(f"{demo.base}/enrol")
    page.get_by_label("Name", exact=True).fill("Lucía Romero")
    page.get_by_label("Mobile").fill("(781) 555 0170")
    page.locator("input[name=starts_at]").fill(visit.strftime("%Y-%m-%dT%H:%M"))
    page.locator("input[name=language][value=es]").check()
    page.locator("input[name=care]").check()
    page.locator("input[name=method]").first.check()
    page.locator("#preview .bubble").first.wait_for()
    page.get_by_role("button", name="Enrol").click()
    page.wait_for_url("**/patients/*")


def _advance(page, demo, days: int) -> None:
    page.goto(f"{demo.base}/phone")
    for _ in range(days):
        before = page.locator(".clock .face").inner_text()
        page.get_by_role("button", name="+1 day").click()
        page.wait_for_function(
            "before => document.querySelector('.clock .face').innerText !== before"
            " && !document.querySelector('.htmx-request')",
            arg=before,
        )


def _type_as(page, demo, mobile: str, words: str) -> None:
    page.goto(f"{demo.base}/phone?show=%2B1{mobile}")
    page.locator(".phone textarea").first.fill(words)
    page.get_by_role("button", name="Send as").first.click()
    page.locator(".screen .came", has_text=words).wait_for()


def test_she_is_enrolled_for_next_week_and_every_text_arrives_at_its_minute_in_her_language(page, demo):
    visit = _demo_day(page, demo) + timedelta(days=8, hours=14)
    _enrol(page, demo, visit)
    assert page.locator(".bubble", has_text="Su cita es").count() >= 1
    _advance(page, demo, days=10)
    texts = demo.api("messages", mobile="7815550170")["messages"]
    sent = {text["step"]: text for text in texts if text["status"] == "delivered"}
    assert [step for step in COURSE if step not in sent] == []
    for text in sent.values():
        planned, left = (datetime.fromisoformat(text[key]) for key in ("planned_for", "sent_at"))
        assert timedelta(0) <= left - planned < timedelta(minutes=1), text["step"]
        assert text["language"] == "es"


def test_stop_on_another_phone_ends_its_texts(page, demo):
    _type_as(page, demo, "7815550111", "STOP")
    before = len(_delivered(demo, "7815550111"))
    _advance(page, demo, days=3)
    assert len(_delivered(demo, "7815550111")) <= before + 1, "at most the one confirmation"
    planned = demo.api("messages", mobile="7815550111", status="planned")["messages"]
    assert planned == []


def test_my_throat_is_closing_gets_911_first_and_pages_a_person(page, demo):
    _type_as(page, demo, "7815550112", "my throat is closing")
    page.locator(".screen .went", has_text="911").last.wait_for()
    page.goto(f"{demo.base}/")
    page.get_by_text("Emergency").first.wait_for()
    page.goto(f"{demo.base}/phone?show=%2B17815550143")
    page.locator(".screen .went", has_text="ticket").first.wait_for()


def test_a_visit_marked_done_in_one_tap_brings_the_evening_text(page, demo):
    page.goto(f"{demo.base}/")
    page.get_by_role("button", name="Mark done").first.click()
    page.get_by_text("Undo").first.wait_for()
    page.goto(f"{demo.base}/phone")
    page.get_by_role("button", name="+1 hour").click()
    page.goto(f"{demo.base}/phone?show=%2B17815550118")
    page.locator(".screen .went", has_text="rest of today").first.wait_for()


def _delivered(demo, mobile: str) -> list[dict]:
    return [text for text in demo.api("messages", mobile=mobile)["messages"] if text["sent_at"]]
