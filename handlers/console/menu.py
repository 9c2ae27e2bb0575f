"""The pages in the menu, in its order: what the day needs, then what the office needs now and then."""

from typing import NamedTuple


class Page(NamedTuple):
    """One page. ``key``: what opens it after ``g``, on the keyboard."""

    endpoint: str
    word: str
    icon: str
    key: str


DAILY = (
    Page("console.today", "Today", "sun", "t"),
    Page("console.inbox", "Inbox", "inbox", "i"),
    Page("console.patients", "Patients", "users", "p"),
    Page("console.enrol_form", "Enrol", "user-plus", "e"),
)
#: Behind "More": nobody looks at these between two patients.
OFFICE = (
    Page("console.protocols", "Protocols", "route", "r"),
    Page("console.numbers", "Numbers", "chart-column", "n"),
    Page("console.settings", "Settings", "settings", "s"),
)
