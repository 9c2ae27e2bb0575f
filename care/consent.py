"""May this text leave? An opt-out beats everything."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from care.protocol import Purpose


class ConsentKind(StrEnum):
    """The two consents a clinic records."""

    CARE = "care"
    MARKETING = "marketing"


@dataclass(frozen=True)
class Consent:
    """What the events recorded for one mobile, and for the patient, add up to.

    ``opted_out``: why nothing may leave, for staff; ``opted_out_at``: since when (UTC).
    """

    care: bool = False
    marketing: bool = False
    opted_out: str | None = None
    opted_out_at: datetime | None = None


@dataclass(frozen=True)
class Allowed:
    """The text may leave."""


@dataclass(frozen=True)
class Refused:
    """The text may not leave, and why, in words a patient could be told."""

    reason: str


def may_send(consent: Consent, purpose: Purpose | None) -> Allowed | Refused:
    """Whether a text of this purpose may leave; None is a reply to what she just wrote.

    A reply needs no consent (she wrote first) but stops at an opt-out like the rest.
    Rule: 47 CFR 64.1200(a)(10), honoured at once and for every number of the clinic.
    """
    if consent.opted_out is not None:
        return Refused(consent.opted_out)
    if purpose is None:
        return Allowed()
    if not consent.care:
        return Refused("No consent to care texts is recorded")
    if purpose is Purpose.MARKETING and not consent.marketing:
        return Refused("No consent to invitations is recorded")
    return Allowed()


def may_reply(consent: Consent, written_at: datetime, *, safety: bool) -> Allowed | Refused:
    """Whether a reply may leave that was written at that moment.

    "STOP, I can't breathe" is answered with 911 before its STOP takes effect: a safety reply
    written no later than the opt-out still leaves. Nothing else does.
    """
    if safety and consent.opted_out_at is not None and written_at <= consent.opted_out_at:
        return Allowed()
    return may_send(consent, None)
