"""Words that staff keep ready: made, changed, removed; and filled in for one addressee."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from messages.phrases import broken_promise, diagnosis, dose, stops_medicine
from messages.render import placeholders
from messages.segments import fold
from scheduler.booking import BadField
from scheduler.replying import LONGEST
from scheduler.words import place_values
from scheduler.works import Works
from store.addressees import Addressee
from store.audit import note
from store.database import retried
from store.locks import one_at_a_time
from store.saved_replies import saved_reply_held, title_taken
from store.tables import SavedReply

LONGEST_TITLE = 60  #: characters
LANGUAGES = ("en", "es", "pt")
#: What may stand in braces.
BLANKS = ("name", "clinic", "phone", "hours", "address")
_BLANK = re.compile(r"\{(\w+)\}")
CHANGED_MEANWHILE = "Somebody changed these words meanwhile. They are shown as they are now"


@dataclass(frozen=True)
class Draft:
    """What somebody typed. ``seen``: the version that she changes; None for new words."""

    title: str
    body: str
    language: str
    seen: int | None = None


@retried
def save_reply(works: Works, reply_id: str | None, draft: Draft, actor: str) -> None:
    """Keep these words, or change those of that id. Raises BadField; nothing is written then."""
    now = works.clock()
    title, body = " ".join(draft.title.split()), draft.body.strip()
    if problems := _problems(title, body, draft.language):
        raise BadField(problems)
    with works.database.writing() as session:
        one_at_a_time(session, "saved replies")
        if title_taken(session, title, draft.language, reply_id):
            raise BadField({"title": "There are saved words with this title already: choose another"})
        kept = saved_reply_held(session, reply_id) if reply_id else SavedReply(version=0)
        if kept is None:
            raise BadField({"title": "Somebody removed these words meanwhile: save them as new ones"})
        if reply_id and kept.version != draft.seen:
            raise BadField({"title": CHANGED_MEANWHILE})
        kept.title, kept.body, kept.language = title, body, draft.language
        kept.version, kept.changed_by, kept.changed_at = kept.version + 1, actor, now
        session.add(kept)
        session.flush()
        note(session, actor, "saved reply kept", ("saved_reply", kept.id), now, version=kept.version)


@retried
def remove_reply(works: Works, reply_id: str, actor: str) -> bool:
    """Take these words away; what was sent with them stays. False when they are gone already."""
    with works.database.writing() as session:
        kept = saved_reply_held(session, reply_id)
        if kept is None:
            return False
        session.delete(kept)
        note(session, actor, "saved reply removed", ("saved_reply", reply_id), works.clock())
    return True


def _problems(title: str, body: str, language: str) -> dict[str, str]:
    problems = {}
    if not 0 < len(title) <= LONGEST_TITLE:
        problems["title"] = f"needs between 1 and {LONGEST_TITLE} characters"
    if not 0 < len(body) <= LONGEST:
        problems["body"] = f"needs between 1 and {LONGEST} characters"
    elif problem := _unsafe(body):
        problems["body"] = problem
    if language not in LANGUAGES:
        problems["language"] = "is none that patients can choose"
    return problems


def _unsafe(body: str) -> str | None:
    """Words that many will get must not hold what no text of ours may say."""
    if strange := [name for name in placeholders(body) if name not in BLANKS]:
        known = ", ".join(f"{{{name}}}" for name in BLANKS)
        return f"{{{strange[0]}}} cannot be filled in; these can: {known}"
    rules = {
        "tells to leave out a medicine": stops_medicine,
        "tells a dose": dose,
        "makes a diagnosis": diagnosis,
        "makes a promise": broken_promise,
    }
    found = ((what, phrase) for what, rule in rules.items() if (phrase := rule(body)))
    return next(
        (f"“{phrase}” {what}: that does not go into words kept for many" for what, phrase in found), None
    )


def fill(works: Works, kept: SavedReply, to: Addressee) -> str:
    """The words for this addressee. What is not known of her stays in its braces, for the writer to see."""
    values = _values(kept, to)
    body = _BLANK.sub(lambda blank: values.get(blank[1]) or blank[0], kept.body)
    return fold(body) if works.fold_accents else body


def _values(kept: SavedReply, to: Addressee) -> Mapping[str, str]:
    values = place_values(to.location, kept.language)
    return values | {"name": to.patient.name.split()[0]} if to.patient else values
