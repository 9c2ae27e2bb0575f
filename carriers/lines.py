"""Many texts in flight at once, to whatever carrier. Texts to one mobile follow each other, in order."""

from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from time import sleep

from carriers.base import Outcome, OutgoingText

Answered = tuple[OutgoingText, Outcome]
#: Begins to send one text, and calls back, from any thread, with what became of it.
Start = Callable[[OutgoingText, Callable[[Outcome], None]], None]


class Lines:
    """Texts given, texts answered. One thread gives and takes; ``start`` decides where the sending happens.

    A patient is welcomed before she is asked: while a text to her is on its way, the
    next one to the same mobile waits here.
    """

    def __init__(self, start: Start) -> None:
        self.in_hand = 0  #: given and not yet taken back
        self._start_one = start
        self._answers: SimpleQueue[Answered] = SimpleQueue()
        self._behind: dict[str, deque[OutgoingText]] = {}

    def give(self, texts: Sequence[OutgoingText]) -> None:
        """Hand texts over; returns at once."""
        for text in texts:
            self.in_hand += 1
            if text.to in self._behind:
                self._behind[text.to].append(text)
            else:
                self._behind[text.to] = deque()
                self._start(text)

    def take(self, gather: float = 0.0) -> list[Answered]:
        """Wait until something is answered; returns all that is answered by then.

        ``gather``: seconds to wait for more, while more is on its way.
        """
        answered = [self._answers.get()]
        if self.in_hand > 1:
            sleep(gather)
        try:
            while True:
                answered.append(self._answers.get_nowait())
        except Empty:
            pass
        for text, _ in answered:
            self.in_hand -= 1
            if self._behind[text.to]:
                self._start(self._behind[text.to].popleft())
            else:
                del self._behind[text.to]
        return answered

    def _start(self, text: OutgoingText) -> None:
        self._start_one(text, lambda outcome: self._answers.put((text, outcome)))
