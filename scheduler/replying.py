"""A person's own words to a patient: through the outbox like everything else."""

from dataclasses import dataclass
from datetime import timedelta

from care.consent import Refused, may_send
from scheduler.booking import BadField
from scheduler.works import Works
from store.audit import note
from store.consent import consents_of
from store.outbox import Lane, NowText, add_now
from store.tables import Patient

#: The most one text may hold, characters (Twilio 21617).
LONGEST = 1600
#: A person's answer that could not leave for this long would come out of the blue.
USEFUL_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class Reply:
    """What somebody wrote. ``nonce`` is the form's own: sent twice, it is the same reply."""

    patient_id: str
    body: str
    nonce: str


def reply(works: Works, wrote: Reply, actor: str) -> None:
    """Send a person's own words. Raises BadField when they may not leave; nothing is written then."""
    now = works.clock()
    body = wrote.body.strip()
    if not 0 < len(body) <= LONGEST:
        raise BadField({"body": f"needs between 1 and {LONGEST} characters"})
    with works.database.writing() as session:
        patient = session.get_one(Patient, wrote.patient_id)
        consent = consents_of(session, [patient.mobile]).of(patient.mobile, patient.id)
        allowed = may_send(consent, None)
        if isinstance(allowed, Refused):
            raise BadField({"body": allowed.reason})
        text = NowText(
            dedupe_key=f"staff:{wrote.nonce}",
            lane=Lane.REPLY,
            purpose="staff",
            location_id=patient.location_id,
            mobile=patient.mobile,
            language=patient.language,
            body=body,
            reason=f"Written by {actor}",
            expires_at=now + USEFUL_FOR,
            patient_id=patient.id,
        )
        row = add_now(session, text, now)
        if row.created_at == now:
            note(session, actor, "wrote to patient", ("patient", patient.id), now, text=row.id)
    works.wake()
