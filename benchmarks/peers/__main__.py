"""The peers, measured as Afterglow is. One command, one table:

    var/peers/bin/python -m benchmarks.peers [--texts 20000] [--in-flight 64] [--only huey-sqlite ...]
                                             [--lean] [--kill] [--faulty]

``--lean``: a kept-alive HTTP sender instead of twilio's client as shipped. ``--kill``: kill -9 after 40% of
the texts, and started again. ``--faulty``: a carrier that refuses 5%, breaks on 5%, takes 1% and resets.
"""

import argparse

from benchmarks.peers.places import Missing
from benchmarks.peers.run import Plan, Result, run
from benchmarks.peers.systems import PEERS, Peer

COLUMNS = "system", "messages/s", "CPU s per 1,000", "peak MB", "lost", "twice"


def main() -> None:
    asked = options()
    plan = Plan(asked.texts, asked.in_flight, asked.lean, asked.kill, asked.faulty)
    print("|", " | ".join(COLUMNS), "|")
    print("|---" * len(COLUMNS) + "|", flush=True)
    left_out = []
    for peer in chosen(asked):
        try:
            print("|", " | ".join([peer.name, *told(run(peer, plan))]), "|", flush=True)
        except (Missing, RuntimeError) as reason:  # the others are measured all the same
            left_out.append(f"Left out: {peer.name}: {reason}")
    print("", *left_out, sep="\n" if left_out else "")


def options() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(prog="benchmarks.peers", description=__doc__.splitlines()[0])
    wanted.add_argument("--texts", type=int, default=20_000)
    wanted.add_argument("--in-flight", type=int, default=64)
    wanted.add_argument("--only", nargs="+", choices=[peer.slug for peer in PEERS], metavar="SYSTEM")
    wanted.add_argument("--lean", action="store_true")
    wanted.add_argument("--kill", action="store_true")
    wanted.add_argument("--faulty", action="store_true")
    return wanted.parse_args()


def chosen(asked: argparse.Namespace) -> list[Peer]:
    """Those named; else all whose row says something about this run."""
    if asked.only:
        return [peer for peer in PEERS if peer.slug in asked.only]
    return [peer for peer in PEERS if peer.only_when is None or getattr(asked, peer.only_when)]


def told(row: Result) -> list[str]:
    cpu = "–" if row.cpu_per_1000 is None else f"{row.cpu_per_1000:.2f}"
    figures = [f"{row.per_second:,.0f}", cpu, f"{row.peak_mb:,.0f}"]
    return [*figures, f"{row.lost:,}", f"{row.twice:,}"]


if __name__ == "__main__":
    main()
