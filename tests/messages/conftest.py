import shutil

import pytest

from messages.catalog import PACKAGED, load_catalog


@pytest.fixture(scope="session")
def catalog():
    return load_catalog()


@pytest.fixture
def copy(tmp_path):
    """The shipped content in a folder of its own, to be spoiled by a test."""
    shutil.copytree(PACKAGED / "protocols", tmp_path / "protocols")
    shutil.copy(PACKAGED / "replies.yaml", tmp_path)
    return Copy(tmp_path)


class Copy:
    """A copy of the content: change a word of it, load it."""

    def __init__(self, root):
        self.root = root
        self.folder = root / "protocols" / "microneedling"

    def change(self, file, old, new):
        path = self.root / file if file == "replies.yaml" else self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def load(self):
        return load_catalog(self.root)
