"""One asyncio loop on a thread of its own, for as long as the carrier lives."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

Work = Coroutine[Any, Any, Any]


class Loop:
    """Started when it is first needed: a process that forks before that takes no thread with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, work: Work) -> Any:
        """Do this work on the loop, from another thread; returns its result."""
        return asyncio.run_coroutine_threadsafe(work, self._started()).result()

    def call(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call this on the loop soon, from any thread, and do not wait for it."""
        self._started().call_soon_threadsafe(function, *arguments)

    def stop(self) -> None:
        """End the loop; what was under way on it is cancelled."""
        with self._lock:
            if self._loop is None or self._thread is None:
                return
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="carrier", daemon=True)
                self._thread.start()
            return self._loop
