"""The life of an outgoing text: its states, the ladder a receipt moves it up, and what an error means."""

from enum import StrEnum


class Status(StrEnum):
    """Where an outgoing text stands. Each value's sentence is what staff read."""

    PLANNED = "planned"  #: waiting for its moment
    CLAIMED = "claimed"  #: a sender has it in hand
    SENT = "sent"  #: the carrier took it
    DELIVERED = "delivered"  #: the phone has it
    UNDELIVERED = "undelivered"  #: the carrier could not deliver it
    FAILED = "failed"  #: the carrier refused it
    CANCELLED = "cancelled"  #: no longer wanted before it left
    EXPIRED = "expired"  #: its useful time passed before it could leave
    SUPPRESSED = "suppressed"  #: not allowed to leave: no consent
    UNKNOWN = "unknown"  #: the carrier may have it; being asked after


#: How far each state is along the way; a receipt may only climb.
RANK = {
    Status.PLANNED: 0,
    Status.CLAIMED: 1,
    Status.UNKNOWN: 2,
    Status.SENT: 3,
    Status.FAILED: 4,
    Status.UNDELIVERED: 5,
    Status.DELIVERED: 6,
}

#: The carrier's words for what happened, in ours. Words not here move nothing.
REPORTED = {
    "accepted": Status.SENT,
    "queued": Status.SENT,
    "sending": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}

#: States in which the words may have reached the patient.
MAY_HAVE_LEFT = frozenset({Status.CLAIMED, Status.UNKNOWN, Status.SENT, Status.DELIVERED, Status.UNDELIVERED})


class ErrorClass(StrEnum):
    """What a carrier's refusal asks of us."""

    RETRY = "retry"  #: never processed: wait, then try again
    PERMANENT = "permanent"  #: this number or this text will never work
    OPTED_OUT = "opted_out"  #: she told the carrier to stop: a consent event
    CONFIG = "config"  #: our account or number is wrong: nothing will leave until it is mended
    UNKNOWN = "unknown"  #: may have been taken: ask before sending again


def advance(current: Status, reported: str) -> Status:
    """The state after a receipt: up the ladder, never down, whatever the order they come in."""
    new = REPORTED.get(reported.lower())
    if new is None or current not in RANK:
        return current
    return new if RANK[new] > RANK[current] else current
