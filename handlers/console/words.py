"""How times, states and numbers are said on the pages. The exact time is always in the markup too."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from flask import g
from markupsafe import Markup

from care.reading import Urgency
from care.why import say_fact
from carriers.errors import classify
from handlers.access import works
from messages.segments import Encoding, count
from scheduler.replying import WRITTEN_BY
from store.tables import ConsentEvent, OutboxText, Ticket

#: Before its start, a visit this near may be marked as arrived.
SOON = timedelta(hours=12)

LANGUAGES = {"en": "English", "es": "Spanish", "pt": "Portuguese"}

_KINDS = {
    "call": "Call her",
    "missed": "Call her: a text could not be sent",
    "not_reached": "A text did not reach her",
    "config": "Our texting account needs mending",
    "breaker": "Texts are held: look, then let them go",
    "outcome": "Was the visit done?",
    "unread": "Read her text",
    "taken_over": "Answer her: the bot stays silent",
    "review": "Words for patients are due to be read again",
}


def now() -> datetime:
    """The moment of this request: one page shows one time."""
    if "now" not in g:
        g.now = works().clock()
    moment: datetime = g.now
    return moment


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def clock(at: datetime, zone: str) -> Markup:
    """``1:00 PM``."""
    return _tag(at, zone, _clock(at.astimezone(_zone(zone))))


def moment(at: datetime, zone: str) -> Markup:
    """``Tue Dec 8, 1:00 PM``."""
    return _tag(at, zone, _moment(at.astimezone(_zone(zone)), now().astimezone(_zone(zone))))


def plain_moment(at: datetime, zone: str) -> str:
    """The same without its markup, for a label."""
    return _moment(at.astimezone(_zone(zone)), now().astimezone(_zone(zone)))


def soon(at: datetime, zone: str) -> Markup:
    """As people say it: ``in 2 hours``, ``tomorrow, 4:00 PM``, ``12 min ago``."""
    return _tag(at, zone, relative(at, now(), _zone(zone)))


def relative(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How far ``at`` is from ``now``: lengths while it is near, days by name while it is not."""
    away, local, here = abs(at - now), at.astimezone(zone), now.astimezone(zone)
    if away < timedelta(minutes=1):
        return "now" if at >= now else "just now"
    if away < timedelta(hours=6):
        minutes = round(away / timedelta(minutes=1))
        length = f"{minutes} min" if minutes < 60 else _hours(round(minutes / 60))
        return f"in {length}" if at > now else f"{length} ago"
    if -1 <= (local.date() - here.date()).days <= 1:
        return f"{say_day(local.date(), here.date()).lower()}, {_clock(local)}"
    return _moment(local, here)


def _hours(number: int) -> str:
    return "1 hour" if number == 1 else f"{number} hours"


def say_day(day: date, today: date) -> str:
    """``Today``, ``Tomorrow``, ``Yesterday``, else ``Tue Dec 8``."""
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((day - today).days)
    year = "" if day.year == today.year else f", {day.year}"
    return near or f"{day:%a %b} {day.day}{year}"


def _clock(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local:%M %p}"


def _moment(local: datetime, here: datetime) -> str:
    year = "" if local.year == here.year else f", {local.year}"
    return f"{local:%a %b} {local.day}{year}, {_clock(local)}"


def _tag(at: datetime, zone: str, said: str) -> Markup:
    local = at.astimezone(_zone(zone))
    exact = f"{local:%A, %B} {local.day}, {local.year}, {_clock(local)} {local.tzname()}"
    iso = local.isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(iso, exact, said)


def zone_of(name: str) -> ZoneInfo:
    """A zone by its name."""
    return _zone(name)


def zone_word(zone: str) -> str:
    """``America/New_York`` as people say it: ``New York time``."""
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def title(name: str) -> str:
    """A step's or fact's name as a heading: ``seven_day_list`` becomes ``Seven day list``."""
    return say_fact(name).capitalize()


