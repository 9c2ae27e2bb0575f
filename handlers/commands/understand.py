"""``understand``: what we make of texts, line by line, and what the patient would be told."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from handlers.commands.context import Needs

Explain = Callable[[Mapping[str, Any]], dict[str, Any]]


class BadLine(ValueError):
    """A line that is no request of ours; the message says why."""


@click.command()
@click.pass_obj
def understand(needs: "Needs") -> None:
    """Read texts from stdin, one JSON object a line, and print one for each.

    \b
    in:   {"text": "...", "phase": "before|after|unknown", "days": n}    only text must be there
    out:  {"intents": [...], "topic": ..., "urgency": ..., "opt_out": ..., "language": ...,
           "reply": ..., "handoff": ..., "matched": ...}

    "days" counts since the visit, or until it. "reply" is what the patient would be told, null
    when nothing. A line that cannot be read gives {"error": ...}, and the next one is read.

    \b
    echo '{"text": "can i wear makeup tonite"}' | python bot.py understand
    """
    from handlers.commands.understanding import Understanding

    understanding = Understanding(needs.catalog, needs.clinic)
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        answer = _answer(line, understanding.explained)
        out.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        out.flush()


def _answer(line: bytes, explain: Explain) -> dict[str, Any]:
    try:
        return explain(request_in(line))
    except BadLine as error:
        return {"error": str(error)}
    except Exception as error:  # one text that we cannot read must not keep us from the rest
        return {"error": f"could not be understood: {type(error).__name__}"}


def request_in(line: bytes) -> Mapping[str, Any]:
    """The request on this line. Raises BadLine."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine('is not JSON: write {"text": "..."}') from None
    if not isinstance(request, dict) or not isinstance(request.get("text"), str):
        raise BadLine('has no text: write {"text": "..."}')
    if request.get("phase") not in (None, "before", "after", "unknown"):
        raise BadLine("phase must be before, after or unknown")
    days = request.get("days")
    if days is not None and (isinstance(days, bool) or not isinstance(days, int)):
        raise BadLine("days must be a whole number")
    return request
