"""A missed call is answered by one text: at most one a day per caller, never to who opted out."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from care.consent import Allowed, may_send
from care.instants import local_day
from scheduler.words import place_values, speak
from scheduler.works import Works
from store.consent import consents_of
from store.mobile import BadMobile, e164
from store.outbox import Lane, NowText, add_now
from store.people import location_by_number, patients_on
from store.tables import Location

#: How long the text-back is still of use.
USEFUL = timedelta(minutes=30)


def office_phone_for(works: Works, number: str) -> str | None:
    """Which phone a call to this number of ours rings; None when it is none of ours."""
    with works.database.reading() as session:
        location = location_by_number(session, number)
        return location.office_phone if location else None


def answer_missed_call(works: Works, number: str, caller: str) -> None:
    """Text the caller back, if she can be texted and did not opt out."""
    now = works.clock()
    try:
        mobile = e164(caller)
    except BadMobile:
        return  # anonymous, a short code, another country: nobody to text
    with works.database.writing() as session:
        location = location_by_number(session, number)
        if location is None or mobile in _own_phones(location):
            return
        if not isinstance(may_send(consents_of(session, [mobile]).of(mobile, None), None), Allowed):
            return
        known = patients_on(session, mobile)
        language = known[0].language if known else "en"
        words = speak(works, "missed_call", language, place_values(location, language))
        if words is None:
            return
        day = local_day(now, ZoneInfo(location.timezone))
        text = NowText(
            dedupe_key=f"missed-call:{location.id}:{mobile}:{day}",
            lane=Lane.REPLY,
            purpose="reply",
            location_id=location.id,
            mobile=mobile,
            language=language,
            body=words.body,
            reason="She called and nobody could answer",
            expires_at=now + USEFUL,
            wording=words.wording,
            wording_version=words.version,
            patient_id=known[0].id if len(known) == 1 else None,
        )
        add_now(session, text, now)
    works.wake()


def _own_phones(location: Location) -> set[str]:
    return {location.number, location.office_phone, *location.on_call}
