"""Saved replies: the words that staff keep ready."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import actor, names, place, refuse, say, sentence
from scheduler.booking import BadField
from scheduler.saved_replies import BLANKS, LANGUAGES, Draft, remove_reply, save_reply
from store.saved_replies import saved_replies


@console.get("/inbox/replies")
def saved_words() -> ResponseReturnValue:
    """All of them, and a form for a new one."""
    return _page()


def _page(wrong: str = "", typed: Draft | None = None, problem: str = "") -> str:
    """``wrong``: which form came back, ``new`` or an id; ``typed``: what stands in it."""
    with works().database.reading() as db:
        here, _ = place(db)
        return render_template(
            "console/saved.html",
            zone=here.timezone,
            kept=saved_replies(db),
            names=names(db),
            wrong=wrong,
            typed=typed,
            problem=problem,
            languages=[one for one in LANGUAGES if one in here.languages] or list(LANGUAGES),
            blanks=BLANKS,
        )


@console.post("/inbox/replies")
def add_saved() -> ResponseReturnValue:
    """Keep new words."""
    return _save(None)


@console.post("/inbox/replies/<uuid:reply_id>")
def change_saved(reply_id: UUID) -> ResponseReturnValue:
    """Change kept words; two who do so at once are told."""
    return _save(str(reply_id))


def _save(reply_id: str | None) -> ResponseReturnValue:
    form = request.form
    draft = Draft(
        form.get("title", ""),
        form.get("body", ""),
        form.get("language", ""),
        form.get("version", type=int),
    )
    try:
        save_reply(works(), reply_id, draft, actor())
    except BadField as error:
        problem = ". ".join(sentence(*one) for one in error.problems.items())
        return _page(reply_id or "new", draft, problem), 422
    say("Saved. Everybody at the desk has it now")
    return redirect(url_for("console.saved_words"), 303)


@console.post("/inbox/replies/<uuid:reply_id>/remove")
def remove_saved(reply_id: UUID) -> ResponseReturnValue:
    """Take it away."""
    if remove_reply(works(), str(reply_id), actor()):
        say("Removed. What was sent with it stays as it was")
    else:
        refuse("Somebody removed it already")
    return redirect(url_for("console.saved_words"), 303)
