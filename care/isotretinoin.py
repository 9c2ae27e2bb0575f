"""Six months must pass after isotretinoin (Accutane) before a visit (page fact S17).

What she tells by text is worked out for the person who decides. It never clears anybody: the visit
stays on hold until staff release it, however long ago the last dose was.
"""

from calendar import monthrange
from datetime import date

MONTHS = 6
ROWS = frozenset({"R23", "R33"})


def clear_from(last_dose: date) -> date:
    """The first day on which the six months are over; a day that month does not have is its last."""
    year, month = divmod(last_dose.year * 12 + last_dose.month - 1 + MONTHS, 12)
    return date(year, month + 1, min(last_dose.day, monthrange(year, month + 1)[1]))


def worked_out(last_dose: date, visit: date | None) -> str:
    """What her words come to, for the ticket. Where she named a month, its last day counts."""
    ends = clear_from(last_dose)
    said = f"By her text the last dose was {_say(last_dose)} or before: six months end on {_say(ends)}"
    if visit is None:
        return f"{said}. Ask for the exact date"
    stands = "before that" if visit < ends else "not before that"
    return f"{said}; the visit on {_say(visit)} is {stands}. Ask for the exact date: a text clears nobody"


def _say(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
