"""One asyncio loop on a thread of its own, for as long as the carrier lives."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any


class Loop:
    """Started when it is first needed: a process that forks before that takes no thread with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def submit(self, work: Coroutine[Any, Any, Any]) -> "Future[Any]":
        """Begin this work on the loop, from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self._started())

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


class Room:
    """At most so many at once: what comes later waits on the loop."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)

    async def held(
        self, work: Coroutine[Any, Any, Any], done: Callable[[Any], None], failed: Callable[[Exception], Any]
    ) -> None:
        """Do the work when there is a place for it, and tell what came of it; also when it broke."""
        async with self._places:
            try:
                outcome = await work
            except Exception as error:
                outcome = failed(error)
            done(outcome)
