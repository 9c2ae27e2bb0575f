"""Pause and resume one patient's timed texts, on her page."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.console.blueprint import console
from handlers.console.desk import actor, back, known_patient, refuse, say
from scheduler.booking import BadField
from scheduler.pausing import pause, resume


@console.post("/patients/<uuid:patient_id>/pause")
def pause_texts(patient_id: UUID) -> ResponseReturnValue:
    """Her timed texts wait from now on; the second to press is told who paused them."""
    known_patient(patient_id)
    try:
        pause(works(), str(patient_id), request.form.get("why", ""), actor())
    except BadField as error:
        refuse(error)
    else:
        say("Paused. What falls due waits", url_for("console.resume_texts", patient_id=patient_id))
    return back(url_for("console.patient", patient_id=patient_id))


@console.post("/patients/<uuid:patient_id>/resume")
def resume_texts(patient_id: UUID) -> ResponseReturnValue:
    """Let them go."""
    known_patient(patient_id)
    try:
        resume(works(), str(patient_id), actor())
    except BadField as error:
        refuse(error)
    else:
        say("Resumed. What waited is looked at again now")
    return back(url_for("console.patient", patient_id=patient_id))
