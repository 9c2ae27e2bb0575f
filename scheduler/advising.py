"""What somebody should know before she sends her own words: why she may not, what is unusual about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from care.consent import Refused, may_send
from care.instants import next_opening
from care.protocol import Window
from care.reading import Urgency
from care.why import say_time
from messages.dates import say_time as say_instant
from messages.phrases import diagnosis, dose, stops_medicine
from messages.reading.languages import detect
from messages.reading.normalise import prepare
from store.addressees import Addressee
from store.clinic import sending_hours
from store.consent import consents_of
from store.tickets import worst_open

#: Fewer words than this do not tell which language they are in.
ENOUGH_WORDS = 4
_LANGUAGES = {"en": "English", "es": "Spanish", "pt": "Portuguese"}


@dataclass(frozen=True)
class Advice:
    """``closed``: why nothing may leave to her. ``grave``: about danger; ``notes``: the rest."""

    closed: str | None = None
    grave: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def why_closed(session: Session, to: Addressee) -> str | None:
    """Why no text may go to this phone; None when one may."""
    about = to.patient.id if to.patient else None
    allowed = may_send(consents_of(session, [to.mobile]).of(to.mobile, about), None)
    return allowed.reason if isinstance(allowed, Refused) else None


def advise(session: Session, to: Addressee, body: str, now: datetime) -> Advice:
    """What to say beside the box while she writes."""
    if closed := why_closed(session, to):
        return Advice(closed)
    grave = []
    if worst_open(session, to.location.id, to.mobile) >= Urgency.CRISIS:
        grave.append("An emergency is open about her: call her, a text is not enough")
    return Advice(None, (*grave, *_risky(body)), tuple(_unusual(to, body, now)))


def _risky(body: str) -> Iterator[str]:
    if phrase := stops_medicine(body):
        yield f"“{phrase}” may tell her to leave out a medicine: that is for whoever prescribed it"
    if phrase := dose(body):
        yield f"“{phrase}” may tell her a dose: that is for the label and whoever prescribed it"
    if phrase := diagnosis(body):
        yield f"“{phrase}” may be read as a diagnosis: that is for the clinician"


def _unusual(to: Addressee, body: str, now: datetime) -> Iterator[str]:
    window = sending_hours(to.location) or Window()
    if next_opening(now, window, to.zone) > now:
        hours = f"{say_time(window.opens)} to {say_time(window.closes)}"
        yield f"It is {say_instant(now, to.zone)} where she is, outside {hours}. It leaves now all the same"
    if to.patient is None and len(to.patients) > 1:
        names = " and ".join(sorted(one.name for one in to.patients))
        yield f"{names} share this phone: say whom you mean"
    if len(body.split()) >= ENOUGH_WORDS and (said := detect(prepare(body), to.language)) != to.language:
        yield f"This looks like {_LANGUAGES[said]}; she gets her texts in {_LANGUAGES[to.language]}"
