"""The demo as a newcomer starts it, and a real browser to look at it with."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
#: A machine without a network or a screen; nothing is asked of anybody outside.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


#: The two screens of a clinic: the desk's, and the phone in the injector's pocket.
DESK = {"viewport": {"width": 1280, "height": 900}}
POCKET = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}


@dataclass
class RunningDemo:
    """What `make run` printed."""

    base: str
    sign_in: str
    token: str

    def api(self, path: str, **query: str) -> dict:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.get(f"{self.base}/api/v1/{path}", params=query, headers=headers, timeout=10).json()


@pytest.fixture
def demo(tmp_path) -> Iterator[RunningDemo]:
    """`bot.py demo` in a process of its own, in an empty folder."""
    with _running(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def still_demo(tmp_path_factory) -> Iterator[RunningDemo]:
    """The same, for tests that only look: one for all of a file."""
    with _running(tmp_path_factory.mktemp("demo")) as running:
        yield running


@contextmanager
def _running(folder: Path) -> Iterator[RunningDemo]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TWILIO")}
    environment |= {"PORT": str(port), "CLINIC_FILE": str(ROOT / "clinic.yaml"), "PYTHONUNBUFFERED": "1"}
    started = subprocess.Popen(
        [sys.executable, str(ROOT / "bot.py"), "demo"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert started.stdout is not None
    said = ""
    for line in started.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    link = re.search(r"http://\S+/sign-in/\S+", said)
    token = re.search(r"Bearer ([^)\s]+)", said)
    assert link, said
    assert token, said
    running = RunningDemo(f"http://localhost:{port}", link.group(), token.group(1))
    _wait_for(running)
    try:
        yield running
    finally:
        started.terminate()
        started.wait(timeout=20)
        started.stdout.close()


def _wait_for(running: RunningDemo) -> None:
    for _ in range(100):
        try:
            requests.get(f"{running.base}/healthz", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """The system's Chromium; without one these tests are skipped, loudly.

    Ended with each file: Playwright keeps a loop running in its thread, and other tests run theirs there.
    """
    if CHROMIUM is None:
        warnings.simplefilter("default")
        warnings.warn("NO CHROMIUM ON THIS MACHINE: the browser tests are skipped", stacklevel=1)
        pytest.skip("no Chromium on this machine: install it (apt-get install chromium) to run these")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def page(browser, demo):
    """A desk's screen, signed in by the printed link. Any error in the page fails the test."""
    with _screen(browser, demo, DESK) as opened:
        yield opened


@pytest.fixture
def pocket(browser, demo):
    """The same on a phone's screen, with thumbs."""
    with _screen(browser, demo, POCKET) as opened:
        yield opened


@contextmanager
def _screen(browser, demo: RunningDemo, look: dict):
    context = browser.new_context(**look)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if _is_error(message) else None)
    opened.goto(demo.sign_in)
    yield opened
    context.close()
    assert errors == []


def _is_error(message) -> bool:
    """A form that comes back with what is wrong in it (422) is none, whatever the browser calls it."""
    return message.type == "error" and "status of 422" not in message.text
