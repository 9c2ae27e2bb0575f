"""The pages in the menu, in its order: what the day needs, then what the office needs now and then."""

from typing import NamedTuple


class Page(NamedTuple):
    """One page. ``key``: what opens it after ``g``, on the keyboard. ``under``: where those behind it lie."""

    endpoint: str
    word: str
    icon: str
    key: str
    under: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether one gets to this path through this page."""
        return path.startswith(self.under)


DAILY = (
    Page("console.today", "Today", "sun", "t", ("/tickets",)),
    Page("console.inbox", "Inbox", "inbox", "i", ("/inbox",)),
    Page("console.patients", "Patients", "users", "p", ("/patients", "/search", "/visits", "/texts")),
    Page("console.enrol_form", "Enrol", "user-plus", "e", ("/enrol",)),
)
#: Behind "More": nobody looks at these between two patients.
OFFICE = (
    Page("console.protocols", "Protocols", "route", "r", ("/protocols",)),
    Page("console.numbers", "Numbers", "chart-column", "n", ("/numbers",)),
    Page("console.settings", "Settings", "settings", "s", ("/settings",)),
)
