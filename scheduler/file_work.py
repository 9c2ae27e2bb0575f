"""Working through files of bookings: each line its own transaction, by whichever process has time.

Who works on a line holds its file; the line's outcome is written together with what was done. So two
workers never do a line twice, and after a crash the next one goes on where the last one stopped.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from time import sleep

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from care.course import VisitStatus
from care.delivery import Status
from scheduler.booking import BadField, EnrolmentBody, parse_enrolment
from scheduler.enrolling import Entry
from scheduler.files import clinic_of, wanted
from scheduler.importing import Earlier, Outcome, Verdict, take
from scheduler.planning import replan_patient
from scheduler.sheet_rows import Row, by_column, request_of
from scheduler.works import Works
from store.audit import note
from store.database import retried, what_went_wrong
from store.files import at_work, files_to_forget, forget_lines, lock_batch, next_row, row_about
from store.mobile import BadMobile, e164
from store.outbox import texts_of
from store.tables import ImportBatch, ImportRow
from store.visits import find_enrolment

log = logging.getLogger(__name__)

#: How many lines one look works through: the next look comes a second later.
AT_ONCE = 40
#: Seconds between two lines: on SQLite one writes at a time, and a patient's text comes first.
PAUSE = 0.01
#: The first texts of a file wait so long: time to see that it was the wrong one, and to take it back.
GRACE = timedelta(minutes=10)
#: How long the lines of a file are kept as they came.
KEPT = timedelta(days=7)
_BROKEN = "could not be read on our side, and nothing was changed: enrol her by hand, and tell us"


class _Foreseen(Exception):
    """Ends the check of a line without a trace, and carries the verdict out."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


def work_on_files(works: Works, most: int = AT_ONCE) -> int:
    """Work through lines that wait. Returns how many were worked on."""
    with works.database.reading() as session:
        waiting = at_work(session)
    done = 0
    for batch_id in waiting:
        while done < most and _one_line(works, batch_id):
            done += 1
            sleep(PAUSE)
    if done:
        works.wake()
    return done


def forget_old_lines(works: Works) -> None:
    """What the lines of old files held is dropped."""
    now = works.clock()
    with works.database.reading() as session:
        old = files_to_forget(session, now - KEPT)
    if old:
        with works.database.writing() as session:
            forget_lines(session, old, now)


@retried
def _one_line(works: Works, batch_id: str) -> bool:
    """One line of this file, or its end. True when there was a line."""
    with works.database.writing() as session:
        batch = lock_batch(session, batch_id)
        if batch is None or batch.state not in _WORK:
            return False
        row = next_row(session, batch, wanted(batch.with_changes))
        batch.updated_at = works.clock()
        if row is None:
            _finish(batch)
            return False
        _WORK[batch.state](session, works, batch, row)
        return True


def _finish(batch: ImportBatch) -> None:
    batch.state = {"checking": "checked", "enrolling": "done", "undoing": "undone"}[batch.state]
    if batch.state == "done":
        batch.finished_at = batch.updated_at


def _check(session: Session, works: Works, batch: ImportBatch, row: ImportRow) -> None:
    """Enrol her, look, and undo it: the check is the real thing."""
    verdict = _judged(session, works, batch, row)
    row.foreseen, row.soon, row.today = verdict.outcome.value, verdict.soon, verdict.today
    row.said = [list(one) for one in verdict.said]


def _enrol(session: Session, works: Works, batch: ImportBatch, row: ImportRow) -> None:
    verdict = _judged(session, works, batch, row)
    row.outcome, row.said = verdict.outcome.value, [list(one) for one in verdict.said]
    row.enrolment_id, row.patient_id = verdict.enrolment_id, verdict.patient_id


def _judged(session: Session, works: Works, batch: ImportBatch, row: ImportRow) -> Verdict:
    """What became of a line; whatever goes wrong with it is undone and stays its own."""
    row.mobile = _mobile(row.cells.get("mobile", ""))
    try:
        body = _body(session, works, batch, row)
        row.visit_key = body.appointment.external_id
        earlier = _earlier(session, works, batch, row)
        now = works.clock()
        entry = Entry(batch.started_by or batch.sent_by, now, now + GRACE)
        with session.begin_nested():
            verdict = take(session, works, body, earlier, entry)
            if batch.state == "checking":
                raise _Foreseen(verdict)
    except _Foreseen as seen:
        return seen.verdict
    except BadField as error:
        return Verdict(Outcome.REFUSED, tuple(by_column(error)))
    except (OperationalError, InterfaceError):  # the database, not the line: another look tries again
        raise
    except Exception as error:
        log.error("a line of a file failed: %s", what_went_wrong(error))
        return Verdict(Outcome.REFUSED, (("the row", _BROKEN),))
    return verdict


def _mobile(raw: str) -> str | None:
    try:
        return e164(raw)
    except BadMobile:
        return None


def _body(session: Session, works: Works, batch: ImportBatch, row: ImportRow) -> EnrolmentBody:
    clinic = clinic_of(session, works, batch.location_id)
    return parse_enrolment(request_of(Row(row.line, row.cells, row.problem), clinic))


def _earlier(session: Session, works: Works, batch: ImportBatch, row: ImportRow) -> Earlier | None:
    above = row_about(session, batch.id, row.visit_key or "", row.line)
    return (above.line, _body(session, works, batch, above)) if above else None


def _take_back(session: Session, works: Works, batch: ImportBatch, row: ImportRow) -> None:
    """The visit is cancelled already: her other texts and calls follow, and the file may be sent again."""
    row.outcome, now = Outcome.UNDONE.value, works.clock()
    enrolment = find_enrolment(session, row.enrolment_id or "")
    if enrolment is None:
        return
    visit = enrolment.appointment
    if visit.status != VisitStatus.CANCELLED:
        row.said = [["", "Was marked since: left as it is"]]
    elif all(text.status == Status.CANCELLED for text in texts_of(session, enrolment.id)):
        visit.external_id = f"taken back:{visit.id}"  # the same file, corrected, is a new booking
    replan_patient(session, works, visit.patient_id, now)
    note(session, batch.undone_by or "", "visit cancelled", ("appointment", visit.id), now, file=batch.id)


_WORK: dict[str, Callable[[Session, Works, ImportBatch, ImportRow], None]] = {
    "checking": _check,
    "enrolling": _enrol,
    "undoing": _take_back,
}
