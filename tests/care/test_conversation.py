"""What is decided about a text, from the reading and the situation alone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from care.conversation import (
    ConfirmVisit,
    DeclaredNone,
    HoldVisit,
    OptIn,
    OptOut,
    SetFact,
    Situation,
    decide,
)
from care.decision import CONFIRMATION, PREP_DECLARATION, WISHES
from care.reading import Flag, Intent, Phase, Reading, Urgency

NOW = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
AFTER = Situation(phase=Phase.AFTER, days=1, topic_answers=frozenset({"makeup", "pain", "contraindications"}))
BEFORE = Situation(phase=Phase.BEFORE, days=9, hours_to_visit=216.0, topic_answers=AFTER.topic_answers)

THROAT = Flag("R1", Urgency.EMERGENCY, "emergency_allergy", "throat is closing", about="trouble breathing")
WORSE = Flag("R12", Urgency.URGENT, "urgent", "getting worse", about="getting worse")
PREGNANT = Flag("R32", Urgency.ROUTINE, "pregnancy", "pregnant", holds_visit=True, about="pregnant")
ROSACEA = Flag("R35", Urgency.ROUTINE, "received", "rosacea", holds_visit=True, topic="contraindications")


def _read(*intents, flags=(), **more):
    return Reading(more.pop("text", "a text"), intents or (Intent.OTHER,), "en", flags=flags, **more)


def _names(decision):
    return [reply.name for reply in decision.replies]


def _kinds(decision):
    return [ticket.kind for ticket in decision.tickets]


def test_an_emergency_is_answered_pages_and_nothing_else_is_said():
    reading = _read(Intent.EMERGENCY, Intent.RESCHEDULE, flags=(THROAT,))
    decision = decide(AFTER, reading, NOW)
    assert _names(decision) == ["emergency_allergy"]
    assert decision.tickets[0].urgency is Urgency.EMERGENCY
    assert _kinds(decision) == ["emergency", "appointment"]
    assert decision.decided_at == NOW


def test_stop_beside_an_emergency_is_both_and_the_emergency_comes_first():
    reading = _read(
        Intent.EMERGENCY, Intent.OPT_OUT, flags=(THROAT,), opt_out=True, text="STOP I cant breathe"
    )
    decision = decide(AFTER, reading, NOW)
    assert _names(decision) == ["emergency_allergy", "opted_out"]
    assert decision.actions == (OptOut("STOP I cant breathe"),)
    assert "phone her" in decision.tickets[0].reason


def test_after_an_opt_out_no_text_goes_but_a_danger_still_pages_with_phone_her():
    reading = _read(Intent.EMERGENCY, flags=(THROAT,))
    decision = decide(replace(AFTER, opted_out=True), reading, NOW)
    assert decision.replies == ()
    assert decision.tickets[0].urgency is Urgency.EMERGENCY
    assert "Phone her" in decision.tickets[0].reason


@pytest.mark.parametrize("intent", [Intent.FAQ, Intent.HUMAN, Intent.HELP, Intent.OTHER])
def test_after_an_opt_out_every_question_goes_to_a_person_in_silence(intent):
    decision = decide(replace(AFTER, opted_out=True), _read(intent, topics=("makeup",), topic="makeup"), NOW)
    assert decision.replies == ()


def test_a_second_stop_is_recorded_and_not_confirmed_again():
    decision = decide(replace(AFTER, opted_out=True), _read(Intent.OPT_OUT, opt_out=True), NOW)
    assert decision.replies == ()
    assert decision.actions == (OptOut("a text"),)


@pytest.mark.parametrize(
    ("intent", "more"),
    [
        pytest.param(Intent.OPT_OUT, {"opt_out": True}, id="stop"),
        pytest.param(Intent.HELP, {}, id="help"),
        pytest.param(Intent.OPT_IN, {}, id="start"),
    ],
)
def test_what_the_carrier_answered_we_do_not_answer_again(intent, more):
    decision = decide(replace(BEFORE, carrier_replied=True), _read(intent, **more), NOW)
    assert decision.replies == ()
    assert decision.actions or decision.silence


@pytest.mark.parametrize("keyword", ["cancel", "cancelar", "end", "quit", "fin"])
def test_a_bare_word_that_may_mean_the_visit_opts_out_and_a_person_calls(keyword):
    decision = decide(BEFORE, _read(Intent.OPT_OUT, opt_out=True, keyword=keyword), NOW)
    assert _kinds(decision) == ["opt_out_visit"]
    assert isinstance(decision.actions[0], OptOut)


def test_start_opts_in_again_and_is_confirmed():
    decision = decide(replace(BEFORE, opted_out=True), _read(Intent.OPT_IN, text="START"), NOW)
    assert decision.actions == (OptIn("START"),)
    assert _names(decision) == ["opted_in"]


def test_a_bare_yes_opts_in_only_where_nothing_was_asked():
    yes = _read(Intent.CONFIRM, text="YES")
    assert decide(replace(BEFORE, opted_out=True), yes, NOW).actions == (OptIn("YES"),)
    assert OptIn("YES") not in decide(BEFORE, yes, NOW).actions


def test_a_stranger_is_told_nothing_and_a_person_looks():
    decision = decide(Situation(known=False), _read(Intent.FAQ, topics=("makeup",), topic="makeup"), NOW)
    assert _names(decision) == ["unknown_number"]
    assert _kinds(decision) == ["unknown_number"]


def test_a_stranger_in_danger_is_answered_and_pages():
    decision = decide(Situation(known=False), _read(Intent.EMERGENCY, flags=(THROAT,)), NOW)
    assert _names(decision) == ["emergency_allergy"]
    assert decision.tickets[0].urgency is Urgency.EMERGENCY


def test_a_strangers_stop_is_honoured_and_a_strangers_start_enrols_nobody():
    assert decide(Situation(known=False), _read(Intent.OPT_OUT, opt_out=True), NOW).actions == (
        OptOut("a text"),
    )
    assert decide(Situation(known=False), _read(Intent.OPT_IN), NOW).actions == ()


def test_a_wrong_number_stops_the_texts_and_reveals_nothing():
    decision = decide(BEFORE, _read(Intent.WRONG_NUMBER), NOW)
    assert decision.actions == (OptOut("a text"),)
    assert _names(decision) == ["opted_out"]
    assert _kinds(decision) == ["wrong_number"]


def test_who_is_this_is_told_who_we_are_and_keeps_its_texts():
    decision = decide(BEFORE, _read(Intent.WRONG_NUMBER, acts=frozenset({"who_is_this"})), NOW)
    assert _names(decision) == ["help"]
    assert decision.actions == ()


@pytest.mark.parametrize(("is_open", "reply"), [(True, "urgent"), (False, "urgent_closed")])
def test_an_urgent_sign_after_hours_says_where_to_go(is_open, reply):
    decision = decide(replace(AFTER, office_open=is_open), _read(Intent.SAME_DAY, flags=(WORSE,)), NOW)
    assert _names(decision) == [reply]


@pytest.mark.parametrize("reply", ["blisters", "eye", "bleeding", "reaction"])
def test_who_is_asked_to_call_an_office_that_is_closed_is_told_so_too(reply):
    sign = Flag("R15", Urgency.URGENT, reply, "blisters", about="blisters")
    reading = _read(Intent.SAME_DAY, flags=(sign,))
    assert _names(decide(replace(AFTER, office_open=False), reading, NOW)) == [reply, "urgent_closed"]
    assert _names(decide(AFTER, reading, NOW)) == [reply]


def test_an_emergency_at_night_sends_nobody_to_urgent_care():
    decision = decide(replace(AFTER, office_open=False), _read(Intent.EMERGENCY, flags=(THROAT,)), NOW)
    assert _names(decision) == ["emergency_allergy"]


def test_a_yes_to_a_visit_that_has_begun_confirms_nothing():
    decision = decide(replace(BEFORE, hours_to_visit=-0.5), _read(Intent.CONFIRM), NOW)
    assert decision.actions == ()
    assert _kinds(decision) == ["appointment"]


@pytest.mark.parametrize("intent", [Intent.RESCHEDULE, Intent.CANCEL])
def test_days_and_times_are_asked_for_and_their_answer_is_noted(intent):
    assert decide(BEFORE, _read(intent), NOW).expects == WISHES
    wishes = decide(replace(BEFORE, expecting=WISHES), _read(text="tuesday after 3"), NOW)
    assert (_names(wishes), _kinds(wishes)) == (["noted"], ["appointment"])


def test_who_was_asked_what_she_used_is_not_asked_for_days_instead():
    asked = replace(BEFORE, expecting=PREP_DECLARATION)
    assert decide(asked, _read(Intent.RESCHEDULE), NOW).expects is None


def test_a_strangers_start_that_the_carrier_answered_needs_nothing():
    decision = decide(Situation(known=False, carrier_replied=True), _read(Intent.OPT_IN), NOW)
    assert (decision.replies, decision.tickets) == ((), ())
    assert decision.silence


def test_isotretinoin_by_text_holds_the_visit_and_is_worked_out_for_a_person():
    flag = Flag("R33", Urgency.ROUTINE, "accutane", "accutane", holds_visit=True, about="isotretinoin")
    told = replace(BEFORE, last_dose=date(2025, 6, 30), visit_day=date(2026, 3, 18))
    decision = decide(told, _read(Intent.FAQ, flags=(flag,)), NOW)
    assert [type(action) for action in decision.actions] == [HoldVisit]
    assert "six months end on Dec 30, 2025" in decision.tickets[0].reason
    near = decide(replace(told, hours_to_visit=30.0), _read(Intent.FAQ, flags=(flag,)), NOW)
    assert near.urgency is Urgency.URGENT
    assert "six months end on Dec 30, 2025" in near.tickets[0].reason


def test_pregnant_before_the_visit_holds_it_and_after_it_is_urgent():
    reading = _read(Intent.FAQ, flags=(PREGNANT,), topics=("pregnancy",), topic="pregnancy")
    before = decide(BEFORE, reading, NOW)
    assert _names(before) == ["pregnancy"]
    assert before.tickets[0].holds_visit
    assert isinstance(before.actions[0], HoldVisit)
    assert _names(decide(AFTER, reading, NOW)) == ["pregnancy_urgent"]
    assert _names(decide(replace(BEFORE, hours_to_visit=40.0), reading, NOW)) == ["pregnancy_urgent"]


def test_a_routine_sign_with_an_approved_answer_gets_it_and_a_ticket():
    decision = decide(BEFORE, _read(Intent.FAQ, flags=(ROSACEA,)), NOW)
    assert [(reply.name, reply.topic) for reply in decision.replies] == [("answer", "contraindications")]
    assert _kinds(decision) == ["clinical"]


def test_an_approved_answer_is_given_and_nobody_is_troubled():
    decision = decide(AFTER, _read(Intent.FAQ, topics=("makeup",), topic="makeup"), NOW)
    assert [(reply.name, reply.topic) for reply in decision.replies] == [("answer", "makeup")]
    assert decision.tickets == ()


def test_a_topic_without_an_approved_answer_is_handed_over():
    decision = decide(AFTER, _read(Intent.UNANSWERABLE, topics=("exercise",), topic="exercise"), NOW)
    assert _names(decision) == ["handoff"]
    assert _kinds(decision) == ["question"]


def test_of_two_questions_the_answerable_is_answered_and_the_other_handed_over():
    reading = _read(Intent.FAQ, Intent.UNANSWERABLE, topics=("makeup", "exercise"), topic="makeup")
    decision = decide(AFTER, reading, NOW)
    assert [(reply.name, reply.topic) for reply in decision.replies] == [
        ("answer", "makeup"),
        ("handoff", None),
    ]
    assert "exercise" in decision.tickets[0].reason


def test_a_wording_that_needs_a_person_is_not_answered_although_an_answer_exists():
    reading = _read(Intent.FAQ, topics=("pain",), topic="pain", to_person="staff")
    assert _names(decide(AFTER, reading, NOW)) == ["handoff"]


@pytest.mark.parametrize("expecting", [CONFIRMATION, None])
def test_c_confirms_the_visit(expecting):
    decision = decide(replace(BEFORE, expecting=expecting), _read(Intent.CONFIRM, text="C"), NOW)
    assert decision.actions == (ConfirmVisit(),)
    assert _names(decision) == ["confirmed"]
    assert decision.expecting_answered is (expecting is not None)


def test_a_yes_without_a_visit_ahead_confirms_nothing():
    decision = decide(AFTER, _read(Intent.CONFIRM, text="yes"), NOW)
    assert decision.actions == ()
    assert _kinds(decision) == ["appointment"]


def test_a_yes_from_a_shared_phone_is_asked_whose_visit():
    decision = decide(replace(BEFORE, patients=2), _read(Intent.CONFIRM), NOW)
    assert decision.actions == ()
    assert _kinds(decision) == ["appointment"]


@pytest.mark.parametrize("intent", [Intent.RESCHEDULE, Intent.CANCEL, Intent.RUNNING_LATE])
def test_a_wish_about_the_visit_goes_to_the_desk(intent):
    decision = decide(replace(BEFORE, expecting=CONFIRMATION), _read(intent), NOW)
    assert _names(decision) == ["change_visit"]
    assert _kinds(decision) == ["appointment"]
    assert decision.expecting_answered


def test_declared_none_is_noted_and_declared_some_goes_to_a_person():
    asked = replace(BEFORE, expecting=PREP_DECLARATION)
    none, some = (decide(asked, _read(i), NOW) for i in (Intent.DECLARED_NONE, Intent.DECLARED_SOME))
    assert (none.actions, _names(none), none.tickets) == ((DeclaredNone(),), ["noted"], ())
    assert (_names(some), _kinds(some)) == (["received"], ["declared"])
    assert none.expecting_answered
    assert some.expecting_answered


def test_a_blood_thinner_in_the_list_gets_its_own_reply_and_holds_the_visit():
    thinner = Flag("R34", Urgency.ROUTINE, "blood_thinner", "eliquis", holds_visit=True)
    reading = _read(Intent.DECLARED_SOME, flags=(thinner,))
    decision = decide(replace(BEFORE, expecting=PREP_DECLARATION), reading, NOW)
    assert _names(decision) == ["blood_thinner"]
    assert _kinds(decision) == ["declared", "clinical"]
    assert decision.expecting_answered


def test_no_kit_is_the_only_fact_a_text_sets():
    reading = _read(Intent.FAQ, topics=("makeup",), topic="makeup", acts=frozenset({"no_kit"}))
    assert decide(AFTER, reading, NOW).actions == (SetFact("kit_given", "no"),)


def test_a_photo_goes_to_a_clinician_with_or_without_words():
    bare = decide(replace(AFTER, photos=1), _read(Intent.SILENT, text=""), NOW)
    assert (_names(bare), _kinds(bare)) == (["received"], ["photo"])
    worded = decide(replace(AFTER, photos=1), _read(Intent.FAQ, topics=("makeup",), topic="makeup"), NOW)
    assert "photo" in _kinds(worded)


def test_silence_is_documented():
    tapback = decide(AFTER, _read(Intent.SILENT, matched=("silence: tapback",)), NOW)
    assert (tapback.replies, tapback.tickets, tapback.silence) == ((), (), "silence: tapback")
    thanks = decide(AFTER, _read(Intent.THANKS), NOW)
    assert (thanks.replies, thanks.tickets, thanks.silence) == ((), (), "thanks or small talk")


@pytest.mark.parametrize("intent", list(Intent))
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("opted_out", [True, False])
def test_every_text_ends_in_a_reply_a_ticket_an_action_or_documented_silence(intent, known, opted_out):
    for carrier_replied in (True, False):
        situation = Situation(known=known, opted_out=opted_out, carrier_replied=carrier_replied)
        decision = decide(situation, _read(intent, opt_out=intent is Intent.OPT_OUT), NOW)
        assert decision.replies or decision.tickets or decision.actions or decision.silence
        assert len({ticket.kind for ticket in decision.tickets}) == len(decision.tickets)
        if opted_out:
            assert all(reply.name == "opted_in" for reply in decision.replies)


# A person has taken over: the program keeps silent, but for danger and what carriers ask for

TAKEN = replace(AFTER, taken_over=True)
MAKEUP = _read(Intent.FAQ, topic="makeup", topics=("makeup",))


@pytest.mark.parametrize(
    ("situation", "reading", "replies", "kinds"),
    [
        pytest.param(TAKEN, MAKEUP, [], ["taken_over"], id="a question is the person's"),
        pytest.param(TAKEN, _read(Intent.OTHER), [], ["other"], id="so is what nobody understood"),
        pytest.param(TAKEN, _read(Intent.THANKS), [], [], id="thanks need nobody"),
        pytest.param(TAKEN, _read(Intent.SILENT, matched=("tapback",)), [], [], id="nor does a tapback"),
        pytest.param(TAKEN, _read(Intent.RESCHEDULE), [], ["appointment"], id="a wish goes to the desk"),
        pytest.param(TAKEN, _read(Intent.SYMPTOM, flags=(ROSACEA,)), ["urgent"], ["urgent"], id="a risk too"),
        pytest.param(TAKEN, _read(Intent.HELP, keyword="help"), ["help"], [], id="HELP is answered"),
        pytest.param(
            TAKEN,
            _read(Intent.EMERGENCY, flags=(THROAT,)),
            ["emergency_allergy"],
            ["emergency"],
            id="danger is answered and pages",
        ),
        pytest.param(
            TAKEN, _read(Intent.SAME_DAY, flags=(WORSE,)), ["urgent"], ["urgent"], id="so is what is urgent"
        ),
        pytest.param(TAKEN, _read(Intent.OPT_OUT, opt_out=True), ["opted_out"], [], id="STOP stops"),
        pytest.param(
            TAKEN,
            _read(Intent.WRONG_NUMBER),
            ["opted_out"],
            ["wrong_number"],
            id="so does a number that is not hers",
        ),
        pytest.param(
            replace(TAKEN, opted_out=True), _read(Intent.OPT_IN), ["opted_in"], [], id="START starts again"
        ),
        pytest.param(replace(TAKEN, known=False), MAKEUP, [], ["unknown_number"], id="a stranger too"),
    ],
)
def test_while_a_person_answers_her(situation, reading, replies, kinds):
    decision = decide(situation, reading, NOW)
    assert (_names(decision), _kinds(decision)) == (replies, kinds)
    assert decision.expects is None


def test_what_the_program_would_have_said_is_on_record():
    assert [reply.topic for reply in decide(TAKEN, MAKEUP, NOW).kept_back] == ["makeup"]
    assert decide(AFTER, MAKEUP, NOW).kept_back == ()


def test_what_she_told_is_noted_whoever_answers():
    confirms = decide(replace(BEFORE, taken_over=True), _read(Intent.CONFIRM), NOW)
    assert confirms.actions == (ConfirmVisit(),)
    assert _names(confirms) == []
    assert _kinds(confirms) == ["taken_over"]
