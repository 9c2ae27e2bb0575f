"""How states are shown: an icon, a word and a style each; never a colour alone."""

from dataclasses import dataclass

from care.course import VisitStatus
from care.delivery import Status
from care.reading import Intent, Urgency
from care.why import say_fact
from handlers.console.words import now
from store.tables import InboxText, OutboxText


@dataclass(frozen=True)
class Look:
    """How a state is shown: never by colour alone."""

    word: str
    icon: str
    style: str  #: the class that colours it


#: Planned looks planned, what left looks solid, what failed looks broken, what never leaves is struck.
STATES = {
    Status.PLANNED: Look("Planned", "clock", "planned"),
    Status.CLAIMED: Look("Leaving now", "send", "left"),
    Status.SENT: Look("Sent", "check", "left"),
    Status.DELIVERED: Look("Delivered", "check-check", "left"),
    Status.UNDELIVERED: Look("Not delivered", "unlink", "broken"),
    Status.FAILED: Look("Failed", "unlink", "broken"),
    Status.UNKNOWN: Look("Not certain", "circle-question-mark", "broken"),
    Status.CANCELLED: Look("Will not be sent", "circle-slash", "never"),
    Status.EXPIRED: Look("Not sent in time", "hourglass", "never"),
    Status.SUPPRESSED: Look("May not be sent", "ban", "never"),
}
WAITING = Look("Held back", "pause", "held")
SKIPPED = Look("Left out", "circle-dashed", "skipped")
EXPECTED = Look("Follows the visit", "circle-dashed", "expected")

URGENCIES = {
    Urgency.EMERGENCY: Look("Emergency", "siren", "danger"),
    Urgency.CRISIS: Look("Crisis", "siren", "danger"),
    Urgency.URGENT: Look("Urgent", "triangle-alert", "amber"),
    Urgency.ROUTINE: Look("Routine", "circle-alert", "plain"),
    Urgency.NONE: Look("Routine", "circle-alert", "plain"),
}

VISITS = {
    VisitStatus.BOOKED: Look("Booked", "calendar", "plain"),
    VisitStatus.ARRIVED: Look("Arrived", "user", "teal"),
    VisitStatus.FULFILLED: Look("Done", "circle-check", "teal"),
    VisitStatus.CANCELLED: Look("Cancelled", "calendar-x", "never"),
    VisitStatus.NOSHOW: Look("Did not come", "user-x", "amber"),
}

INBOX = {
    "received": Look("Being read", "clock", "plain"),
    "answered": Look("Answered", "message-square-reply", "teal"),
    "with_person": Look("With a person", "hand", "amber"),
    "joined": Look("Read with the next", "check", "plain"),
    "silent": Look("Needs no answer", "check", "plain"),
    "crashed": Look("Read it yourself", "triangle-alert", "amber"),
}

#: What a patient's text wanted, as staff would say it.
INTENTS = {
    Intent.EMERGENCY: "an emergency",
    Intent.SAME_DAY: "needs somebody today",
    Intent.OPT_OUT: "no more texts",
    Intent.COMPLAINT: "a complaint",
    Intent.CANCEL: "cancel the visit",
    Intent.RESCHEDULE: "another time",
    Intent.RUNNING_LATE: "running late",
    Intent.CONFIRM: "confirms",
    Intent.SYMPTOM: "a symptom",
    Intent.FAQ: "a question",
    Intent.UNANSWERABLE: "a question for a person",
    Intent.OPT_IN: "texts again",
    Intent.HELP: "help",
    Intent.HUMAN: "a person",
    Intent.WRONG_NUMBER: "wrong number",
    Intent.THANKS: "thanks",
    Intent.OTHER: "not understood",
    Intent.DECLARED_NONE: "used none of it",
    Intent.DECLARED_SOME: "used some of it",
    Intent.SILENT: "nothing",
}


def wanted(text: InboxText) -> str:
    """What a patient's text was understood to want; empty while it is not read."""
    reading = text.reading or {}
    intents = [INTENTS.get(Intent(one), "") for one in reading.get("intents", ())]
    about = f" about {say_fact(reading['topic'])}" if reading.get("topic") else ""
    return ", ".join(filter(None, intents)) + about


def look_of(text: OutboxText) -> Look:
    """How a text's state is shown; one that is kept back beyond its moment is held."""
    late = text.status == Status.PLANNED.value and (
        text.due_at > text.planned_for or text.planned_for < now()
    )
    return WAITING if late else STATES[Status(text.status)]
