"""Questions that are asked many times a second are written once: building one costs more than asking it.

Such a question is a constant, or made by a cached function; what changes from time to time is bound by name.
"""

from typing import Any

from sqlalchemy import BindParameter, bindparam


def any_of(name: str) -> BindParameter[Any]:
    """A list of values for ``in_``, given under this name when the question is asked."""
    return bindparam(name, expanding=True)
