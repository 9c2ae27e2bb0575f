"""What the tallies of a period say, in the figures that people ask for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TypeVar

from care.course import VisitStatus
from care.delivery import Status
from store.counting import PAGE, Figure, Tally
from store.inbox import WITH_PERSON

#: The carrier took it, or refused it, or it never left in time.
TAKEN = (Status.SENT.value, Status.DELIVERED.value, Status.UNDELIVERED.value)
NOT_ARRIVED = (Status.UNDELIVERED.value, Status.FAILED.value, Status.EXPIRED.value)
OWN = ("reply", "staff", PAGE)

_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Took:
    """How long tickets of one urgency took, minutes: the half of them at most, and nine in ten at most."""

    number: int
    median: int
    most: int


@dataclass(frozen=True)
class Figures:
    """What the tallies of a period say."""

    tallies: Sequence[Tally] = ()

    def _all(self, figure: Figure) -> list[Tally]:
        return self._by_figure[figure]

    @cached_property
    def _by_figure(self) -> Mapping[str, list[Tally]]:
        found: defaultdict[str, list[Tally]] = defaultdict(list)
        for one in self.tallies:
            found[one.figure].append(one)
        return found

    @cached_property
    def outcomes(self) -> Counter[str]:
        """How many texts to patients ended how."""
        return _counted((one.outcome, one.number) for one in self._all(Figure.TEXT) if one.name != PAGE)

    @property
    def sent(self) -> int:
        """Texts to patients that the carrier took, or may have taken."""
        return sum(self.outcomes[one] for one in TAKEN)

    @property
    def delivered(self) -> int:
        """Of which it reported that the phone has them."""
        return self.outcomes[Status.DELIVERED]

    @property
    def unreported(self) -> int:
        """Of which it reported nothing yet: they are never counted as delivered."""
        return self.outcomes[Status.SENT]

    @property
    def not_arrived(self) -> int:
        """Not delivered, refused, or not sent in time."""
        return sum(self.outcomes[one] for one in NOT_ARRIVED)

    @property
    def arrived(self) -> float | None:
        """The share that arrived, of all whose end is known; None: of none is it known."""
        return _share(self.delivered, self.delivered + self.not_arrived)

    @cached_property
    def causes(self) -> list[tuple[str, str, int]]:
        """(outcome, carrier's code, number) of what did not arrive, the most frequent first."""
        found = _counted(
            ((one.outcome, one.cause), one.number)
            for one in self._all(Figure.TEXT)
            if one.outcome in NOT_ARRIVED and one.name != PAGE
        )
        return [(outcome, code, number) for (outcome, code), number in found.most_common()]

    @cached_property
    def by_step(self) -> list[tuple[str, int, int]]:
        """(step, texts sent, opt-outs after it) of the timed texts, by opt-outs, then by texts."""
        sent = _counted(
            (one.name, one.number)
            for one in self._all(Figure.TEXT)
            if one.name not in OWN and one.outcome in TAKEN
        )
        out = _counted((one.name, one.number) for one in self._all(Figure.OPT_OUT) if one.name)
        steps = sorted({*sent, *out}, key=lambda step: (-out[step], -sent[step], step))
        return [(step, sent[step], out[step]) for step in steps]

    @property
    def opt_outs(self) -> int:
        """Numbers that asked for no more texts."""
        return sum(one.number for one in self._all(Figure.OPT_OUT))

    @property
    def opt_outs_before_any(self) -> int:
        """Of which had no timed text before."""
        return sum(one.number for one in self._all(Figure.OPT_OUT) if not one.name)

    @cached_property
    def came(self) -> Counter[str]:
        """How many of patients' texts were left in which state."""
        return _counted((one.outcome, one.number) for one in self._all(Figure.CAME))

    @cached_property
    def topics(self) -> list[tuple[str, int, int]]:
        """(topic, asked, of which a person had to answer), those with the most for a person first."""
        asked = _counted((one.name, one.number) for one in self._all(Figure.ASKED))
        person = _counted(
            (one.name, one.number) for one in self._all(Figure.ASKED) if one.outcome == WITH_PERSON
        )
        order = sorted(asked, key=lambda topic: (-person[topic], -asked[topic], topic))
        return [(topic, asked[topic], person[topic]) for topic in order]

    @cached_property
    def opened(self) -> Counter[str]:
        """Tickets about patients' texts that were opened, by urgency."""
        return _counted((one.name, one.number) for one in self._all(Figure.OPENED))

    @cached_property
    def answered(self) -> dict[str, Took]:
        """Those that a person resolved, by urgency."""
        return {one.name: took(one.minutes) for one in self._all(Figure.ANSWERED) if one.minutes}

    @cached_property
    def urgent_minutes(self) -> Took | None:
        """All that were urgent or worse, as one."""
        urgent = [one.minutes for one in self._all(Figure.ANSWERED) if one.name != "routine"]
        minutes = [one for some in urgent for one in some]
        return took(minutes) if minutes else None

    def visits(self, *, confirmed: bool | None = None) -> Counter[str]:
        """How many visits ended how; only those that were confirmed, or were not."""
        return _counted(
            (one.outcome, one.number)
            for one in self._all(Figure.VISIT)
            if confirmed is None or bool(one.cause) == confirmed
        )

    @property
    def confirmed(self) -> int:
        """Visits that were confirmed, whatever became of them."""
        return sum(self.visits(confirmed=True).values())

    def missed(self, *, confirmed: bool | None = None) -> float | None:
        """The share of visits that were missed, of those that were done or missed."""
        visits = self.visits(confirmed=confirmed)
        missed = visits[VisitStatus.NOSHOW]
        return _share(missed, missed + visits[VisitStatus.FULFILLED])

    @cached_property
    def parts(self) -> int:
        """All parts that the carrier took, those of pages to staff too."""
        return sum(one.parts for one in self._all(Figure.TEXT) if one.outcome in TAKEN)

    @property
    def page_parts(self) -> int:
        """Of which went to staff."""
        pages = (one for one in self._all(Figure.TEXT) if one.name == PAGE)
        return sum(one.parts for one in pages if one.outcome in TAKEN)

    @property
    def nothing(self) -> bool:
        """Nothing at all happened."""
        return not self.tallies


def took(minutes: Iterable[int]) -> Took:
    """The median and the ninetieth percentile, each a value that was really there."""
    ordered = sorted(minutes)
    return Took(len(ordered), _at(ordered, 0.5), _at(ordered, 0.9))


def _at(ordered: Sequence[int], share: float) -> int:
    return ordered[max(ceil(share * len(ordered)) - 1, 0)]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _counted(pairs: Iterable[tuple[_Key, int]]) -> Counter[_Key]:
    found: Counter[_Key] = Counter()
    for key, number in pairs:
        found[key] += number
    return found
