"""Writing a new version of a wording, and deciding about it: approve, reject, switch off, read again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import actor, names, place, refuse, say
from handlers.console.protocols import DECIDE, signing
from handlers.console.roles import only_who_may
from handlers.console.wordings import before_of, on_the_phone, standing_or_404
from messages.proofreading import LANGUAGES, language_of, read_over, tidy
from scheduler import approving
from scheduler.booking import BadField
from scheduler.proposing import Writing, propose
from scheduler.standing import versions


@dataclass(frozen=True)
class Form:
    """What was typed, as it was typed. ``seen``: the newest version when the form was opened."""

    texts: Mapping[str, str]
    seen: int
    note: str = ""
    translated: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)


@console.get("/protocols/wordings/<name>/edit")
def edit_wording(name: str) -> ResponseReturnValue:
    """The form, with the version that waits, the one that was chosen, or what is said now."""
    with works().database.reading() as db:
        standing = standing_or_404(db, name)
        known = {one.key: one for one in versions(db, name)}
        chosen = known.get(request.args.get("from", ""))
        waits = standing.waiting
        texts = chosen.texts if chosen else waits.texts if waits else standing.wording.texts
        if (more := request.args.get("add", type=int)) is not None:
            extra = standing.shipped.additions[more : more + 1]
            texts = {
                one: " ".join([said, *(a.texts.get(one, "") for a in extra)]) for one, said in texts.items()
            }
        newest = max((one.proposal.number for one in known.values() if one.proposal), default=0)
    return _page(name, Form(dict(texts), newest, translated=bool(waits and waits.translated)))


def _page(name: str, form: Form) -> str:
    with works().database.reading() as db:
        here, _ = place(db)
        standing = standing_or_404(db, name)
        return render_template(
            "console/wording_edit.html",
            one=standing,
            wording=standing.wording,
            form=form,
            languages=LANGUAGES,
            placeholders=sorted(before_of(standing).may_ask_for),
            names=names(db),
            zone=here.timezone,
            **_read(name, form.texts),
        )


def _read(name: str, typed: Mapping[str, str]) -> dict[str, object]:
    """The texts as they stand: how the phone shows them, and what was found in each."""
    texts = tidy(typed)
    with works().database.reading() as db:
        here, _ = place(db)
        standing = standing_or_404(db, name)
        proof = read_over(before_of(standing), texts, here.clinic)
        shown = {one: on_the_phone(text, one, here) for one, text in texts.items()}
    found = {one: [p for p in proof.problems if language_of(p) == one] for one in (*LANGUAGES, None)}
    return {"shown": shown, "found": found, "proof": proof}


def _typed() -> Form:
    return Form(
        texts={one: request.form.get(one, "") for one in LANGUAGES},
        seen=request.form.get("seen", 0, type=int),
        note=request.form.get("note", ""),
        translated=bool(request.form.get("translated")),
    )


@console.post("/protocols/wordings/<name>/read-over")
def read_wording_over(name: str) -> ResponseReturnValue:
    """What was typed so far, read over. Nothing is written."""
    found = _read(name, _typed().texts)
    return render_template("console/wording_proof.html", languages=LANGUAGES, alone=True, **found)


@console.post("/protocols/wordings/<name>/edit")
def write_wording(name: str) -> ResponseReturnValue:
    """Keep it as a new version that waits for a clinician; or say what is wrong, and keep what was typed."""
    form = _typed()
    try:
        writing = Writing(name, form.texts, form.seen, form.note, form.translated)
        proposal = propose(works(), writing, actor())
    except BadField as error:
        again = form if "seen" not in error.problems else _seen_again(name, form)
        return _page(name, Form(again.texts, again.seen, form.note, form.translated, error.problems)), 422
    say(f"Kept as version {proposal.number}. It is said once a clinician approves it")
    return redirect(url_for("console.wording", name=name), 303)


def _seen_again(name: str, form: Form) -> Form:
    """Somebody was faster: she has been told, so the next press is meant."""
    with works().database.reading() as db:
        newest = max((one.proposal.number for one in versions(db, name) if one.proposal), default=0)
    return Form(form.texts, newest)


def _decided(
    name: str, decide: Callable[[], None], said: str, undo: str | None = None
) -> ResponseReturnValue:
    try:
        decide()
    except BadField as error:
        refuse(error)
    else:
        say(said, undo)
    return redirect(url_for("console.wording", name=name), 303)


@console.post("/protocols/wordings/<name>/approve")
@only_who_may(DECIDE, "/protocols")
def approve_wording(name: str) -> ResponseReturnValue:
    """Approve the version that waits, or the words as shipped."""
    proposal, version = request.form.get("proposal", ""), request.form.get("version", "")

    def decide() -> None:
        if proposal:
            approving.approve(works(), proposal, signing())
        else:
            approving.approve_shipped(works(), name, version, signing())

    return _decided(name, decide, "Approved. Patients are told these words from now on")


@console.post("/protocols/wordings/<name>/reject")
@only_who_may(DECIDE, "/protocols")
def reject_wording(name: str) -> ResponseReturnValue:
    """Say no to the version that waits."""
    proposal, reason = request.form.get("proposal", ""), request.form.get("reason", "")
    said = "Rejected. What is said stays as it is"
    return _decided(name, lambda: approving.reject(works(), proposal, reason, actor()), said)


@console.post("/protocols/wordings/<name>/withdraw")
@only_who_may(DECIDE, "/protocols")
def withdraw_wording(name: str) -> ResponseReturnValue:
    """Switch it off."""
    reason = request.form.get("reason", "")
    undo = url_for("console.switch_wording_on", name=name)
    said = "Switched off. Nothing leaves in these words any more"
    return _decided(name, lambda: approving.withdraw(works(), name, reason, actor()), said, undo)


@console.post("/protocols/wordings/<name>/switch-on")
@only_who_may(DECIDE, "/protocols")
def switch_wording_on(name: str) -> ResponseReturnValue:
    """Say it again."""
    said = "Switched on. Patients are told these words again"
    return _decided(name, lambda: approving.switch_on(works(), name, signing()), said)


@console.post("/protocols/wordings/<name>/reviewed")
@only_who_may(DECIDE, "/protocols")
def review_wording(name: str) -> ResponseReturnValue:
    """These words were read again, and are right."""
    version = request.form.get("version", "")
    said = "Noted: these words were read again and are right"
    return _decided(name, lambda: approving.reviewed(works(), name, version, signing()), said)
