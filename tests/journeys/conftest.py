"""A whole clinic on the wire: signed webhooks in, a stand-in Twilio out, a clock that is told the time."""

import threading
from collections.abc import Iterator

import pytest
import requests
from werkzeug.serving import make_server

from carriers.twilio import TwilioAccount, TwilioCarrier
from handlers.access import Secrets, Wiring
from handlers.app import create_app
from scheduler.works import Works
from tests.cast import House
from tests.journeys.story import API_TOKEN, PUBLIC_URL, Story
from tests.standin.carrier import StandInCarrier


@pytest.fixture
def story(database, catalog, clock) -> Iterator[Story]:
    """The clinic, listening on a real port, its carrier reached over real HTTP."""
    with StandInCarrier(clock=clock) as twilio:
        account = TwilioAccount(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token,
            public_url=PUBLIC_URL,
            api_url=twilio.url,
        )
        carrier = TwilioCarrier(account)
        works = Works(
            database=database,
            shipped=catalog,
            carrier=carrier,
            clock=clock,
            public_url=PUBLIC_URL,
            carrier_answers=True,
        )
        app = create_app(Wiring(works, Secrets(twilio.auth_token, API_TOKEN)), secret_key="journeys")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        twilio.routes[PUBLIC_URL] = f"http://127.0.0.1:{server.server_port}"
        with requests.Session() as desk:
            desk.headers["Authorization"] = f"Bearer {API_TOKEN}"
            yield Story(House(works, carrier, clock), twilio, desk)
        server.shutdown()
        server.server_close()
        thread.join()
        carrier.close()
