"""Room for so many texts under way at once; those that wait are asked about before they begin."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from typing import Any

from carriers.base import NotBegun, Outcome, OutgoingText

#: How old an answer to "shall these still leave?" may be before it is asked again, and before nothing more
#: begins on its word, seconds.
FRESH, STALE = 0.05, 0.1


class Room:
    """All of it happens on one asyncio loop; only ``still`` is called in a thread of its own.

    ``send`` brings one text on its way. ``still``: those of some texts, by id, that shall still leave. It
    is asked when a text has waited for longer than :data:`STALE`, once for all that wait: between the
    sender's last look and the wire she may have texted STOP.
    """

    def __init__(
        self,
        places: int,
        send: Callable[[OutgoingText], Awaitable[Outcome]],
        still: Callable[[Sequence[OutgoingText]], Collection[str]],
    ) -> None:
        self._free, self._send, self._still = places, send, still
        self._waiting: deque[tuple[float, OutgoingText, Callable[[Outcome], None]]] = deque()
        self._asking = False
        self._tasks: set[asyncio.Task[None]] = set()  # a loop holds its tasks only weakly

    def begin(self, texts: Sequence[OutgoingText], answered: Callable[[OutgoingText, Outcome], None]) -> None:
        """Send each of these as soon as there is a place for it, or tell that it was not begun."""
        now = asyncio.get_running_loop().time()

        def told(text: OutgoingText) -> Callable[[Outcome], None]:
            return lambda outcome: answered(text, outcome)

        self._waiting.extend((now, text, told(text)) for text in texts)
        self._fill()

    def _fill(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._free and self._waiting:
            age = now - self._waiting[0][0]
            if age > FRESH and not self._asking:
                self._asking = True
                self._do(self._ask())
            if age > STALE:
                return
            _, text, answered = self._waiting.popleft()
            self._free -= 1
            self._do(self._carry(text, answered))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, text: OutgoingText, answered: Callable[[Outcome], None]) -> None:
        try:
            answered(await self._send(text))
        finally:
            self._free += 1
            self._fill()

    async def _ask(self) -> None:
        """Which of those that wait shall still leave; none, when nobody can say."""
        loop = asyncio.get_running_loop()
        texts, asked_at = {text.id: text for _, text, _ in self._waiting}, loop.time()
        try:
            wanted = await loop.run_in_executor(None, self._still, list(texts.values()))
        except Exception:
            wanted = ()
        waiting, self._waiting = self._waiting, deque()
        for since, text, answered in waiting:
            if text.id not in texts:
                self._waiting.append((since, text, answered))  # came meanwhile
            elif text.id in wanted:
                self._waiting.append((asked_at, text, answered))
            else:
                answered(NotBegun())
        self._asking = False
        self._fill()
