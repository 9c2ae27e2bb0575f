"""Texts without danger: the visit, routine signs, questions, thanks. First step that fits decides."""

from collections.abc import Callable, Iterable

from care import triage
from care.decision import (
    CONFIRMATION,
    PREP_DECLARATION,
    WISHES,
    ConfirmVisit,
    DeclaredNone,
    SetFact,
    Situation,
)
from care.draft import Draft
from care.pieces import says_nothing
from care.reading import Flag, Intent, Phase
from care.why import say_fact

#: An answer says at most two things at once; more is a conversation, and that is a person's.
MOST_ANSWERS = 2
#: Replies that say only that a person will look.
_PLAIN = frozenset({"received", "handoff"})
_VISIT = {
    Intent.CANCEL: "Wants to cancel the visit",
    Intent.RESCHEDULE: "Wants another time",
    Intent.RUNNING_LATE: "Is running late: tell the desk now",
}


def answer_the_rest(draft: Draft) -> None:
    """Decide about a text that holds no danger and says nothing about the texts themselves."""
    if not draft.situation.known and not (_is_keyword(draft) or _silent(draft)):
        draft.say("unknown_number")
        draft.ticket("unknown_number", "A text from a number that is no patient's of ours")
        return
    steps: tuple[Callable[[Draft], bool], ...] = (
        _silent, _keyword, _declared, _photo, _wishes, _visit, _routine_signs, _questions, _people, _thanks,
    )  # fmt: skip
    if any(step(draft) for step in steps):
        return
    draft.say("handoff" if draft.reading.wants(Intent.UNANSWERABLE) else "received")
    draft.ticket("other", "A text that only a person can answer")


def _silent(draft: Draft) -> bool:
    """A tapback, an empty text, another machine need nothing; a picture without words does.

    Nor does a START that changes nothing, once the carrier has answered it.
    """
    if draft.reading.wants(Intent.OPT_IN) and draft.situation.carrier_replied:
        draft.silence = "the carrier has answered this keyword"
        return True
    if not draft.reading.wants(Intent.SILENT) or draft.situation.photos:
        return False
    draft.silence = "; ".join(draft.reading.matched)
    return True


def _is_keyword(draft: Draft) -> bool:
    return draft.reading.wants(Intent.HELP) or "who_is_this" in draft.reading.acts


def _keyword(draft: Draft) -> bool:
    """HELP and "who is this": who we are, unless the carrier has said it."""
    if not _is_keyword(draft) or draft.reading.topics:
        return False
    if draft.situation.opted_out:
        draft.ticket("help", "Asks for help")
    elif draft.situation.carrier_replied:
        draft.silence = "the carrier has answered this keyword"
    else:
        draft.say("help")
    return True


def _declared(draft: Draft) -> bool:
    """The answer to the questions about the days before the visit."""
    if draft.reading.wants(Intent.DECLARED_NONE):
        draft.actions.append(DeclaredNone())
        draft.say("noted")
        draft.answered = True
        return True
    if draft.reading.wants(Intent.DECLARED_SOME):
        draft.ticket("declared", "R36 Used or did something from the list: ask what and when")
        draft.answered = True
        if not _counting(draft):
            draft.say("received")
            return True
    return False


def _photo(draft: Draft) -> bool:
    """A picture: a clinician looks, whatever the words say."""
    if not draft.situation.photos:
        return False
    draft.ticket("photo", "R41 Sent a picture: a clinician should look")
    if not draft.reading.wants(Intent.SILENT):
        return False
    draft.say("received")
    return True


def _wishes(draft: Draft) -> bool:
    """Days and times, after we asked for them: on the ticket that is open about it."""
    if draft.situation.expecting != WISHES or not says_nothing(draft.reading):
        return False
    draft.ticket("appointment", "Says when she could come: read her text")
    draft.say("noted")
    return True


def _visit(draft: Draft) -> bool:
    """Confirm, move, cancel, late; True when the text asks for nothing more."""
    wished = visit_wishes(draft, quietly=False)
    if draft.reading.wants(Intent.CONFIRM):
        _confirm(draft)
    elif not wished:
        return False
    return not (draft.reading.topics or _counting(draft) or draft.reading.wants(Intent.COMPLAINT))


def visit_wishes(draft: Draft, *, quietly: bool) -> bool:
    """Hand wishes about the visit to the desk. ``quietly``: without the reply that offers to help with it."""
    wished = [reason for intent, reason in _VISIT.items() if draft.reading.wants(intent)]
    late = draft.reading.wants(Intent.RUNNING_LATE)
    for reason in wished:
        draft.ticket("appointment", reason, at_once=late)
    if wished and not quietly:
        draft.say("change_visit")
        draft.answered = draft.situation.expecting == CONFIRMATION
        if not late and draft.situation.expecting != PREP_DECLARATION:
            draft.expects = WISHES
    return bool(wished)


