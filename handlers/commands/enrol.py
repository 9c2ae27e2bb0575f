"""``enrol``: put one patient's visit on a protocol, from the command line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from handlers.commands.asking import Wrong, by_option, location_called, moment, pairs
from handlers.commands.saying import say_text

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.commands.context import Needs
    from store.tables import Appointment, OutboxText

#: Who did it, in the audit log.
ACTOR = "command line"

#: Which option holds which field of the request.
OPTIONS = {
    "patient.name": "--name",
    "patient.mobile": "--mobile",
    "patient.language": "--language",
    "patient.timezone": "--timezone",
    "appointment.starts_at": "--visit",
    "appointment.external_id": "--external-id",
    "appointment.area": "--area",
    "protocol": "--protocol",
    "location": "--location",
    "consent.method": "--consent-method",
}


@dataclass(frozen=True)
class Asked:
    """The options, as they were given."""

    name: str
    mobile: str
    visit: str
    protocol: str | None
    language: str
    timezone: str | None
    facts: tuple[str, ...]
    consent_method: str | None
    care: bool | None
    marketing: bool
    external_id: str | None
    area: str | None
    location: str | None


@click.command()
@click.option("--name", required=True, help="Her name.")
@click.option("--mobile", required=True, help="Her mobile, in any shape.")
@click.option("--visit", required=True, metavar="ISO", help="When the visit starts, with its time zone.")
@click.option("--protocol", help="Which protocol; needed when there are several.")
@click.option("--language", default="en", show_default=True, help="Her language: en, es or pt.")
@click.option("--timezone", metavar="ZONE", help="Where she lives, if not in the clinic's zone.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="What is known; repeatable.")
@click.option("--consent-method", metavar="HOW", help="How she agreed, such as 'intake form'.")
@click.option(
    "--care/--no-care", default=None, help="Did she agree to care texts? Yes if --consent-method is given."
)
@click.option("--marketing", is_flag=True, help="She also agreed to invitations to come again.")
@click.option("--external-id", metavar="ID", help="The visit's id in your booking system.")
@click.option("--area", help="The area treated.")
@click.option("--location", help="Which location, when the clinic has several.")
@click.pass_obj
def enrol(needs: "Needs", /, **options: Any) -> None:
    """Enrol one patient, and print the texts she will get.

    The same booking twice is the same enrolment. The same --external-id with another time
    moves the visit.

    \b
    python bot.py enrol --name "Ana Diaz" --mobile 781-555-0110 --visit 2026-12-11T14:00-05:00 \\
        --language es --fact cold_sores=no --consent-method "intake form"
    """
    from scheduler import enrolling
    from scheduler.booking import BadField, parse_enrolment

    asked = Asked(**options)
    starts_at = moment("--visit", asked.visit)
    try:
        body = parse_enrolment(_body(needs, asked, starts_at))
        enrolled = enrolling.enrol(needs.works, body, ACTOR)
    except BadField as error:
        raise by_option(error, OPTIONS) from None
    _report(needs, enrolled.enrolment_id, created=enrolled.created)


def _body(needs: "Needs", asked: Asked, starts_at: "datetime") -> dict[str, Any]:
    """The request that the API would have been sent."""
    from scheduler.booking import external_id_for, only_protocol

    location, _ = location_called(needs.clinic, asked.location)
    care = bool(asked.consent_method) if asked.care is None else asked.care
    if (care or asked.marketing) and not asked.consent_method:
        raise Wrong("--consent-method is missing: say how she agreed, such as 'intake form'")
    return {
        "patient": {
            "name": asked.name,
            "mobile": asked.mobile,
            "language": asked.language,
            "timezone": asked.timezone,
        },
        "appointment": {
            "external_id": asked.external_id
            or external_id_for(location, asked.mobile, asked.name, starts_at),
            "starts_at": starts_at,
            "area": asked.area,
        },
        "protocol": asked.protocol or only_protocol(needs.catalog.protocols),
        "location": location,
        "facts": pairs("--fact", asked.facts),
        "consent": {
            "care": care,
            "marketing": asked.marketing or None,
            "method": asked.consent_method or "not asked",
        },
    }


def _report(needs: "Needs", enrolment_id: str, *, created: bool) -> None:
    from store.outbox import texts_of
    from store.visits import enrolments_by_id

    with needs.database.reading() as session:
        visit = enrolments_by_id(session, [enrolment_id])[enrolment_id].appointment
        click.echo(f"{'Enrolled' if created else 'Known already'}: {enrolment_id}")
        click.echo(f"Appointment: {visit.external_id}\n")
        for text in texts_of(session, enrolment_id):
            _say(needs, visit, text)


def _say(needs: "Needs", visit: "Appointment", text: "OutboxText") -> None:
    """One text: what left as it left, what is to come as it reads today."""
    from scheduler.words import speak, visit_values
    from store.visits import zones_of

    zones, wording = zones_of(visit), needs.catalog.wordings[text.wording or ""]
    words = speak(needs.works, wording.id, text.language, visit_values(visit, text.language, text.due_at))
    head = f"{wording.code:<4} {text.step}: {text.status}. {text.reason}"
    say_text(text.due_at, (zones.clinic, zones.patient), head, text.body or (words.body if words else None))
