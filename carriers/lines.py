"""Many texts in flight at once, to whatever carrier, but one at a time to each mobile."""

from collections.abc import Callable, Collection, Sequence
from queue import Empty, SimpleQueue
from time import sleep

from carriers.base import Outcome, OutgoingText

Answered = tuple[OutgoingText, Outcome]
Answer = Callable[[OutgoingText, Outcome], None]
#: Begins to send some texts, and calls back for each, from any thread, with what became of it.
Start = Callable[[Sequence[OutgoingText], Answer], None]
#: Those of some texts, by id, that shall still leave; a carrier asks before it begins one that waited.
Still = Callable[[Sequence[OutgoingText]], Collection[str]]


class Lines:
    """Texts given, texts answered. One thread gives and takes; ``start`` decides where they are sent."""

    def __init__(self, start: Start) -> None:
        self._busy: set[str] = set()  #: the mobiles that a text is on its way to
        self._start = start
        self._answers: SimpleQueue[Answered] = SimpleQueue()

    @property
    def in_hand(self) -> int:
        """How many texts were given and not yet taken back."""
        return len(self._busy)

    def give(self, texts: Sequence[OutgoingText]) -> None:
        """Hand texts over, at most one to a mobile at a time; returns at once."""
        for text in texts:
            if text.to in self._busy:
                raise ValueError(f"text {text.id} overtakes another to the same mobile")
            self._busy.add(text.to)
        if texts:
            self._start(texts, self._answered)

    def take(self, gather: float = 0.0, patience: float | None = None) -> list[Answered]:
        """Wait until something is answered; returns all that is answered by then.

        ``gather``: seconds to wait for more, while more is on its way. ``patience``: seconds to wait for
        the first; nothing may have been answered by then.
        """
        try:
            answered = [self._answers.get(timeout=patience)]
        except Empty:
            return []
        if self._answers.qsize() + 1 < self.in_hand:
            sleep(gather)
        try:
            while True:
                answered.append(self._answers.get_nowait())
        except Empty:
            pass
        self._busy -= {text.to for text, _ in answered}
        return answered

    def _answered(self, text: OutgoingText, outcome: Outcome) -> None:
        self._answers.put((text, outcome))


def at_once(send: Callable[[OutgoingText], Outcome]) -> Lines:
    """Lines of a carrier that answers at once, one text after the other: nothing is ever under way."""

    def start(texts: Sequence[OutgoingText], answered: Answer) -> None:
        for text in texts:
            answered(text, send(text))

    return Lines(start)
