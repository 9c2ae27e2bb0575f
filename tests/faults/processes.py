"""Our own processes, really started and really killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from tests.conftest import ROOT

#: A process that does not do in this time what is asked of it has failed, seconds. Below the minute after
#: which a sender would try again by itself, and long enough for a machine that does much else.
PATIENCE = 45.0
#: An answer is on the loopback for less than this, seconds.
ON_THE_WIRE = 0.3


def until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    """Wait until it is so; a test that waits in vain fails here."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"waited {within:.0f} s in vain"
        time.sleep(0.02)


class Process:
    """One command, in a group of its own: a kill takes whatever it has started along."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines: list[str] = []
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        """What it has printed and logged so far."""
        return "".join(self._lines)

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def says(self, words: str, within: float = PATIENCE) -> None:
        """Wait until it has said this."""
        until(lambda: words in self.said or not self.lives, within)
        assert words in self.said, self.said

    def kill(self) -> None:
        """SIGKILL: it cannot say goodbye."""
        self._signal(signal.SIGKILL)
        self.ends()

    def terminate(self) -> None:
        """SIGTERM, as a deploy sends it: it may finish what it has in hand."""
        self._process.terminate()

    def ends(self, within: float = PATIENCE) -> int:
        """Wait for its end; its exit code."""
        code = self._process.wait(within)
        self._listening.join(within)
        if self._process.stdout:
            self._process.stdout.close()
        return code

    def clean_up(self) -> None:
        """At the end of a test nothing is left over, whatever became of the test."""
        self._signal(signal.SIGKILL)
        self.ends()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def _listen(self) -> None:
        if self._process.stdout:
            self._lines.extend(iter(self._process.stdout.readline, ""))


def python(*arguments: str) -> list[str]:
    """The same interpreter as the tests'."""
    return [sys.executable, *arguments]
