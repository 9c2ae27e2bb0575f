"""A bug that enrols somebody a thousand times, two machines that answer each other, a mountain of plans."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from scheduler.ticketing import resolve
from store.tables import OutboxText
from tests.faults.installation import Installation, on_postgresql, wall_clock
from tests.faults.matrix import fault
from tests.faults.processes import until

VICTIM = "+17815551000"
#: Kept far below what a clinic would set, so that few texts show it.
A_DAY, AN_HOUR = 3, 5
#: Megabytes that a worker may need, whatever stands behind it.
MEMORY = 130


def _enrolled_again_and_again(installation: Installation, times: int) -> None:
    for n in range(times):
        installation.book(
            VICTIM, wall_clock() - timedelta(minutes=5), installation.day(14 + n), visit_id=f"v{n}"
        )


@fault(28)
@on_postgresql
def test_a_mobile_that_a_bug_would_flood_gets_no_more_than_its_day_and_the_rest_flows(installation):
    _enrolled_again_and_again(installation, 8)
    others = installation.patients(6, first=2000)
    installation.drain(TEXTS_PER_DAY=str(A_DAY))
    assert len(installation.twilio.texts_for(VICTIM)) == A_DAY
    assert all(len(installation.twilio.texts_for(other)) == 1 for other in others)
    [ticket] = installation.tickets(kind="breaker")
    held = [row for row in installation.due() if row.mobile == VICTIM and row.status == "planned"]
    assert len(held) == 8 - A_DAY
    assert all(row.reason for row in held)

    assert resolve(installation.works(wall_clock()), ticket.id, "ana")
    installation.drain(TEXTS_PER_DAY=str(A_DAY))
    assert len(installation.twilio.texts_for(VICTIM)) > A_DAY
    installation.assert_none_left_twice()
    installation.assert_nothing_lost()


@fault(28)
def test_a_location_that_would_flood_is_held_and_the_other_flows(installation):
    mine = installation.patients(9)
    harbor = installation.patients(4, first=2000, location="harbor")
    installation.drain(TEXTS_PER_HOUR=str(AN_HOUR))
    assert _how_many_got_theirs(installation, mine) == AN_HOUR
    assert all(len(installation.twilio.texts_for(mobile)) == 1 for mobile in harbor)
    [ticket] = installation.tickets(kind="breaker")
    assert ticket.location_id == "main"

    assert resolve(installation.works(wall_clock()), ticket.id, "ana")
    installation.drain(TEXTS_PER_HOUR=str(AN_HOUR))
    assert _how_many_got_theirs(installation, mine) == len(mine)
    installation.assert_none_left_twice()
    installation.assert_nothing_lost()


def _how_many_got_theirs(installation: Installation, mobiles: list[str]) -> int:
    return sum(len(installation.twilio.texts_for(mobile)) for mobile in mobiles)


@fault(28)
def test_two_machines_that_answer_each_other_fall_silent(installation):
    [mobile] = installation.patients(1)
    installation.serve("run")
    for _ in range(30):
        assert installation.text_in(mobile, "does it hurt?").status_code == 200
    until(lambda: set(installation.states()) == {"sent"})
    assert len(installation.texts(purpose="reply")) <= 12
    with installation.database.reading() as session:
        kept = session.execute(text("SELECT state FROM inbox")).scalars().all()
    assert len(kept) == 30
    assert set(kept) <= {"answered", "with_person", "silent"}


@fault(29)
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc")
def test_a_mountain_of_plans_holds_up_no_text_and_fills_no_memory(installation):
    """How quick, and with a million behind it, is measured in benchmarks/."""
    installation.patients(4)
    _pile_up(installation, rows=150_000)
    worker = installation.worker()
    until(lambda: installation.states() == {"sent": 4})
    assert _peak_megabytes(worker.pid) < MEMORY


def _pile_up(installation: Installation, rows: int) -> None:
    """Copies of one planned text, far ahead: what a chain of clinics has behind it."""
    skip = ("id", "dedupe_key", "planned_for", "due_at")
    columns = [one.name for one in OutboxText.__table__.columns if one.name not in skip]
    names = ", ".join(columns)
    with installation.database.writing() as session:
        session.execute(
            text(
                f"INSERT INTO outbox (id, dedupe_key, planned_for, due_at, {names}) "
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) "
                f"SELECT lower(hex(randomblob(16))), 'pile:' || i, datetime('now', '+40 days'), "
                f"datetime('now', '+40 days', '+' || i || ' seconds'), {names} "
                "FROM n, (SELECT * FROM outbox WHERE status = 'planned' LIMIT 1)"
            ),
            {"rows": rows},
        )


def _peak_megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
