"""A peer's part, in its own process: ``python -m benchmarks.peers.do on_apscheduler fill COUNT DUE | work``.

DUE in seconds since 1970.
"""

import sys
from datetime import UTC, datetime
from importlib import import_module


def do(peer: str, part: str, *told: str) -> None:
    module = import_module(f"benchmarks.peers.{peer}")
    if part == "fill":
        module.fill(int(told[0]), datetime.fromtimestamp(float(told[1]), UTC))
    else:
        module.work()


if __name__ == "__main__":
    do(*sys.argv[1:])
