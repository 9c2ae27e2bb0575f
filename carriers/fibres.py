"""Synchronous code on an asyncio loop: a function runs in a greenlet and may wait for an awaitable.

Twilio's client is synchronous, and its own async client posts again on a 5xx. So the
synchronous one runs here, many times side by side on one thread, and only the wire
below it waits. (SQLAlchemy bridges the same gap in the same way.)
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")


async def run(function: Callable[..., T], *arguments: Any) -> T:
    """Call ``function``; whenever it waits (see :func:`wait_for`), others go on."""
    fibre = greenlet(function)
    result = fibre.switch(*arguments)
    while not fibre.dead:
        try:
            value = await result
        except BaseException as error:  # the function's to handle, time-outs and cancellation too
            result = fibre.throw(error)
        else:
            result = fibre.switch(value)
    answer: T = result
    return answer


def wait_for(awaitable: Awaitable[T]) -> T:
    """From within a function that :func:`run` called: the awaitable's result."""
    loop = getcurrent().parent
    if loop is None:
        raise RuntimeError("nobody runs this function on a loop")
    value: T = loop.switch(awaitable)
    return value
