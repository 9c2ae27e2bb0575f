"""What the commands stand on: settings, clinic, catalog, database, carrier, put together as needed."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from care.hours import Hours
    from carriers.base import Carrier
    from carriers.mail import Mailer
    from handlers.settings import Settings
    from messages.catalog import Catalog
    from scheduler.clock import Sender
    from scheduler.works import Works
    from store.clinic import ClinicFile
    from store.database import Database


def stop(problems: Sequence[str]) -> NoReturn:
    """End the command, saying everything that is wrong."""
    print("Afterglow cannot start:", *(f"  - {problem}" for problem in problems), sep="\n", file=sys.stderr)
    sys.exit(2)


def wall_clock() -> datetime:
    """The time, UTC. Read here, at the edge, and handed on from here."""
    return datetime.now(UTC)


class Needs:
    """Each piece is built the first time a command asks for it; imports wait until then too.

    ``settings`` and ``clock`` can be given, as the demo does.
    """

    def __init__(
        self, settings: "Settings | None" = None, clock: Callable[[], datetime] = wall_clock
    ) -> None:
        self.clock = clock
        if settings is not None:
            self.settings = settings

    @cached_property
    def settings(self) -> "Settings":
        """The settings as given; a bad one stops the command."""
        from handlers.settings import BadSettings, read_settings

        try:
            return read_settings()
        except BadSettings as error:
            stop(error.problems)

    @cached_property
    def clinic(self) -> "ClinicFile":
        """The clinic file."""
        from store.clinic import BadClinicFile, load_clinic

        try:
            return load_clinic(self.settings.clinic_file)
        except BadClinicFile as error:
            stop(error.problems)

    @cached_property
    def catalog(self) -> "Catalog":
        """Every wording and protocol; an unsafe one stops the command."""
        from messages.catalog import CatalogError, load_catalog

        try:
            return load_catalog()
        except CatalogError as error:
            stop([str(problem) for problem in error.problems])

    @cached_property
    def database(self) -> "Database":
        """The database, at this version's tables, with the clinic file and the catalog copied in."""
        from scheduler.opening import open_database

        try:
            return open_database(self.settings.database_url, self.clinic, self.catalog, self.clock())
        except ValueError as error:
            stop([str(error)])

    @cached_property
    def hours(self) -> "Hours":
        """The first location's office hours."""
        from store.clinic import hours_in

        return hours_in(next(iter(self.clinic.locations.values())))

    @cached_property
    def carrier(self) -> "Carrier":
        """Twilio when it is set up, else the simulated carrier."""
        if not self.settings.uses_twilio:
            from carriers.simulated import SimulatedCarrier

            return SimulatedCarrier(self.clock)
        from carriers.twilio import TwilioAccount, TwilioCarrier

        settings = self.settings
        account = TwilioAccount(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            api_key_sid=settings.twilio_api_key_sid or None,
            api_key_secret=settings.twilio_api_key_secret or None,
            messaging_service_sid=settings.twilio_messaging_service_sid or None,
            api_url=settings.twilio_api_url or None,
            public_url=settings.base_url,
        )
        return TwilioCarrier(account)

    @cached_property
    def mailer(self) -> "Mailer | None":
        """The mail server, when one is set up."""
        from carriers.mail import mailer_from

        settings = self.settings
        return mailer_from(settings.smtp_url, settings.mail_from) if settings.smtp_url else None

    @cached_property
    def sender(self) -> "Sender":
        """The thread that sends replies at once; not started yet."""
        from scheduler.clock import Sender

        return Sender()

    @cached_property
    def works(self) -> "Works":
        """Everything a path needs."""
        from scheduler.works import Works

        works = Works(
            database=self.database,
            shipped=self.catalog,
            carrier=self.carrier,
            clock=self.clock,
            public_url=self.settings.base_url,
            carrier_answers=self.carrier.answers_keywords and self.settings.keyword_replies == "carrier",
            wake=self.sender.wake,
            in_flight=self.settings.in_flight,
            limits=self.settings.limits,
            mailer=self.mailer,
            segment_price=self.settings.segment_price,
            fold_accents=self.settings.accents == "fold",
            two_people=self.clinic.approval == "two_people",
        )
        with self.database.reading() as session:
            works.renew(session)
        return works
