"""The walls of the house: which room may lean on which, who may use what, how large things grow."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("care", "messages", "store", "carriers", "scheduler", "handlers", "bot")
#: Where each library may be used: everything else is handed what it needs.
HOME_OF = {
    "flask": ("handlers/", "bot.py"),
    "twilio": ("carriers/twilio.py", "carriers/wire.py", "handlers/signature.py"),
    "apscheduler": ("scheduler/clock.py",),
    "alembic": ("store/",),
}
MOST_LINES, MOST_FUNCTION_LINES = 300, 40


def _files(*rooms: str) -> list[Path]:
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in found if "migrations/versions" not in str(path)]


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


ALL = [*_files(*ROOMS[:-1]), ROOT / "bot.py"]
each_file = pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))


@each_file
def test_a_room_leans_only_on_rooms_to_its_left(path):
    here = ROOMS.index(_room(path))
    wrong = [name for name in _imports(path) if name.split(".")[0] in ROOMS[here + 1 :]]
    assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}: move the code, or hand it what it needs"


@each_file
def test_a_library_is_used_only_in_its_home(path):
    here = str(path.relative_to(ROOT))
    for name in _imports(path):
        homes = HOME_OF.get(name.split(".")[0])
        assert homes is None or here.startswith(homes), f"{here} imports {name}; its home is {homes}"


@each_file
def test_files_and_functions_stay_small_enough_to_read(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= MOST_FUNCTION_LINES, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", _files("care", "messages"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pure_rooms_know_no_clock_no_database_no_network(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    clocks = [
        n.lineno for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in ("now", "utcnow")
    ]
    calls = [line for line in clocks if "situation.now" not in path.read_text().splitlines()[line - 1]]
    assert not [line for line in calls if "datetime.now" in path.read_text().splitlines()[line - 1]]
    outside = {"sqlalchemy", "requests", "urllib3", "socket", "http", "flask", "twilio", "logging", "os"}
    assert not [name for name in _imports(path) if name.split(".")[0] in outside]


def test_the_heart_needs_only_the_standard_library():
    import sys

    known = sys.stdlib_module_names | {"care"}
    foreign = {name for path in _files("care") for name in _imports(path) if name.split(".")[0] not in known}
    assert not foreign


def test_sql_is_known_to_the_store_alone_and_others_are_handed_a_session():
    """Others may name the Session they are handed; only the store builds engines."""
    for path in _files("care", "messages", "carriers", "scheduler", "handlers"):
        engines = [n for n in _imports(path) if n in ("sqlalchemy.engine", "psycopg", "sqlite3")]
        assert not engines, path
