"""A file of bookings from its arrival to its end: checked, then enrolled, perhaps taken back.

A person decides each step; :mod:`scheduler.file_work` does it line by line.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from scheduler.booking import BadField
from scheduler.importing import Outcome
from scheduler.sheet import BadSheet, read_sheet
from scheduler.sheet_rows import Clinic
from scheduler.works import Works
from store.audit import note
from store.database import retried
from store.files import add_rows, lock_batch, take_back, text_that_left
from store.tables import ImportBatch
from store.today import locations

#: A file's name is shown, not used: so much of it is kept.
NAME_LENGTH = 100
WHY_BACK = "The file it came with was taken back"


def clinic_of(session: Session, works: Works, location: str | None = None) -> Clinic:
    """What rows are read against, as the clinic stands now."""
    protocols = works.catalog.protocols
    facts = dict.fromkeys(f.name for p in protocols.values() for f in p.facts if not f.derived)
    zones = {place.id: place.timezone for place in locations(session)}
    return Clinic(zones, tuple(protocols), tuple(facts), location)


@retried
def receive_file(works: Works, name: str, raw: bytes, location: str, actor: str) -> str:
    """Keep the lines of a file and have them checked; the id of its batch. Raises BadField."""
    now = works.clock()
    with works.database.writing() as session:
        try:
            sheet = read_sheet(raw, clinic_of(session, works).facts)
        except BadSheet as error:
            said = str(error)
            raise BadField({"file": said[:1].upper() + said[1:]}) from None
        if not sheet.rows:
            raise BadField({"file": "The file has a header and no rows: there is nobody to enrol"})
        batch = ImportBatch(
            name=_shown(name),
            digest=sha256(raw).hexdigest(),
            encoding=sheet.encoding,
            location_id=location,
            rows=len(sheet.rows),
            state="checking",
            sent_by=actor,
            created_at=now,
            updated_at=now,
        )
        rows = [{"line": row.line, "cells": row.cells, "problem": row.problem} for row in sheet.rows]
        add_rows(session, batch, rows)
        note(session, actor, "file sent", ("file", batch.id), now, rows=batch.rows)
    return batch.id


def _shown(name: str) -> str:
    plain = "".join(character for character in name if character.isprintable()).strip()
    return plain[-NAME_LENGTH:] or "Pasted rows"


@retried
def start(works: Works, batch_id: str, with_changes: bool, actor: str) -> None:
    """Enrol what the check found. Raises BadField when somebody has done so, or there is nothing to do."""
    now = works.clock()
    with works.database.writing() as session:
        batch = _locked(session, batch_id)
        if batch.state == "checking":
            raise BadField({"file": "The check is not over yet: wait until every row is looked at"})
        if batch.state != "checked":
            who = batch.started_by or "Somebody"
            raise BadField({"file": f"{who} has started this file already: nobody is enrolled twice"})
        batch.state, batch.with_changes = "enrolling", with_changes
        batch.started_by, batch.started_at, batch.updated_at = actor, now, now
        note(session, actor, "file started", ("file", batch.id), now, changes=with_changes)


@retried
def undo(works: Works, batch_id: str, actor: str) -> None:
    """Take back all that this file made. Raises BadField once a text has left; nothing is done then."""
    _end(works, batch_id, actor, "file taken back", after_texts=False)


@retried
def cancel_visits(works: Works, batch_id: str, actor: str) -> None:
    """Cancel the visits to come that this file made, though texts have left for them."""
    _end(works, batch_id, actor, "visits of a file cancelled", after_texts=True)


def _end(works: Works, batch_id: str, actor: str, action: str, *, after_texts: bool) -> None:
    """In one transaction nothing of it can leave any more; the rest is tidied up line by line."""
    now = works.clock()
    with works.database.writing() as session:
        batch = _locked(session, batch_id)
        if batch.state != "done":
            raise BadField({"file": "There is nothing to take back"})
        take_back(session, batch_id, WHY_BACK, now)
        if not after_texts and text_that_left(session, batch_id):
            raise BadField({"file": "A text of this file has left already: it cannot be taken back whole"})
        batch.state, batch.undone_by, batch.updated_at = "undoing", actor, now
        note(session, actor, action, ("file", batch.id), now)


@retried
def drop(works: Works, batch_id: str, actor: str) -> None:
    """Put a file away that was checked and not started. Raises BadField when it was started."""
    now: datetime = works.clock()
    with works.database.writing() as session:
        batch = _locked(session, batch_id)
        if batch.state not in ("checking", "checked"):
            raise BadField({"file": "This file was started already"})
        batch.state, batch.updated_at = "dropped", now
        note(session, actor, "file dropped", ("file", batch.id), now)


def _locked(session: Session, batch_id: str) -> ImportBatch:
    batch = lock_batch(session, batch_id)
    if batch is None:
        raise BadField({"file": "There is no such file"})
    return batch


def wanted(with_changes: bool) -> tuple[str, ...]:
    """The sorts of lines that pressing the button works on."""
    return (Outcome.NEW.value, Outcome.CHANGES.value) if with_changes else (Outcome.NEW.value,)
