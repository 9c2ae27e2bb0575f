"""The staff pages: one file per page, each decides nothing and calls what does."""

from flask import Flask

from handlers.access import wiring
from handlers.console import enrol, inbox, looks, patient, people, tickets, today, visits, words
from handlers.console.blueprint import console
from store.mobile import spoken

__all__ = ["console", "enrol", "inbox", "install_console", "patient", "people", "tickets", "today", "visits"]


def install_console(app: Flask) -> None:
    """Register the pages, and the words that templates use."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(spoken=spoken, title_of=words.title)
    app.jinja_env.globals.update(words=words, looks=looks)
    app.context_processor(lambda: {"demo": wiring().demo})
    app.register_blueprint(console)