def parts(body: str) -> str:
    """What a text costs: ``43 of 160 characters: 1 text``."""
    counted = count(body)
    unicode = counted.encoding is Encoding.UCS2
    room = (70 if unicode else 160) if counted.parts <= 1 else counted.parts * (67 if unicode else 153)
    texts = "1 text" if counted.parts <= 1 else f"{counted.parts} texts"
    why = "; an accent or emoji makes it cost more" if unicode and counted.parts > 1 else ""
    return f"{counted.units} of {room} characters: {texts}{why}"


def price(parts: int) -> str:
    """What so many parts cost, as an estimate: ``about 2.4 cents``, ``about $13``."""
    return money(works().segment_price * parts)


def money(amount: Decimal) -> str:
    """Dollars that were estimated: in cents while it is less than one."""
    if round(amount, 3) < 1:
        cents = f"{amount * 100:.1f}".removesuffix(".0")
        return f"about {cents} {'cent' if cents == '1' else 'cents'}"
    return f"about ${amount:,.2f}" if amount < 10 else f"about ${amount:,.0f}"


def ticket_title(ticket: Ticket) -> str:
    """What a ticket asks for, in one line."""
    kind = ticket.kind.partition(":")[0]
    if ticket.urgency >= Urgency.CRISIS:
        return "Call her now"
    return _KINDS.get(kind) or ("Read her text and answer" if ticket.inbox_id else reason(ticket))


def reason(ticket: Ticket) -> str:
    """Why a ticket was opened, without the triage table's own row numbers."""
    plain = re.sub(r"\bR\d+[a-z]? ", "", ticket.reason)
    return plain[:1].upper() + plain[1:]


def count_of(number: int, one: str, many: str = "") -> str:
    """``1 text``, ``3 texts``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def text_title(text: OutboxText) -> str:
    """What a text is, in a few words."""
    purposes = {"reply": "Reply", "staff": "Your words", "page": "Page"}
    return title(text.step) if text.step else purposes.get(text.purpose, title(text.wording or text.purpose))


def who(username: str, names: Mapping[str, str]) -> str:
    """The name people know somebody by."""
    return names.get(username, username)


def advice(code: str) -> str:
    """What to do about a carrier's code."""
    return classify(code).advice


def day_title(zone: str) -> str:
    """``Sunday, November 22``."""
    local = now().astimezone(_zone(zone))
    return f"{local:%A, %B} {local.day}"


def instant(iso: str) -> datetime:
    """An instant that is kept as text in the database."""
    return datetime.fromisoformat(iso)


def hour_minute(at: datetime, zone: str) -> str:
    """For a time box."""
    return f"{at.astimezone(_zone(zone)):%H:%M}"


def local_input(at: datetime, zone: str) -> str:
    """For a date-and-time box, on the clinic's clock."""
    return f"{at.astimezone(_zone(zone)):%Y-%m-%dT%H:%M}"


def day_name(day: date, zone: str) -> str:
    """``Today``, ``Tomorrow``, or ``Tue Dec 8``."""
    return say_day(day, now().astimezone(_zone(zone)).date())


def say_consent(event: ConsentEvent) -> str:
    """One consent event as a sentence."""
    about = {"all": "all texts", "care": "care texts", "marketing": "invitations"}[event.kind]
    how = {"text": "by text", "carrier": "at the carrier"}.get(event.method, title(event.method).lower())
    return f"{'Agreed to' if event.granted else 'No to'} {about}, {how}"


def length(since: datetime) -> str:
    """How long ago: ``12 min``, ``3 hours``, ``2 days``."""
    minutes = max(int((now() - since) / timedelta(minutes=1)), 0)
    if minutes < 60:
        return f"{minutes} min"
    return _hours(minutes // 60) if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def by_whom(text: OutboxText, known: Mapping[str, str]) -> str:
    """Who wrote a text of ours: ``Kim Reyes:``, ``You:``, or the program."""
    if text.purpose != "staff":
        return "The bot:"
    return f"{capitalize_first(writer(text, known))}:"


def writer(text: OutboxText, known: Mapping[str, str]) -> str:
    """The name of the person whose words a text holds, ``you`` for oneself."""
    name = text.why.removeprefix(WRITTEN_BY)
    return known.get(name, name)


def capitalize_first(text: str) -> str:
    """The first letter large, the others as they are: ``you`` and ``kim Reyes`` begin a sentence."""
    return text[:1].upper() + text[1:]
