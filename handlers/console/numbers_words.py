"""How the numbers are said: the answer in one sentence, shares, lengths, what to approve next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from care.course import VisitStatus
from handlers.console import words
from handlers.console.looks import Look
from handlers.console.numbers_file import why_not
from messages.catalog import Catalog
from scheduler.figures import Figures, Took

#: Fewer texts than this tell nothing.
FEW = 20
#: Where we say "look": fewer than these arrived, more than these opted out or missed a visit, and half of
#: the urgent tickets took longer. They are said on the page.
ARRIVE, OPT_OUT, MISS, URGENT = 0.95, 0.02, 0.10, 15

WORKING = Look("Working", "circle-check", "teal")
LOOK = Look("Needs a look", "triangle-alert", "amber")
CANNOT_TELL = Look("Too early to tell", "hourglass", "plain")


@dataclass(frozen=True)
class Verdict:
    """The answer to the page's one question."""

    look: Look
    sentence: str


@dataclass(frozen=True)
class Cause:
    """Why some texts did not arrive."""

    why: str
    code: str
    number: int


@dataclass(frozen=True)
class Asked:
    """A topic patients asked about. ``wording``: the answer to read and approve, if one is there."""

    topic: str
    asked: int
    person: int
    note: str
    wording: str | None = None


def verdict(now: Figures) -> Verdict:
    """Is it working? One sentence."""
    if now.nothing or not (now.sent or now.not_arrived):
        return Verdict(CANNOT_TELL, "No text was due in these days.")
    if now.sent + now.not_arrived < FEW:
        texts = words.count_of(now.sent, "text")
        return Verdict(CANNOT_TELL, f"{texts} went out: too few to say how well it works.")
    if now.arrived is None or now.unreported > now.sent / 2:
        share = percent(now.unreported / now.sent)
        return Verdict(LOOK, f"The carrier has told nothing about {share} of the texts: check its receipts.")
    if concerns := list(_concerns(now)):
        return Verdict(LOOK, _sentence("; ".join(concerns)))
    return Verdict(WORKING, _all_well(now))


def _concerns(now: Figures) -> Iterator[str]:
    if now.arrived is not None and now.arrived < ARRIVE:
        yield f"only {percent(now.arrived)} of the texts arrived"
    if now.opt_outs > OPT_OUT * now.sent:
        yield f"{words.count_of(now.opt_outs, 'person', 'people')} opted out of {number(now.sent)} texts"
    urgent = now.urgent_minutes
    if urgent and urgent.median > URGENT:
        yield f"half of the urgent tickets took {length(urgent.median)} or more"
    missed = now.missed()
    if missed is not None and missed > MISS:
        yield f"{percent(missed)} of the visits were missed"


def _all_well(now: Figures) -> str:
    said = [f"{percent(now.arrived or 0)} of the texts arrived"]
    out = words.count_of(now.opt_outs, "person", "people") if now.opt_outs else "nobody"
    said.append(f"{out} opted out")
    if now.urgent_minutes:
        said.append(f"half of the urgent tickets were answered within {length(now.urgent_minutes.median)}")
    return _sentence(f"{', '.join(said[:-1])}, and {said[-1]}" if len(said) > 2 else " and ".join(said))


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def causes(now: Figures) -> list[Cause]:
    """What did not arrive, in words."""
    return [Cause(why_not(outcome, code), code, number) for outcome, code, number in now.causes]


def topics(now: Figures, catalog: Catalog) -> list[Asked]:
    """What was asked and a person had to answer, with what could be approved to change that."""
    return [_asked(name, asked, person, catalog) for name, asked, person in now.topics if person]


def _asked(name: str, asked: int, person: int, catalog: Catalog) -> Asked:
    topic = catalog.answers.get(name)
    answers = [one for one in (topic.answer, topic.answer_after) if one] if topic else []
    if not answers:
        return Asked(name, asked, person, "No answer is written: a person’s to say")
    off = next((one for one in answers if not catalog.wordings[one].on), None)
    if off:
        return Asked(name, asked, person, "The answer is off", off)
    return Asked(name, asked, person, "The answer is in use; these needed a person", answers[0])


def percent(share: float) -> str:
    """``97%``; all but not quite all is 99%, hardly any but some is 1%."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    return f"{1 if whole == 0 and share > 0 else whole}%"


def number(count: int) -> str:
    """``12,345``."""
    return f"{count:,}"


def length(minutes: int) -> str:
    """``6 min``, ``2 h 5 min``, ``3 days``."""
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, left = divmod(minutes, 60)
        return f"{hours} h {left} min" if left else f"{hours} h"
    return f"{round(minutes / 60 / 24)} days"


def days(first: date, last: date) -> str:
    """``Dec 1 to Dec 8, 2026``."""
    begins, ends = f"{first:%b} {first.day}", f"{last:%b} {last.day}, {last.year}"
    if first == last:
        return ends
    return f"{begins} to {ends}" if first.year == last.year else f"{begins}, {first.year} to {ends}"


def short(day: date) -> str:
    """``Dec 8``."""
    return f"{day:%b} {day.day}"


def rate(part: int, whole: int) -> str:
    """How many in a hundred, with one decimal: ``0.4 in 100``."""
    return f"{part / whole * 100:.1f} in 100" if whole else ""


def shared(took: Took | None) -> str:
    """A median beside the ninetieth percentile."""
    return f"{length(took.median)}; nine in ten within {length(took.most)}" if took else ""


def done(now: Figures, *, confirmed: bool) -> tuple[int, int]:
    """(missed, missed or done) of the visits that were confirmed, or were not."""
    visits = now.visits(confirmed=confirmed)
    missed = visits[VisitStatus.NOSHOW]
    return missed, missed + visits[VisitStatus.FULFILLED]
