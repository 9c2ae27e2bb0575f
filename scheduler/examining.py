"""Examining a live installation: each finding is well, or says what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from carriers.errors import classify
from carriers.twilio import OwnNumber
from store.accounts import all_staff
from store.clinic import ClinicFile
from store.fitness import kept_back, waiting
from store.mobile import spoken

#: Longer than this nothing waits for a worker that is alive; held texts are not due.
LATE = timedelta(minutes=2)
#: Twilio's list is told from ours by time: a clock further off than this spoils it (chasing.PROOF_TAKES).
CLOCK_OFF = timedelta(seconds=30)
#: 555-0100 to 555-0199 are set aside for fiction.
_SAMPLE = "55501"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``fix`` says what to do; empty when all is well."""

    about: str
    said: str
    fix: str = ""


class Numbers(Protocol):
    """A carrier that tells how our numbers are set up."""

    def own_number(self, number: str) -> OwnNumber:
        """How this number is set up; raises OSError saying why it cannot be told."""
        ...


def examine_clinic(clinic: ClinicFile) -> Iterator[Finding]:
    """Whether somebody real is called when a text cannot wait."""
    for key, place in clinic.locations.items():
        sample = [spoken(phone) for phone in place.on_call if phone[5:10] == _SAMPLE]
        if sample:
            fix = f"write phones that are answered as locations.{key}.on_call in the clinic file"
            yield Finding(f"on call, {key}", f"nobody answers {', '.join(sample)}: made up for films", fix)
        else:
            yield Finding(f"on call, {key}", f"{len(place.on_call)} phone(s) are paged")


def examine_numbers(carrier: Numbers, clinic: ClinicFile, base_url: str, now: datetime) -> Iterator[Finding]:
    """Whether Twilio knows us, has our numbers, brings what comes to them; whether the clocks agree."""
    asked_at = None
    for key, place in clinic.locations.items():
        about = f"number, {key}"
        try:
            found = carrier.own_number(place.number)
        except OSError as error:
            yield Finding(about, str(error), "mend the TWILIO_ settings, or wait and ask again")
            continue
        asked_at = found.asked_at or asked_at
        yield _number(about, spoken(place.number), found, base_url)
    if asked_at is not None:
        yield _clock(asked_at, now)


def _number(about: str, number: str, found: OwnNumber, base_url: str) -> Finding:
    if not found.ours:
        fix = "buy or port it in Twilio's console, or correct the number in the clinic file"
        return Finding(about, f"{number} is not a number of this Twilio account", fix)
    wrong = []
    for what, goes_to, path in (
        ("A message comes in", found.texts_go_to, "/sms/inbound"),
        ("A call comes in", found.calls_go_to, "/voice/inbound"),
    ):
        wanted = f"POST {base_url}{path}"
        if goes_to != wanted:
            wrong.append(f"{what}: {wanted} (now {goes_to or 'not set'})")
    if wrong:
        fix = f"set on the number in Twilio's console: {'; '.join(wrong)}"
        return Finding(about, f"{number} does not bring everything to us", fix)
    return Finding(about, f"{number} brings its texts and calls to {base_url}")


def _clock(theirs: datetime, ours: datetime) -> Finding:
    off = ours - theirs
    said = f"{abs(off.total_seconds()):.0f} s {'ahead of' if off > timedelta(0) else 'behind'} Twilio's"
    return Finding("clock", said, "let the machine keep time (NTP)" if abs(off) > CLOCK_OFF else "")


def examine_records(session: Session, now: datetime) -> Iterator[Finding]:
    """What the records tell: stopped numbers, what waits too long, whether anybody can sign in."""
    for sender in kept_back(session):
        yield _sender(sender.location_id, sender.stopped_code, held=sender.held_since is not None)
    yield _worker(session, now)
    active = [staff for staff in all_staff(session) if staff.active]
    fix = "" if active else 'python bot.py user add kim --name "Kim Reyes" --role admin'
    yield Finding("accounts", f"{len(active)} can sign in", fix)


def _sender(location_id: str, code: str | None, *, held: bool) -> Finding:
    about = f"sending, {location_id}"
    if held:
        fix = "see on Today what is waiting, then resolve its ticket"
        return Finding(about, "held: too many texts left within an hour", fix)
    known = classify(code)
    return Finding(about, f"stopped: {known.meaning}", known.advice)


def _worker(session: Session, now: datetime) -> Finding:
    late = waiting(session, now)
    if late.longest <= LATE:
        return Finding("worker", "nothing waits for it")
    waits = {"a text to leave": late.texts, "a patient's text": late.answers, "a page": late.pages}
    said = ", ".join(f"{what} for {_span(span)}" for what, span in waits.items() if span > LATE)
    return Finding("worker", f"waiting for it: {said}", "start `run` or `worker`, or see its log")


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
