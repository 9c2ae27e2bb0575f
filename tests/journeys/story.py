"""What happens in a story: the desk books and changes, patients text and call, time passes."""

from dataclasses import dataclass
from datetime import UTC
from uuid import uuid4

import requests

from scheduler.dispatch import dispatch
from store.tables import Ticket
from store.tickets import take_ticket
from tests.cast import ANNA, CLINIC_NUMBER, ZONE, House, local
from tests.standin.carrier import StandInCarrier
from tests.standin.webhooks import call

PUBLIC_URL = "https://texts.example.com"
API_TOKEN = "a-long-token-for-the-journeys"


@dataclass
class Story:
    """One clinic's story, told over the wire."""

    house: House
    twilio: StandInCarrier
    desk: requests.Session

    @property
    def address(self) -> str:
        return self.twilio.routes[PUBLIC_URL]

    def books(self, visit: str = "2026-12-11 14:00", mobile: str = ANNA, **more) -> requests.Response:
        """The desk enrols somebody through the API."""
        patient = {"name": more.pop("name", "Anna Reed"), "mobile": mobile}
        patient |= {key: more.pop(key) for key in ("language", "timezone") if key in more}
        consent = {"care": True, "marketing": False, "method": "signed form"} | more.pop("consent", {})
        body = {
            "patient": patient,
            "appointment": {
                "external_id": more.pop("visit_id", "visit-1"),
                "starts_at": local(visit).isoformat(),
            },
            "protocol": "microneedling",
            "consent": consent,
            **more,
        }
        return self.desk.post(f"{self.address}/api/v1/enrolments", json=body, timeout=10)

    def changes(self, visit_id: str = "visit-1", **change: str) -> requests.Response:
        """The desk moves, cancels or marks a visit through the API."""
        body = {
            key: local(value).isoformat() if key in ("starts_at", "ended_at") else value
            for key, value in change.items()
        }
        return self.desk.patch(f"{self.address}/api/v1/appointments/{visit_id}", json=body, timeout=10)

    def texts(self, body: str, mobile: str = ANNA, **params: str) -> requests.Response:
        """A patient texts; what is due at once leaves at once."""
        response = self.twilio.text_in(f"{PUBLIC_URL}/sms/inbound", mobile, CLINIC_NUMBER, body, **params)
        dispatch(self.house.works)
        return response

    def calls_and_nobody_answers(self, caller: str = ANNA) -> None:
        """She rings; the office does not pick up."""
        told = {"CallSid": f"CA{uuid4().hex}", "From": caller, "To": CLINIC_NUMBER}
        call(self.twilio.auth_token, f"{PUBLIC_URL}/voice/inbound", told, self.twilio.routes)
        told["DialCallStatus"] = "no-answer"
        call(self.twilio.auth_token, f"{PUBLIC_URL}/voice/after", told, self.twilio.routes)
        dispatch(self.house.works)

    def time_passes_until(self, at: str) -> None:
        """The scheduler works at every moment something falls due, until then."""
        self.house.time_machine.advance(local(at).astimezone(UTC))

    def nothing_works_until(self, at: str) -> None:
        """The machine is down until then."""
        self.house.clock.move_to(local(at))

    def got(self, mobile: str = ANNA) -> list[tuple[str, str]]:
        """(clinic time, code) of every text the carrier took for this mobile, in order."""
        names = {row.provider_sid: row.wording for row in self.house.outbox()}
        codes = {wording.id: wording.code for wording in self.house.works.catalog.wordings.values()}
        return [
            (text.at.astimezone(ZONE).strftime("%a %m-%d %H:%M"), codes[names[text.sid]])
            for text in self.twilio.texts_for(mobile)
        ]

    def codes(self, mobile: str = ANNA) -> list[str]:
        """The codes of every text the carrier took for this mobile, in order."""
        return [code for _, code in self.got(mobile)]

    def takes_the_ticket(self) -> None:
        """The person on call takes the latest ticket."""
        with self.house.works.database.writing() as session:
            take_ticket(session, self.open_tickets()[-1].id, "kim")

    def last_words(self, mobile: str = ANNA) -> str:
        """What she read last."""
        return self.twilio.texts_for(mobile)[-1].body

    def open_tickets(self) -> list[Ticket]:
        """What people must still do."""
        return [ticket for ticket in self.house.tickets() if ticket.status != "resolved"]

    def reasons(self) -> dict[str, tuple[str, str]]:
        """step -> (state, reason) of every timed text we hold."""
        return {row.step: (row.status, row.reason) for row in self.house.outbox() if row.step}
