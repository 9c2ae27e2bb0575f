"""What to do about a text: replies, things for a person, actions. Nothing is done here, only decided.

The order is the triage table's (section 3.1): danger wherever it stands in the text, then what she says
about the texts themselves, then the visit, routine signs, questions; what is left is a person's.
"""

from datetime import datetime

from care import triage
from care.answering import answer_the_rest, visit_wishes
from care.decision import (
    Action,
    ConfirmVisit,
    Decision,
    DeclaredNone,
    HoldVisit,
    OptIn,
    OptOut,
    Reply,
    SetFact,
    Situation,
    TicketDraft,
)
from care.draft import Draft
from care.reading import Flag, Intent, Reading

__all__ = [
    "Action",
    "ConfirmVisit",
    "Decision",
    "DeclaredNone",
    "HoldVisit",
    "OptIn",
    "OptOut",
    "Reply",
    "SetFact",
    "Situation",
    "TicketDraft",
    "decide",
]

#: Opt-out words that may have meant the visit: carriers act on them all the same, so a person calls.
MAY_MEAN_THE_VISIT = frozenset({"cancel", "cancelar", "cancela", "end", "quit", "fin"})
#: Safety replies that ask her to call the office: when nobody is there, she is told so, and where to go.
CALLS_US = frozenset({"blisters", "eye", "bleeding", "reaction", "pregnancy_urgent"})


def decide(situation: Situation, reading: Reading, now: datetime) -> Decision:
    """What to do about a text that arrived at ``now`` (aware).

    A text can be two things: "STOP I can't breathe" is an emergency and an opt-out, in that order.
    """
    draft = Draft(situation, reading, now)
    if draft.grave:
        _danger(draft)
    if reading.opt_out:
        _opt_out(draft)
    elif _is_not_hers(reading):
        _wrong_number(draft)
    elif _opts_in(situation, reading):
        _opt_in(draft)
    elif draft.grave:
        _beside_danger(draft)
    elif situation.taken_over:
        _leave_to_the_person(draft)
    else:
        answer_the_rest(draft)
    return draft.done()


def _leave_to_the_person(draft: Draft) -> None:
    """A person answers her: what she told is noted and handed on as ever, but the words are the person's.

    Only HELP is answered all the same: carriers ask for it. What the program would have answered by itself,
    and so would be nobody's, is the person's.
    """
    answer_the_rest(draft)
    draft.kept_back = [reply for reply in draft.replies if reply.name != "help"]
    draft.replies = [reply for reply in draft.replies if reply.name == "help"]
    draft.expects = None
    if draft.kept_back and not draft.tickets:
        draft.ticket("taken_over", "You answer her, so the bot did not")


def _danger(draft: Draft) -> None:
    """The safety reply and the page, at any hour and whatever else the text says."""
    grave = triage.grave(draft.reading, draft.situation.phase, draft.situation.triage_days)
    top = grave[0] if grave else None
    reply = _safety_reply(top, draft.situation)
    draft.say(reply)
    if reply in CALLS_US and not draft.situation.office_open:
        draft.say("urgent_closed")
    reason = "; ".join(f"{flag.row} {flag.about}" for flag in grave) or "A mild sign in a patient at risk"
    reason += draft.worked_out
    if not draft.situation.known:
        reason += ". The number is no patient's of ours"
    draft.ticket(draft.urgency.word, reason, draft.urgency, hold=any(flag.holds_visit for flag in grave))


def _safety_reply(flag: Flag | None, situation: Situation) -> str:
    name = flag.reply if flag else "urgent"
    if name == "pregnancy":
        return "pregnancy_urgent"
    return "urgent_closed" if name == "urgent" and not situation.office_open else name


def _opt_out(draft: Draft) -> None:
    """All texts stop. One confirmation follows, unless the carrier sent its own or she had stopped before."""
    reading = draft.reading
    draft.actions.append(OptOut(reading.text))
    if not draft.situation.carrier_replied:
        draft.say("opted_out")
    if reading.keyword in MAY_MEAN_THE_VISIT:
        draft.ticket("opt_out_visit", f'Wrote only "{reading.keyword}": she may mean the visit. Call her')
    for intent in (Intent.CANCEL, Intent.COMPLAINT, Intent.WRONG_NUMBER):
        if reading.wants(intent):
            draft.ticket(intent.value, "She opted out in the same text: phone her")
    if draft.grave:
        draft.ticket(draft.urgency.word, "She opted out in the same text: phone her", draft.urgency)


def _is_not_hers(reading: Reading) -> bool:
    return reading.wants(Intent.WRONG_NUMBER) and "who_is_this" not in reading.acts


def _wrong_number(draft: Draft) -> None:
    """Somebody else has the number: no more texts, no detail about the patient (R40)."""
    draft.actions.append(OptOut(draft.reading.text))
    if not draft.situation.carrier_replied:
        draft.say("opted_out")
    draft.ticket("wrong_number", "R40 Says that this is not the patient's number: ask for the right one")


def _opts_in(situation: Situation, reading: Reading) -> bool:
    """START from a patient or from someone who had opted out.

    A bare YES counts only from someone who had opted out and was asked nothing: carriers take it for START.
    """
    if reading.wants(Intent.OPT_IN):
        return situation.known or situation.opted_out
    bare_yes = reading.text.strip(" .!").lower() == "yes"
    return situation.opted_out and bare_yes and situation.expecting is None


def _opt_in(draft: Draft) -> None:
    draft.actions.append(OptIn(draft.reading.text))
    if not draft.situation.carrier_replied:
        draft.replies.append(Reply("opted_in", None, draft.urgency, draft.reading.language))
    if draft.grave or draft.reading.topics:
        draft.ticket("other", "Wants texts again, and wrote more: read it")


def _beside_danger(draft: Draft) -> None:
    """What else an alarming text asks for goes to people; no answer stands beside a safety reply."""
    visit_wishes(draft, quietly=True)
    if draft.reading.wants(Intent.COMPLAINT):
        draft.ticket("complaint", "R38 A complaint")
