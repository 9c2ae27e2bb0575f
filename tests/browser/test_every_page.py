"""Every page on a desk's screen and a phone's, by day and by night: can everybody use it, is it light?

A new page is one more line in ``PAGES``.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, POCKET

pytestmark = pytest.mark.browser

#: What is opened. ``{patient}`` is the address of a patient who has a whole course behind her.
PAGES = [
    "/",
    "/inbox",
    "/inbox?view=snoozed",
    "/inbox?words=red",
    "/inbox/replies",
    "{talk}",
    "/patients",
    "{patient}",
    "{patient}/correct",
    "{text}",
    "{move}",
    "/search?q=5550",
    "/enrol",
    "/enrol/file",
    "/protocols",
    "/protocols/microneedling",
    "/protocols/replies",
    "/protocols/wordings/one_week",
    "/protocols/wordings/one_week/edit",
    "/protocols/wordings/one_week/compare",
    "/protocols/wordings/one_week/versions/1",
    "/protocols/wordings/about_age",
    "/protocols/wordings/bleeding",
    "/numbers",
    "/numbers?period=90",
    "/numbers?period=own&from=2020-01-01&to=2020-01-02",
    "/settings",
    "/settings/people",
    "/settings/password",
    "/phone",
]
#: Pages that are reached from the page of a patient whose visit is to come: the links that open them.
LINKS = {"{text}": "a[href^='/texts/']", "{move}": "a[href*='/move']"}
SCREENS = {
    "desk, light": {**DESK, "color_scheme": "light"},
    "desk, dark": {**DESK, "color_scheme": "dark"},
    "phone, light": {**POCKET, "color_scheme": "light"},
    "phone, dark": {**POCKET, "color_scheme": "dark"},
}
#: WCAG 2.2 at level AA, and what axe counts as good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: The most a page may weigh with all it brings, bytes over the wire.
WEIGHT = 150_000


@pytest.fixture(scope="module")
def signed_in(browser, still_demo):
    """Cookies of somebody who signed in: the printed link opens once."""
    context = browser.new_context()
    context.new_page().goto(still_demo.sign_in)
    yield context.storage_state()
    context.close()


@pytest.fixture(params=SCREENS.values(), ids=SCREENS.keys())
def screen(request, browser, signed_in):
    """One empty window of somebody who is signed in."""
    context = browser.new_context(**request.param, storage_state=signed_in)
    yield context.new_page()
    context.close()


def _address(screen, still_demo, path: str) -> str:
    """Where a page is; some are found on the way there."""
    if "{patient}" in path:
        screen.goto(f"{still_demo.base}/search?q=Olivia")
        path = path.format(patient=screen.locator("a.title").first.get_attribute("href"))
    elif path == "{talk}":
        screen.goto(f"{still_demo.base}/inbox?words=Grace")
        path = screen.locator("a.title").first.get_attribute("href")
    elif path in LINKS:
        screen.goto(f"{still_demo.base}/search?q=Beth")
        screen.goto(still_demo.base + screen.locator("a.title").first.get_attribute("href"))
        path = screen.locator(LINKS[path]).first.get_attribute("href")
    return f"{still_demo.base}{path}"


def _open(screen, address: str) -> None:
    screen.goto(address)
    screen.wait_for_load_state("networkidle")


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use_it(screen, still_demo, path):
    _open(screen, _address(screen, still_demo, path))
    found = Axe().run(screen, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.parametrize("path", PAGES)
def test_it_fits_the_screen_is_light_and_does_not_jump(screen, still_demo, path):
    brought: list[int] = []
    address = _address(screen, still_demo, path)
    screen.on("requestfinished", lambda one: brought.append(sum(one.sizes()[k] for k in SIZES)))
    screen.add_init_script(COUNT_JUMPS)
    _open(screen, address)
    assert screen.evaluate("document.documentElement.scrollWidth") <= screen.viewport_size["width"]
    assert sum(brought) < WEIGHT
    assert screen.evaluate("window.jumped") < 0.01


SIZES = ("responseBodySize", "responseHeadersSize")
#: The browser's own sum of how far things moved while the page came (cumulative layout shift).
COUNT_JUMPS = """
window.jumped = 0;
new PerformanceObserver((seen) => { for (const one of seen.getEntries()) window.jumped += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""
