"""One peer, one run: fill its store, start its worker, watch until nothing more comes, count."""

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.orders import Orders
from benchmarks.peers.places import place
from benchmarks.peers.processes import ROOT, Carrier, Worker
from benchmarks.peers.systems import OURS, Peer

#: Seconds for the filling to start, and for a worker to start before its texts are due.
STARTING, WARM_UP = 6, 12
#: Seconds that filling may take for each text.
FILLS_AT = 0.004
#: Seconds between two looks at the carrier's count, and between two at the worker.
COUNT_EVERY, LOOK_EVERY = 0.1, 0.5
#: Seconds without a text once all are taken, when nothing could make one come again.
SETTLED = 2
#: Of the texts taken when the worker is killed.
KILL_AT = 0.4


@dataclass(frozen=True)
class Plan:
    texts: int
    in_flight: int
    lean: bool
    kill: bool
    faulty: bool


@dataclass(frozen=True)
class Result:
    """``per_second`` counts from the first request the carrier saw to the last.

    ``cpu_per_1000`` is the worker's, its start included; None when most texts were lost, as it went there.
    """

    per_second: float
    cpu_per_1000: float | None
    peak_mb: float
    lost: int
    twice: int


def run(peer: Peer, plan: Plan) -> Result:
    """Raises Missing when the machine lacks what the peer needs, RuntimeError when the peer fails."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        place(peer.kept, Path(folder)) as store,
        Carrier(plan.faulty) as carrier,
    ):
        orders = Orders(carrier.url, store, plan.in_flight, plan.lean, peer.ways)
        due = fill(peer, plan, orders)
        log = Path(folder) / "worker.log"
        worker = Worker(peer.command(plan.in_flight), orders.environment(), log)
        watch = Watch(worker, carrier, plan, peer.patience, quiet_since=due)
        try:
            watch.to_the_end()
        finally:
            worker.kill()
        return watch.result()


def fill(peer: Peer, plan: Plan, orders: Orders) -> float:
    """All texts planned for one moment to come; that moment. Raises RuntimeError when it came too soon."""
    due = time.time() + STARTING + FILLS_AT * plan.texts + WARM_UP
    command = [*OURS, peer.module, "fill", str(plan.texts), str(due)]
    subprocess.run(command, cwd=ROOT, env=orders.environment(), check=True)
    if time.time() > due - WARM_UP:
        raise RuntimeError(f"filling took longer than {FILLS_AT} s a text: the machine is busy")
    return due


@dataclass
class Watch:
    """Looks on while a worker works. Times in seconds since 1970; ``cpu`` in seconds, up to the last text."""

    worker: Worker
    carrier: Carrier
    plan: Plan
    patience: float
    quiet_since: float
    looked: float = 0.0
    asked: int = 0
    cpu: float = 0.0
    killed: bool = False

    def to_the_end(self) -> None:
        """Until nothing more is to be expected; kills the worker on the way when that is the plan."""
        over = False
        while not over:
            time.sleep(COUNT_EVERY)
            counted, now = self.carrier.count(), time.time()
            if now - self.looked >= LOOK_EVERY:
                self._look(counted["asked"], now)
            if self.plan.kill and not self.killed and counted["taken"] >= KILL_AT * self.plan.texts:
                self.worker.kill_and_restart()
                self.killed = True
            over = now - self.quiet_since > self._enough(counted["taken"])

    def _look(self, asked: int, now: float) -> None:
        self.looked = now
        self.worker.look()
        if asked > self.asked:
            self.asked, self.quiet_since, self.cpu = asked, max(now, self.quiet_since), self.worker.cpu

    def _enough(self, taken: int) -> float:
        """How long a silence ends it. After a kill or a fault, a text that was taken may still come again."""
        calm = taken == self.plan.texts and not (self.plan.kill or self.plan.faulty)
        return SETTLED if calm else self.patience

    def result(self) -> Result:
        counted = self.carrier.count()
        taken = counted["taken"]
        return Result(
            per_second=taken / counted["seconds"] if counted["seconds"] else 0.0,
            cpu_per_1000=self.cpu / taken * 1000 if 2 * taken > self.plan.texts else None,
            peak_mb=self.worker.peak_mb,
            lost=self.plan.texts - taken,
            twice=counted["twice"],
        )
