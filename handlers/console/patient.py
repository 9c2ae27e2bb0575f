"""One patient: what did she get, what will she get, why?"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.protocol import FactDefinition
from care.why import say_fact
from handlers.access import works
from handlers.console import timeline, words
from handlers.console.blueprint import console
from handlers.console.desk import Part, actor, back, known_patient, names, opted_out, refuse, say
from handlers.console.writing import Box, page_with_box, writing
from scheduler.booking import BadField
from scheduler.changing import learn_facts
from scheduler.pausing import why_paused
from store.consent import consents_of
from store.conversations import conversation_at
from store.people import patients_on
from store.tables import Enrolment, Patient
from store.thread import consent_history, conversation, inbox_texts, tickets_of, visits_of
from store.visits import enrolments_of


@console.get("/patients/<uuid:patient_id>")
def patient(patient_id: UUID) -> ResponseReturnValue:
    """The whole page; ``?visit=`` chooses whose timeline, the latest visit's else."""
    return _page(patient_id, Box())


@page_with_box("patients")
def _page(patient_id: UUID, box: Box) -> str:
    with works().database.reading() as db:
        who = db.get(Patient, str(patient_id)) or abort(404)
        enrolments = enrolments_of(db, who.id)
        chosen = _chosen(enrolments)
        return render_template(
            "console/patient.html",
            patient=who,
            zone=who.location.timezone,
            shares=[other for other in patients_on(db, who.mobile) if other.id != who.id],
            visits=visits_of(db, who.id),
            chosen=chosen,
            days=timeline.of_enrolment(db, chosen, words.now()) if chosen else [],
            enrolled={one.appointment_id for one in enrolments},
            facts=_facts(enrolments),
            known={fact.name: fact for fact in who.facts},
            thread=_thread_part(who).show(**_thread(db, who)),
            writing=writing(db, "patients", who.id, box),
            pause_reason=why_paused(db, who),
            **_consent(db, who),
            **_tickets(db, who),
        )


def _consent(db: Session, who: Patient) -> dict[str, Any]:
    return {
        "out": opted_out(db, [who.mobile]),
        "consents": consent_history(db, who.mobile, who.id),
        "consent": consents_of(db, [who.mobile]).of(who.mobile, who.id),
    }


def _chosen(enrolments: Sequence[Enrolment]) -> Enrolment | None:
    wanted = request.args.get("visit")
    latest = enrolments[0] if enrolments else None
    return next((one for one in enrolments if one.appointment_id == wanted), latest)


def _facts(enrolments: Sequence[Enrolment]) -> list[FactDefinition]:
    """The facts that all her protocols ask about, each once."""
    asked: dict[str, FactDefinition] = {}
    for enrolment in enrolments:
        for fact in works().protocol_of(enrolment.protocol_version).facts:
            if not fact.derived:
                asked.setdefault(fact.name, fact)
    return list(asked.values())


def _tickets(db: Session, who: Patient) -> dict[str, Any]:
    tickets = tickets_of(db, who)
    wrote = {ticket.inbox_id for ticket in tickets if ticket.inbox_id}
    return {
        "tickets": tickets,
        "texts": inbox_texts(db, wrote),
        "names": names(db),
        "owners": {who.mobile: [who]},
    }


def _thread_part(who: Patient) -> Part:
    return Part("thread", url_for("console.patient_thread", patient_id=who.id), "console/thread.html")


def _thread(db: Session, who: Patient) -> dict[str, Any]:
    said, talk = conversation(db, who.mobile), conversation_at(db, who.location_id, who.mobile)
    turns = talk.turns if talk else 0
    return {"said": said, "patient": who, "zone": who.location.timezone, "names": names(db), "turns": turns}


@console.get("/patients/<uuid:patient_id>/thread")
def patient_thread(patient_id: UUID) -> ResponseReturnValue:
    """The conversation, renewed."""
    with works().database.reading() as db:
        who = db.get(Patient, str(patient_id)) or abort(404)
        return _thread_part(who).answer(**_thread(db, who))


@console.post("/patients/<uuid:patient_id>/facts")
def learn(patient_id: UUID) -> ResponseReturnValue:
    """A fact became known, or turned out otherwise."""
    known_patient(patient_id)
    name, value = request.form.get("name", ""), request.form.get("value", "")
    try:
        learn_facts(works(), str(patient_id), {name: value}, actor())
    except BadField as error:
        refuse(error)
    else:
        say(f"Noted: {say_fact(name)} is {value}. Her texts are planned anew")
    return back(url_for("console.patient", patient_id=patient_id))
