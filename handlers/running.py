"""Keeping it running: the web side, the ticks, or both in one process, until told to stop."""

import signal
import threading
from typing import TYPE_CHECKING

from handlers.commands.context import Needs
from scheduler.chores import do_chores
from scheduler.clock import Clock
from scheduler.dispatch import drain_at_pace
from scheduler.file_work import work_on_files
from scheduler.mailing import send_mails

if TYPE_CHECKING:
    from flask import Flask


def run_web(needs: Needs, app: "Flask", *, with_clock: bool) -> None:
    """Serve; with the clock, this process also does all that time asks for."""
    from handlers.serving import Server

    clock = Clock(needs.works)

    def begin() -> None:
        needs.database.forget_connections()  # they belong to the process that forked this one
        needs.works.reader.read("hello")  # built now, so that no patient waits for it
        needs.sender.serve(needs.works)
        if with_clock:
            clock.start()

    def end() -> None:
        clock.stop()
        needs.sender.stop()
        _let_go(needs)

    settings = needs.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    Server(app, f"{host}:{settings.port}", begin, end).run()


def run_clock(needs: Needs) -> None:
    """Only time: send, chase and do the chores until SIGTERM or Ctrl-C; what is in hand is settled first."""
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: stopping.set())
    clock = Clock(needs.works)
    clock.start()
    stopping.wait()
    clock.stop()
    _let_go(needs)


def drain(needs: Needs) -> int:
    """Send all that is due, do the chores once, and return how many texts left."""
    sent = drain_at_pace(needs.works)
    do_chores(needs.works)
    while work_on_files(needs.works):
        pass
    sent += drain_at_pace(needs.works)
    send_mails(needs.works)
    _let_go(needs)
    return sent


def _let_go(needs: Needs) -> None:
    needs.carrier.close()
    needs.database.close()
