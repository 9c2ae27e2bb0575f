"""A stand-in for Twilio: a real HTTP server that takes texts, lists them, and can be told to misbehave.

It speaks as much of Twilio's Messages API (2010-04-01, as its OpenAPI document of April
2026 has it) as the twilio package asks of it, on loopback, without an account::

    with StandInCarrier() as twilio:
        carrier = TwilioCarrier(TwilioAccount(
            twilio.account_sid, "https://clinic.example", auth_token=twilio.auth_token, api_url=twilio.url))
        twilio.next(RESET_AFTER_TAKING, too_many(retry_after=2))   # the next two POSTs
        twilio.for_number("+17815550150", refusal(21610))          # every POST to that number
        carrier.send(...)
        [text] = twilio.texts                                      # what it has taken, in order

What it does:

- ``POST .../Messages.json`` checks the basic authentication and the fields (Twilio's own codes for
  a missing or wrong one), takes the text and answers 201 with a Message resource.
- ``GET .../Messages.json`` lists what it has taken, newest first, by ``To`` and ``From``, in pages.
- A :class:`~tests.standin.faults.Fault` says for one request whether the text is taken and what is
  heard of it. ``posts`` counts every POST that arrived, taken or not.
- ``send_receipt(text, "delivered")`` posts a signed status callback to the text's own address, and
  ``text_in(url, sender, to, body)`` a signed inbound text, exactly as Twilio would. When the bot's
  PUBLIC_URL is not where it listens, say so: ``StandInCarrier(routes={"https://clinic.example":
  "http://127.0.0.1:8000"})`` signs the first and calls the second.

What it does not: filter by DateSent, keep keywords (a STOP does not block by itself), move media.
"""

from tests.standin.carrier import StandInCarrier
from tests.standin.text import StandInText

__all__ = ["StandInCarrier", "StandInText"]
