"""Mails to the clinic's own people: beside every page, and once each office morning. Nothing about a patient.

A mail goes its own way (:func:`send_mails`, a job of its own): a mail server that is slow, or gone, never
holds a text back.
"""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.delivery import ErrorClass, Status
from care.instants import local_day
from care.reading import Urgency
from carriers.base import Outcome, Refused, Taken, Unclear
from carriers.mail import Mail, Mailer
from scheduler.words import place_values, speak
from scheduler.works import Works
from store.clinic import hours_of
from store.mails import NewMail, add_mail, give_up, has_mail, take_mail
from store.tables import Location, MailRow, Ticket
from store.tickets import NewTicket, left_open, open_ticket

log = logging.getLogger(__name__)

#: A page that comes later than this by mail was followed by others.
PAGE_USEFUL, LIST_USEFUL = timedelta(hours=1), timedelta(hours=10)
#: First wait before a mail is tried again; doubled each time, up to the most.
BACK_OFF, MOST_WAIT = timedelta(seconds=15), timedelta(minutes=15)


def mail_page(session: Session, works: Works, ticket: Ticket, words: str, now: datetime) -> None:
    """The words of the page that was just written, to everybody on call who has an address."""
    if works.mailer is None:
        return
    location = session.get_one(Location, ticket.location_id)
    for address in location.on_call_email:
        mail = NewMail(
            dedupe_key=f"page:{ticket.id}:{ticket.pages}:{address}",
            location_id=location.id,
            address=address,
            subject=f"{Urgency(ticket.urgency).word.capitalize()} ticket {ticket.id[:8]}",
            body=words,
            expires_at=now + PAGE_USEFUL,
            ticket_id=ticket.id,
        )
        add_mail(session, mail, now)


def mail_left_open(session: Session, works: Works, location: Location, now: datetime) -> None:
    """Once the office has opened: how many tickets from before are open, and where they are listed."""
    opened_at = hours_of(location).opened_at(now)
    if opened_at is None or not location.office_email:
        return
    day = local_day(now, ZoneInfo(location.timezone))
    keys = {address: f"left_open:{location.id}:{day}:{address}" for address in location.office_email}
    if all(has_mail(session, key) for key in keys.values()):
        return
    count, overdue = left_open(session, location.id, opened_at, now)
    values = {"open": str(count), "overdue": str(overdue), "link": f"{works.public_url}/"}
    words = speak(works, "left_open", "en", place_values(location, "en") | values) if count else None
    if words is None:
        return
    for address, key in keys.items():
        mail = NewMail(key, location.id, address, "Open tickets", words.body, now + LIST_USEFUL)
        add_mail(session, mail, now)


def send_mails(works: Works) -> int:
    """Hand over every mail that is due, with no database held. Returns how many the server took."""
    sent = 0
    if works.mailer is None:
        return sent
    _give_up(works)
    while (mail := _take(works)) is not None:
        outcome = _handed(works.mailer, mail)
        _settle(works, mail.id, outcome)
        sent += isinstance(outcome, Taken)
    return sent


def _take(works: Works) -> Mail | None:
    with works.database.writing() as session:
        row = take_mail(session, works.clock())
        return Mail(row.id, row.address, row.subject, row.body) if row else None


def _handed(mailer: Mailer, mail: Mail) -> Outcome:
    """Whatever goes wrong in there: it may have left."""
    try:
        return mailer.send(mail)
    except Exception as error:
        log.error("mail %s: %s", mail.id, type(error).__name__)
        return Unclear("the mail program failed")


def _settle(works: Works, mail_id: str, outcome: Outcome) -> None:
    now = works.clock()
    with works.database.writing() as session:
        row = session.get_one(MailRow, mail_id, with_for_update=True)
        row.updated_at = now
        log.info("mail %s: %s", mail_id, type(outcome).__name__.lower())
        match outcome:
            case Taken():
                row.status, row.reason = Status.SENT.value, "The mail server has it"
            case Unclear(detail):
                row.status, row.reason = Status.UNKNOWN.value, f"Not sent again: {detail}"
            case Refused(ErrorClass.RETRY, _, detail):
                wait = min(BACK_OFF * 2 ** min(row.attempts - 1, 10), MOST_WAIT)
                row.status, row.due_at, row.reason = Status.PLANNED.value, now + wait, detail
            case Refused(_, _, detail):
                row.status, row.reason = Status.FAILED.value, detail
                _tell_staff(session, row, now)


def _give_up(works: Works) -> None:
    now = works.clock()
    with works.database.writing() as session:
        for row in give_up(session, now):
            _tell_staff(session, row, now)


def _tell_staff(session: Session, row: MailRow, now: datetime) -> None:
    """Pages go on as texts; that mail does not work is a task for office hours, once a day."""
    location = session.get_one(Location, row.location_id)
    new = NewTicket(
        dedupe_key=f"mail:{location.id}:{now:%Y%m%d}",
        location_id=location.id,
        mobile="",
        kind="mail",
        urgency=Urgency.ROUTINE,
        reason=f"Mail to staff does not arrive: {row.reason}",
        due_at=hours_of(location).due(now, timedelta(hours=1)),
    )
    open_ticket(session, new, now)
