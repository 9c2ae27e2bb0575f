"""One text explained: what the ``understand`` command prints for each line it is given."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from care.conversation import Decision, Situation, decide
from care.reading import Intent, Phase, Reading
from messages.read import Reader

_WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)  # deciding is the same at any moment


def explain(reader: Reader, line: Mapping[str, Any], answers: frozenset[str] | None = None) -> dict[str, Any]:
    """What is understood and what would be done, for ``{"text", "phase"?, "days"?}``.

    ``phase``: before, after or unknown; ``days``: since the visit, or until it. ``answers``: the topics with
    an approved answer; by default those that the clinic's page speaks of. Raises KeyError without a text and
    ValueError for an unknown phase.
    """
    phase = Phase(line.get("phase") or Phase.UNKNOWN)
    days = line.get("days")
    reading = reader.read(str(line["text"]), line.get("expecting"), line.get("locale", "en"), phase, days)
    situation = Situation(
        phase=phase,
        days=days,
        expecting=line.get("expecting"),
        topic_answers=reader.page_topics if answers is None else answers,
        language=reading.language,
    )
    decision = decide(situation, reading, _WHENEVER)
    return {
        "intents": [intent.value for intent in reading.intents if intent is not Intent.SILENT],
        "topic": "+".join(dict.fromkeys(reader.wide(topic) for topic in reading.topics)) or None,
        "urgency": decision.urgency.word,
        "opt_out": reading.opt_out,
        "language": reading.language,
        "reply": _reply(decision),
        "handoff": bool(decision.tickets),
        "matched": _matched(reading, decision),
    }


def _reply(decision: Decision) -> list[str]:
    """The replies by name, an answer with its topic: ``answer:makeup``."""
    return [f"{reply.name}:{reply.topic}" if reply.topic else reply.name for reply in decision.replies]


def _matched(reading: Reading, decision: Decision) -> list[str]:
    return [
        *reading.matched,
        *([f"silence: {decision.silence}"] if decision.silence and not reading.matched else []),
    ]
