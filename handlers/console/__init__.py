"""The staff pages: one file per page, each decides nothing and calls what does."""

from flask import Flask

from handlers.access import wiring
from handlers.console import (
    correct,
    enrol,
    files,
    inbox,
    looks,
    menu,
    numbers,
    patient,
    pausing,
    people,
    protocols,
    saved,
    sayings,
    settings,
    staff,
    talk,
    talk_actions,
    texts,
    tickets,
    today,
    visits,
    wording_forms,
    wordings,
    words,
    writing,
)
from handlers.console.blueprint import console
from handlers.console.understood import understood
from store.mobile import spoken

__all__ = [
    "console",
    "correct",
    "enrol",
    "files",
    "inbox",
    "install_console",
    "numbers",
    "patient",
    "pausing",
    "people",
    "protocols",
    "saved",
    "settings",
    "staff",
    "talk",
    "talk_actions",
    "texts",
    "tickets",
    "today",
    "visits",
    "wording_forms",
    "wordings",
    "writing",
]


def install_console(app: Flask) -> None:
    """Register the pages, and the words that templates use."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(spoken=spoken, title_of=words.title, capitalize_first=words.capitalize_first)
    app.jinja_env.globals.update(words=words, looks=looks, menu=menu)
    app.jinja_env.globals.update(
        sayings=sayings, understood=understood, say_unread=inbox.say_unread, can_show=talk.can_show
    )
    app.context_processor(lambda: {"demo": wiring().demo})
    app.register_blueprint(console)
