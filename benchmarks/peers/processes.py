"""The processes of one run: the carrier that counts, and the worker's tree that is measured and killed."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent
DELAY_MS = 50
MEGABYTE = 1024 * 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Carrier:
    """The stand-in carrier, while the ``with`` lasts."""

    def __init__(self, faulty: bool):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "benchmarks.standin", str(port), str(DELAY_MS)]
        self._command += ["--faulty"] if faulty else []

    def __enter__(self) -> "Carrier":
        self._process = subprocess.Popen(self._command, cwd=ROOT)
        while not self._answers():
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def count(self) -> dict:
        """``taken``, ``twice``, ``asked``, and the ``seconds`` between the first request and the last.

        Raises RuntimeError when the carrier is no more.
        """
        self._must_live()
        with urllib.request.urlopen(f"{self.url}/count", timeout=10) as answer:
            return json.load(answer)

    def _answers(self) -> bool:
        with suppress(OSError):
            return bool(self.count())
        return False

    def _must_live(self) -> None:
        if (code := self._process.poll()) is not None:
            raise RuntimeError(f"the carrier ended by itself (exit code {code}): did something kill it?")


class Worker:
    """A worker and all its children; it may be killed and started again, and is one worker still."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path):
        self._command, self._environment, self._log = command, environment, log
        self._before = 0.0
        self.cpu, self.peak_mb = 0.0, 0.0
        self._start()

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        self._root = psutil.Process(self._process.pid)

    def look(self) -> None:
        """Read the clock and the memory of every process. Raises RuntimeError when the worker has died.

        A page that several of them share is counted once (PSS).
        """
        if self._process.poll() is not None:
            last = self._log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"the worker ended by itself:\n{last}")
        cpu = memory = 0.0
        for process in self._tree():
            with suppress(psutil.NoSuchProcess):
                cpu += sum(process.cpu_times()[:4])  # its own, and that of children that have ended
                memory += process.memory_full_info().pss / MEGABYTE
        self.cpu = self._before + cpu
        self.peak_mb = max(self.peak_mb, memory)

    def kill(self) -> None:
        """kill -9, every process of the tree at once."""
        for process in self._tree():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait()

    def kill_and_restart(self) -> None:
        self.look()
        self._before = self.cpu
        self.kill()
        self._start()

    def _tree(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return [self._root, *self._root.children(recursive=True)]
        return []
