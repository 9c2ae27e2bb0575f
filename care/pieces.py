"""Texts that come in pieces: "is it ok", and seconds later "to wear makeup tomorrow".

What is understood by itself is never kept waiting. Only a short text that nothing could be made of,
whose only answer would be that a person will look, waits a few seconds for what follows.
"""

from datetime import datetime, timedelta

from care.decision import Decision, OptIn, OptOut
from care.reading import Intent, Reading, Urgency

#: After this much silence she has said what she wanted to say.
PAUSE = timedelta(seconds=5)
#: And however often she goes on, nobody waits for longer than this.
PATIENCE = timedelta(seconds=20)
#: A sign may be spread over texts that were answered already, if they came no longer ago than this.
STILL_TALKING = timedelta(minutes=1)

#: Words of a text that is no piece; words of a sentence, if it ends like one.
LONG, SENTENCE = 8, 4
_ENDS = (".", "!", "?")
_NOTHING_FOUND = frozenset({Intent.OTHER, Intent.UNANSWERABLE})
#: ``unclear`` is "please, no more": it waits to hear of what. ``guess``: likely, but known to no rule.
_SAYS_NOTHING = frozenset({"unclear", "guess"})


def says_nothing(reading: Reading, photos: int = 0) -> bool:
    """True when no layer understood anything for sure, or when it is a picture without a word.

    A question without an approved answer is understood: it is handed over at once.
    """
    if reading.flags or reading.acts - _SAYS_NOTHING or reading.keyword:
        return False
    if "guess" in reading.acts:
        return True
    if reading.topics:
        return False
    wordless = reading.wants(Intent.SILENT) and photos > 0
    return wordless or _NOTHING_FOUND.issuperset(reading.intents)


def looks_whole(body: str) -> bool:
    """True for a long text, and for a sentence that was brought to its end: nothing more will follow."""
    words = body.split()
    return len(words) >= LONG or (len(words) >= SENTENCE and body.rstrip().endswith(_ENDS))


def stands_alone(reading: Reading, decision: Decision) -> bool:
    """Danger, and what she says about the texts themselves: done at once, joined with nothing."""
    about_texts = any(isinstance(action, OptOut | OptIn) for action in decision.actions)
    return decision.urgency >= Urgency.URGENT or about_texts or bool(reading.keyword)


def has_said_it_all(first: datetime, latest: datetime, now: datetime) -> bool:
    """True when pieces that arrived between these instants need wait no longer."""
    return now - latest >= PAUSE or now - first >= PATIENCE
