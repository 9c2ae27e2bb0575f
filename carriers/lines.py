"""Many texts in flight at once, to whatever carrier, but one at a time to each mobile."""

from collections.abc import Callable, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from time import sleep

from carriers.base import Outcome, OutgoingText

Answered = tuple[OutgoingText, Outcome]
#: Begins to send one text, and calls back, from any thread, with what became of it.
Start = Callable[[OutgoingText, Callable[[Outcome], None]], None]


class Lines:
    """Texts given, texts answered. One thread gives and takes; ``start`` decides where they are sent."""

    def __init__(self, start: Start) -> None:
        self.busy: set[str] = set()  #: the mobiles that a text is on its way to
        self._start = start
        self._answers: SimpleQueue[Answered] = SimpleQueue()

    @property
    def in_hand(self) -> int:
        """How many texts were given and not yet taken back."""
        return len(self.busy)

    def give(self, texts: Sequence[OutgoingText]) -> None:
        """Hand texts over, at most one to a mobile at a time; returns at once."""
        for text in texts:
            if text.to in self.busy:
                raise ValueError(f"text {text.id} overtakes another to the same mobile")
            self.busy.add(text.to)
            self._start(text, partial(self._answered, text))

    def take(self, gather: float = 0.0) -> list[Answered]:
        """Wait until something is answered; returns all that is answered by then.

        ``gather``: seconds to wait for more, while more is on its way.
        """
        answered = [self._answers.get()]
        if self._answers.qsize() + 1 < self.in_hand:
            sleep(gather)
        try:
            while True:
                answered.append(self._answers.get_nowait())
        except Empty:
            pass
        self.busy -= {text.to for text, _ in answered}
        return answered

    def _answered(self, text: OutgoingText, outcome: Outcome) -> None:
        self._answers.put((text, outcome))
