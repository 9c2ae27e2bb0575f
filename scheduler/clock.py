"""APScheduler as a metronome, and nothing more: what is due stands in the outbox.

Memory job store, so that no job can be lost, doubled or renamed away; ``coalesce`` and
one instance, so that a slow tick delays the next instead of piling up; no misfire
limit, so that a late tick still runs.
"""

import logging
import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.chores import OTHER_CHORES, URGENT_CHORES, Chore, do_chores
from scheduler.dispatch import EVERY_LANE, dispatch
from scheduler.file_work import work_on_files
from scheduler.mailing import send_mails
from scheduler.works import Works
from store.database import what_went_wrong
from store.outbox import IMMEDIATE

log = logging.getLogger(__name__)
#: It warns of every tick that comes while the last one is still sending: that is how it is meant.
logging.getLogger("apscheduler").setLevel(logging.ERROR)

#: The loop that carries hundreds of texts must not wait long for the thread that words the next: seconds
#: after which Python lets another thread run (its own default is five times as long).
HAND_OVER = 0.001
SEND_EVERY, CHASE_EVERY, CHORES_EVERY, MAIL_EVERY, FILES_EVERY = 1.0, 0.5, 2.0, 2.0, 1.0  #: seconds


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
        sys.setswitchinterval(HAND_OVER)
        self._scheduler.add_job(self._send, "interval", seconds=SEND_EVERY)
        self._scheduler.add_job(self._do_chores, "interval", (URGENT_CHORES,), seconds=CHASE_EVERY)
        self._scheduler.add_job(self._do_chores, "interval", (OTHER_CHORES,), seconds=CHORES_EVERY)
        self._scheduler.add_job(self._work_on_files, "interval", seconds=FILES_EVERY)
        if self._works.mailer is not None:
            self._scheduler.add_job(self._send_mails, "interval", seconds=MAIL_EVERY)
        self._scheduler.start()

    def stop(self) -> None:
        """Let the texts in hand be settled, then stop."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _send(self) -> None:
        _survive("send", partial(dispatch, self._works, EVERY_LANE))

    def _do_chores(self, chores: Iterable[Chore]) -> None:
        _survive("chores", partial(do_chores, self._works, chores))

    def _work_on_files(self) -> None:
        """A job of its own: a thousand rows keep neither a text nor a page waiting."""
        _survive("files", partial(work_on_files, self._works))

    def _send_mails(self) -> None:
        """A job of its own: a mail server that hangs keeps neither a text nor a chore waiting."""
        _survive("mails", partial(send_mails, self._works))


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
        log.error("%s failed: %s", what, what_went_wrong(error))
