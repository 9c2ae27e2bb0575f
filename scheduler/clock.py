"""APScheduler as a metronome, and nothing more: what is due stands in the outbox.

Memory job store, so that no job can be lost, doubled or renamed away; ``coalesce`` and
one instance, so that a slow tick delays the next instead of piling up; no misfire
limit, so that a late tick still runs.
"""

import logging
import threading
from collections.abc import Callable
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.chores import do_chores
from scheduler.dispatch import EVERY_LANE, dispatch
from scheduler.works import Works
from store.outbox import IMMEDIATE

log = logging.getLogger(__name__)

SEND_EVERY, CHORES_EVERY = 1.0, 2.0  #: seconds


class Clock:
    """Ticks that send what is due and do the chores, until stopped."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin to tick, in a thread of its own."""
        self._scheduler.add_job(self._send, "interval", seconds=SEND_EVERY)
        self._scheduler.add_job(self._do_chores, "interval", seconds=CHORES_EVERY)
        self._scheduler.start()

    def stop(self) -> None:
        """Let the texts in hand be settled, then stop."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _send(self) -> None:
        _survive("send", partial(dispatch, self._works, EVERY_LANE))

    def _do_chores(self) -> None:
        _survive("chores", partial(do_chores, self._works))


class Sender:
    """Sends replies the moment they are written: woken, it does not wait for a tick.

    Its thread is made where it serves: one made before a fork counts as ended after it, and could
    not be waited for.
    """

    def __init__(self) -> None:
        self._something_due = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something is due at once."""
        self._something_due.set()

    def serve(self, works: Works) -> None:
        """Begin to send for these works."""
        self._thread = threading.Thread(target=self._run, args=(works,), name="sender", daemon=True)
        self._thread.start()

    def _run(self, works: Works) -> None:
        while not self._stopping:
            self._something_due.wait()
            self._something_due.clear()
            if not self._stopping:
                _survive("reply", partial(dispatch, works, IMMEDIATE))

    def stop(self) -> None:
        """Finish what is in hand."""
        self._stopping = True
        self._something_due.set()
        if self._thread is not None:
            self._thread.join(timeout=15)


def _survive(what: str, work: Callable[[], object]) -> None:
    """A tick that fails is logged, by kind only, and the next one tries again."""
    try:
        work()
    except Exception as error:
        log.error("%s failed: %s", what, type(error).__name__)
