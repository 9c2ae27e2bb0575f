"""Texts and receipts from the carrier. Kept first; answered 2xx for whatever a retry cannot mend."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from carriers.base import IncomingText, Receipt
from handlers.access import works
from scheduler.inbox import answer, receive
from scheduler.receipts import receive_receipt

sms = Blueprint("sms", __name__)

#: An empty TwiML answer: we reply through the outbox, so that the reply is a row before it is a call.
NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response />'
#: The most pictures one text may bring.
MOST_MEDIA = 10


@sms.post("/sms/inbound")
def inbound() -> ResponseReturnValue:
    """A patient texted. The text is stored before anything is made of it."""
    inbox_id = receive(works(), _incoming())
    if inbox_id is not None:
        answer(works(), inbox_id)
    return twiml(NO_REPLY)


@sms.post("/sms/status/<uuid:message_id>")
def status(message_id: object) -> ResponseReturnValue:
    """What became of a text of ours, found by our own id; also for one we do not know."""
    receipt = Receipt(
        message_id=str(message_id),
        status=request.form.get("MessageStatus", ""),
        error_code=request.form.get("ErrorCode") or None,
        provider_sid=request.form.get("MessageSid") or None,
    )
    receive_receipt(works(), receipt)
    return "", 204


def _incoming() -> IncomingText:
    form = request.form
    count = min(form.get("NumMedia", 0, type=int), MOST_MEDIA)
    media = ((form.get(f"MediaUrl{n}", ""), form.get(f"MediaContentType{n}", "")) for n in range(count))
    return IncomingText(
        provider_sid=form.get("MessageSid") or form["SmsSid"],
        sender=form["From"],
        to=form["To"],
        body=form.get("Body", ""),
        media=tuple(media),
        carrier_replied="OptOutType" in form,
        carrier_keyword=form.get("OptOutType"),
    )


def twiml(xml: str) -> Response:
    """A TwiML document; text/plain would be sent to the patient as a text."""
    return Response(xml, mimetype="text/xml")
