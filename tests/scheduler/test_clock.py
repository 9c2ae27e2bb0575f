"""The sender finishes what is in hand before the process goes."""

import subprocess
import sys

from tests.conftest import ROOT

#: Gunicorn forks: the sender is made in the one process and serves in the other.
FORKED = """
import os, threading, time
from scheduler import clock

asked, settled = threading.Event(), threading.Event()

def slow(works, lanes):
    asked.set()
    time.sleep(0.3)
    settled.set()

clock.dispatch = slow
sender = clock.Sender()
child = os.fork()
if child:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
sender.serve("works")
sender.wake()
asked.wait()
sender.stop()
os._exit(0 if settled.is_set() else 1)
"""


def test_a_reply_on_its_way_is_settled_before_a_forked_server_stops():
    ended = subprocess.run([sys.executable, "-c", FORKED], cwd=ROOT, timeout=60, check=False)
    assert ended.returncode == 0
