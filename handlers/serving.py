"""Gunicorn, started from our own command: one process with many threads, and what runs beside it."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """Serves one app. ``begin`` runs in the serving process once it is up, ``end`` before it goes."""

    def __init__(self, app: Flask, address: str, begin: Callable[[], None], end: Callable[[], None]) -> None:
        self._app, self._address, self._begin, self._end = app, address, begin, end
        super().__init__()

    def load_config(self) -> None:
        """One worker: threads share the sender and the clock, and the demo's carrier."""
        settings: dict[str, Any] = {
            "bind": self._address,
            "workers": 1,
            "threads": 16,
            "worker_class": "gthread",
            "loglevel": "warning",
            "graceful_timeout": 20,
            "post_worker_init": lambda _worker: self._begin(),
            "worker_exit": lambda _arbiter, _worker: self._end(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app itself."""
        return self._app
