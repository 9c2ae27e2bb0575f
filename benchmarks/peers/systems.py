"""The peers: their names, where each keeps its queue, how its worker starts, how it departs from defaults."""

import sys
from dataclasses import dataclass

PYTHON = sys.executable
OURS = [PYTHON, "-m", "benchmarks.peers.do"]


@dataclass(frozen=True)
class Peer:
    """``kept``: "sqlite", "redis" or "postgresql". ``worker``: its command; {n} is the number in flight.

    ``ways``: see the peer's own file. ``only_when``: the option this row is about, if it is about one.
    ``patience``: seconds without a text after which nothing more is to be expected.
    """

    slug: str
    name: str
    module: str
    kept: str
    worker: list[str]
    ways: tuple[str, ...] = ()
    only_when: str | None = None
    patience: float = 12

    def command(self, in_flight: int) -> list[str]:
        return [part.format(n=in_flight) for part in self.worker]


def apscheduler(slug: str, name: str, *ways: str) -> Peer:
    worker = [*OURS, "on_apscheduler", "work"]
    return Peer(f"apscheduler-{slug}", f"APScheduler, {name}", "on_apscheduler", "sqlite", worker, ways)


def huey(slug: str, name: str, *ways: str, only_when: str | None = None) -> Peer:
    queue = "benchmarks.peers.on_huey.queue"
    worker = [PYTHON, "-m", "huey.bin.huey_consumer", queue, "-w", "{n}", "-k", "thread"]
    kept = slug.partition("-")[0]
    return Peer(f"huey-{slug}", f"huey, {name}", "on_huey", kept, worker, ways, only_when)


def celery(slug: str, name: str, *ways: str, **more) -> Peer:
    pool = slug.partition("-")[0]
    worker = [PYTHON, "-m", "celery", "-A", "benchmarks.peers.on_celery", "worker"]
    worker += ["-P", pool, "-c", "{n}", "--loglevel", "ERROR"]
    return Peer(f"celery-{slug}", f"Celery, Redis, {name}", "on_celery", "redis", worker, ways, **more)


def procrastinate(slug: str, name: str, *ways: str, **more) -> Peer:
    worker = [*OURS, "on_procrastinate", "work"]
    return Peer(
        f"procrastinate{slug}", f"procrastinate{name}", "on_procrastinate", "postgresql", worker, ways, **more
    )


PEERS = [
    apscheduler("defaults", "defaults"),
    apscheduler("no-grace", "misfire_grace_time=None", "no-grace"),
    apscheduler("pool", "misfire_grace_time=None, larger pool", "no-grace", "pool"),
    huey("sqlite", "SQLite"),
    huey("sqlite-retries", "SQLite, retries", "retries", only_when="faulty"),
    huey("redis", "Redis"),
    huey("redis-retries", "Redis, retries", "retries", only_when="faulty"),
    celery("threads", "threads"),
    celery("threads-retries", "threads, retries", "retries", only_when="faulty"),
    celery("prefork", "prefork"),
    celery("prefork-late", "prefork, late acknowledgement", "late", only_when="kill", patience=80),
    procrastinate("", ""),
    procrastinate("-retries", ", retries", "retries", only_when="faulty"),
    procrastinate("-rescue", ", rescue of stalled jobs", "rescue", only_when="kill", patience=60),
]