def _confirm(draft: Draft) -> None:
    situation = draft.situation
    asked = situation.expecting == CONFIRMATION
    if situation.patients > 1 and not asked:
        draft.say("received")
        draft.ticket("appointment", "Confirms, but several patients share this number: ask whose visit")
    elif situation.expecting == WISHES:
        draft.say("received")
        draft.ticket("appointment", "Says yes, after she asked for another time: ask which she means")
    elif asked or _is_ahead(situation):
        draft.answered = asked
        draft.actions.append(ConfirmVisit())
        draft.say("confirmed")
    else:
        draft.say("received")
        draft.ticket("appointment", "Confirms, and no visit of hers is known to be ahead")


def _is_ahead(situation: Situation) -> bool:
    """Whether there is a visit to say yes to: one that has begun is not confirmed any more."""
    if situation.phase is not Phase.BEFORE:
        return False
    return situation.hours_to_visit is None or situation.hours_to_visit > 0


def _counting(draft: Draft) -> tuple[Flag, ...]:
    return tuple(flag for flag in draft.reading.flags if not flag.lowered)


def _told(flags: Iterable[Flag]) -> str:
    return "; ".join(
        f"{flag.row} {flag.about}" + (f" ({flag.lowered})" if flag.lowered else "") for flag in flags
    )


def _routine_signs(draft: Draft) -> bool:
    """Rows of the triage table that can wait for office hours: their own reply goes before any answer."""
    if "no_kit" in draft.reading.acts:
        draft.actions.append(SetFact("kit_given", "no"))
    rows = _counting(draft)
    if not rows:
        return False
    told = _told(rows) + draft.worked_out
    draft.ticket("clinical", told, hold=any(flag.holds_visit for flag in rows))
    draft.answered = draft.situation.expecting == PREP_DECLARATION
    own = next((flag.reply for flag in rows if flag.reply not in _PLAIN), None)
    if own:
        draft.say(own)
    elif not _answer(draft, [*draft.reading.topics, *(flag.topic for flag in rows if flag.topic)]):
        draft.say("handoff" if draft.reading.wants(Intent.UNANSWERABLE) else "received")
    return True


def _questions(draft: Draft) -> bool:
    """Approved answers; what has none is handed to a person, and she is told so."""
    reading = draft.reading
    if not reading.topics:
        return False
    answered = _answer(draft, reading.topics)
    missing = [topic for topic in reading.topics if topic not in answered]
    if missing:
        draft.say("handoff")
        why = f" ({reading.to_person})" if reading.to_person else ""
        draft.ticket("question", f"A person must answer: {', '.join(map(say_fact, missing))}{why}")
    if reading.flags:
        draft.ticket("clinical", _told(reading.flags))
    elif triage.needs_staff_note(reading, draft.situation.days):
        draft.ticket("clinical", "R26 A sign that lasts beyond the first days")
    if reading.wants(Intent.HUMAN):
        draft.ticket("call_back", "Wants a person")
    return True


def _answer(draft: Draft, topics: Iterable[str]) -> tuple[str, ...]:
    """Say the approved answers and return their topics; none when the wording needs a person."""
    if draft.reading.to_person:
        return ()
    approved = [topic for topic in dict.fromkeys(topics) if topic in draft.situation.topic_answers]
    for topic in approved[:MOST_ANSWERS]:
        draft.say("answer", topic)
    return tuple(approved[:MOST_ANSWERS])


def _people(draft: Draft) -> bool:
    """Wishes that only a person can meet, and signs that count less but are never passed over."""
    reading = draft.reading
    if reading.wants(Intent.COMPLAINT):
        draft.ticket("complaint", "R38 A complaint")
    if reading.wants(Intent.HUMAN):
        draft.ticket("call_back", "Wants a person")
    if "unclear" in reading.acts:
        draft.ticket(
            "unclear", "Wants no more: of the texts, or of visits? Ask her before anything more is sent"
        )
    if reading.flags and not reading.wants(Intent.THANKS):
        draft.ticket("clinical", _told(reading.flags))
    if not draft.tickets:
        return False
    draft.say("received")
    return True


def _thanks(draft: Draft) -> bool:
    """Thanks and praise need no answer; they stay on record."""
    if not draft.reading.wants(Intent.THANKS):
        return False
    draft.silence = "thanks or small talk"
    return True
