"""Enrol many from a file: what will become of each row if I press this?"""

from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from handlers.access import works
from handlers.console import file_report, words
from handlers.console.blueprint import console
from handlers.console.desk import Part, actor, names, place, refuse, say
from scheduler import files as doing
from scheduler.booking import BadField
from scheduler.files import clinic_of
from scheduler.sheet import MOST_BYTES, MOST_ROWS
from scheduler.sheet_rows import COLUMNS
from store.files import batches, rows_of
from store.tables import ImportBatch
from store.tables.files import AT_WORK
from store.today import locations

#: Seconds between two looks at a file that is being worked on, and at one that is not.
BUSY, CALM = 1, 15


@console.get("/enrol/file")
def files() -> ResponseReturnValue:
    """Choose a file, or paste rows; and the files that came before."""
    return _choose()


def _choose(problem: str = "", pasted: str = "") -> str:
    with works().database.reading() as db:
        here, everywhere = place(db)
        return render_template(
            "console/files.html",
            problem=problem,
            pasted=pasted,
            here=here,
            everywhere=everywhere,
            columns=COLUMNS,
            facts=_questions(),
            batches=batches(db),
            names=names(db),
            states=file_report.STATES,
            most_rows=MOST_ROWS,
            most_mb=MOST_BYTES // 1_000_000,
        )


def _questions() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each fact that a column may hold: what it asks, and the answers."""
    protocols = works().catalog.protocols.values()
    asked = [fact for protocol in protocols for fact in protocol.facts if not fact.derived]
    return {fact.name: (fact.question, fact.values) for fact in asked}


@console.post("/enrol/file")
def send_file() -> ResponseReturnValue:
    """Take a file in, to be checked; nobody is enrolled yet."""
    sent, pasted = request.files.get("file"), request.form.get("pasted", "")
    raw = sent.read() if sent and sent.filename else b""
    if bool(raw) == bool(pasted.strip()):
        said = "Choose a file or paste rows, not both" if raw else "Choose a file, or paste its rows"
        return _choose(said, pasted), 422
    name = (sent.filename or "") if raw and sent else "Pasted rows"
    with works().database.reading() as db:
        known = {one.id for one in locations(db)}
        here, _ = place(db)
    wanted = request.form.get("location", here.id)
    try:
        location = wanted if wanted in known else here.id
        batch_id = doing.receive_file(works(), name, raw or pasted.encode(), location, actor())
    except BadField as error:
        return _choose(error.problems["file"], pasted), 422
    return redirect(url_for("console.file", batch_id=batch_id), 303)


@console.get("/enrol/file/columns.csv")
def file_columns() -> ResponseReturnValue:
    """A file with the header only, to be filled in."""
    with works().database.reading() as db:
        facts = clinic_of(db, works()).facts
    return _csv(",".join((*COLUMNS, *facts)) + "\r\n", "patients.csv")


@console.get("/enrol/file/<uuid:batch_id>")
def file(batch_id: UUID) -> ResponseReturnValue:
    """One file: how far it is, and what becomes of each row."""
    with works().database.reading() as db:
        batch = _batch(db, batch_id)
        return render_template("console/file.html", batch=batch, part=_part(batch).show(**_seen(db, batch)))


@console.get("/enrol/file/<uuid:batch_id>/part")
def file_part(batch_id: UUID) -> ResponseReturnValue:
    """The same, renewed."""
    with works().database.reading() as db:
        batch = _batch(db, batch_id)
        return _part(batch).answer(**_seen(db, batch))


def _batch(db: Session, batch_id: UUID) -> ImportBatch:
    return db.get(ImportBatch, str(batch_id)) or abort(404)


def _part(batch: ImportBatch) -> Part:
    busy = batch.state in AT_WORK
    wanted: dict[str, Any] = {name: request.args[name] for name in ("show", "page") if request.args.get(name)}
    url = url_for("console.file_part", batch_id=batch.id, **wanted)
    live = "off" if busy else "polite"  # a count that runs is not read out at every step
    return Part("file", url, "console/file_state.html", BUSY if busy else CALM, live)


def _seen(db: Session, batch: ImportBatch) -> dict[str, object]:
    page = request.args.get("page", 1, type=int)
    return file_report.seen(
        db, batch, words.now(), request.args.get("show", ""), min(max(page, 1), MOST_ROWS)
    )


_PRESSED = {
    "undo": (doing.undo, "Taken back. Nothing of this file is sent"),
    "cancel-visits": (doing.cancel_visits, "Cancelled. Nothing more is sent for these visits"),
    "drop": (doing.drop, "Put away. Nobody was enrolled"),
}


@console.post("/enrol/file/<uuid:batch_id>/start")
def start_file(batch_id: UUID) -> ResponseReturnValue:
    """Enrol what the check found."""
    try:
        doing.start(works(), str(batch_id), bool(request.form.get("changes")), actor())
    except BadField as error:
        refuse(error)
    return redirect(url_for("console.file", batch_id=batch_id), 303)


@console.post("/enrol/file/<uuid:batch_id>/<any('undo', 'cancel-visits', drop):what>")
def end_file(batch_id: UUID, what: str) -> ResponseReturnValue:
    """Take it back, cancel its visits, or put it away."""
    do, said = _PRESSED[what]
    try:
        do(works(), str(batch_id), actor())
    except BadField as error:
        refuse(error)
    else:
        say(said)
    return redirect(url_for("console.file", batch_id=batch_id), 303)


@console.get("/enrol/file/<uuid:batch_id>/refused.csv")
def refused_rows(batch_id: UUID) -> ResponseReturnValue:
    """The rows that were refused, each with its reason: to be corrected and sent again."""
    with works().database.reading() as db:
        batch = _batch(db, batch_id)
        rows = rows_of(db, batch.id, "refused", 0, batch.rows)
    return _csv(file_report.refused_csv(rows), "refused.csv")


def _csv(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + text, mimetype="text/csv", headers=headers)
