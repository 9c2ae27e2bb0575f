"""Calls to the clinic's number: they ring in the office; a missed one is answered by one text.

The page says "CALL or text", so the number that texts must also ring.
"""

from xml.etree import ElementTree

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from handlers.access import works
from handlers.sms import twiml
from scheduler.missed_calls import answer_missed_call, office_phone_for

voice = Blueprint("voice", __name__)

#: Below the moment a voicemail picks up, so that an unanswered call is known to be missed. Seconds.
RING_FOR = 18
#: How a call ends that nobody took. A caller who hangs up while it rings counts as well.
MISSED = {"busy", "no-answer", "failed", "canceled"}


@voice.post("/voice/inbound")
def inbound() -> ResponseReturnValue:
    """Ring the office; the caller hears it ringing until somebody answers."""
    office = office_phone_for(works(), request.form.get("To", ""))
    if office is None:
        return _response("Reject")
    return _response(
        "Dial",
        office,
        timeout=str(RING_FOR),
        answerOnBridge="true",
        action=f"{works().public_url}/voice/after",
        method="POST",
    )


@voice.post("/voice/after")
def after() -> ResponseReturnValue:
    """The call is over: a missed one gets one text, at most one a day per caller."""
    if request.form.get("DialCallStatus") in MISSED:
        answer_missed_call(works(), request.form.get("To", ""), request.form.get("From", ""))
    return _response("Hangup")


def _response(verb: str, text: str | None = None, **attributes: str) -> ResponseReturnValue:
    """A TwiML document with one verb."""
    response = ElementTree.Element("Response")
    ElementTree.SubElement(response, verb, attributes).text = text
    return twiml(ElementTree.tostring(response, encoding="unicode", xml_declaration=True))
