"""When words shall be read again by a clinician: what was right last year may not be right now."""

from datetime import date, timedelta

from messages.wording import Wording

#: How long words, and a protocol's timing, count as looked at.
REVIEW_LASTS = timedelta(days=365)
#: How long before that day staff are reminded.
NOTICE = timedelta(days=14)


def review_on(wording: Wording, kept_since: date | None = None) -> date | None:
    """The day by which ``wording`` shall be read again; None while it says nothing.

    Without a signature the year runs from the day on which the clinic began to say it.
    """
    if not wording.on:
        return None
    if wording.approved is None:
        return kept_since and kept_since + REVIEW_LASTS
    return wording.approved.review_on or wording.approved.on + REVIEW_LASTS


def is_near(due: date | None, today: date) -> bool:
    """Whether that day has come so near that staff are reminded; or is past."""
    return due is not None and due - today <= NOTICE
