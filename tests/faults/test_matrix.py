"""The page for operators and the tests say the same: no row without a test, no test without its row."""

import re
from collections import defaultdict
from pathlib import Path

from tests.faults.matrix import rows

_SHOWN = re.compile(r"^@fault\(([\d, ]+)\)", re.MULTILINE)


def test_every_row_of_the_page_names_the_files_whose_tests_show_it():
    shown: dict[int, set[str]] = defaultdict(set)
    for path in Path(__file__).parent.glob("test_*.py"):
        for numbers in _SHOWN.findall(path.read_text(encoding="utf-8")):
            for number in numbers.split(","):
                shown[int(number)].add(path.name)
    assert {number: set(files) for number, (_, files) in rows().items()} == shown


def test_the_matrix_has_all_the_faults_of_the_blueprint_and_of_bad_input():
    assert sorted(rows()) == list(range(1, 37))
