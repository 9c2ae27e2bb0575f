"""Finding patients: all of them in pages, or by a part of the name or number."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import opted_out
from store.search import next_visits, patients_page, search_patients
from store.tables import Patient

#: Patients on one page.
PAGE = 50


@console.get("/patients")
def patients() -> ResponseReturnValue:
    """All patients, by name."""
    page = max(request.args.get("page", 1, type=int), 1)
    with works().database.reading() as db:
        found = patients_page(db, (page - 1) * PAGE, PAGE + 1)
        return _list(db, found[:PAGE], wanted=None, page=page, more=len(found) > PAGE)


@console.get("/search")
def search() -> ResponseReturnValue:
    """Patients by a part of the name, or digits of the number."""
    wanted = request.args.get("q", "").strip()[:100]
    with works().database.reading() as db:
        return _list(db, search_patients(db, wanted), wanted=wanted, page=1, more=False)


def _list(db: Session, found: Sequence[Patient], **context: object) -> ResponseReturnValue:
    return render_template(
        "console/patients.html",
        patients=found,
        next_visits=next_visits(db, [one.id for one in found], words.now()),
        out=opted_out(db, {one.mobile for one in found}),
        **context,
    )
