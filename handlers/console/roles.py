"""What each role may do on the pages. Everybody at the desk may do all that is not named here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user

from handlers.console.desk import refuse
from store.accounts import MAY_APPROVE

#: What only some may do, and who they are.
RESERVED = {
    "change settings": {"admin"},
    "change accounts": {"admin"},
    "decide what patients are told": MAY_APPROVE,
}


def may(do: str) -> bool:
    """Whether whoever is signed in may do this."""
    return current_user.role in RESERVED[do]


def only_who_may(do: str, back_to: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A route for some roles only; the others are told who can help, and nothing is done."""

    def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapped(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if may(do):
                return view(*args, **kwargs)  # type: ignore[no-any-return]
            refuse(f"Only {' or '.join(sorted(RESERVED[do]))} may {do}: ask one of them")
            return redirect(back_to, 303)

        return wrapped

    return guarded
