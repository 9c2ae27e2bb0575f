from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.course import Course
from care.instants import Zones
from care.plan import plan
from care.protocol import After, Anchor, Fact, MonthsAfter, OnDay, Purpose
from care.reading import Phase
from messages.catalog import protocol_from_yaml
from messages.catalog_rules import NEEDED_REPLIES
from messages.wording import Kind

BOSTON = ZoneInfo("America/New_York")

# The words a reading uses for topics. Those of the first list the page answers, those of the second not.
ANSWERABLE = [
    *("what_is_it", "science", "conditions_treated", "avoid_before", "accutane", "retinol"),
    *(
        "sunburn_breakout_reschedule",
        "laser",
        "waxing_shaving",
        "blood_thinners",
        "cold_sore_antiviral",
        "contraindications",
    ),
    *("pregnancy", "day_of", "numbing", "pain", "duration", "downtime_redness"),
    *("rest_of_day", "aftercare_kit", "next_day", "makeup", "sunscreen", "resume_skincare"),
    *("how_often", "age", "areas", "results", "contact_call", "hours_location"),
]
TO_A_PERSON = [
    *("study_evidence", "price", "medical_clearance", "insurance_payment", "exercise", "botox_filler"),
    *("skincare_general", "other_treatments", "rf_device", "side_effects_risks", "alcohol_food", "policy"),
    *("breastfeeding", "sun", "logistics", "wash_shower", "prp", "at_home"),
    *("tattoo_microblading", "hair_scalp", "swimming", "minor_consent", "provider", "sleeping"),
    *("aftercare_other", "skin_tone", "results_guarantee", "sauna_heat", "photos", "allergy_numbing"),
    *("pigmentation", "gift_card"),
]


# -- what is shipped


def test_the_shipped_catalog_loads_whole(catalog):
    assert set(catalog.protocols) == {"microneedling"}
    kinds = [wording.kind for wording in catalog.wordings.values()]
    assert kinds.count(Kind.TIMED) == 24
    assert set(NEEDED_REPLIES) == {w.id for w in catalog.wordings.values() if w.kind is Kind.REPLY}


@pytest.mark.parametrize("topic", ANSWERABLE)
def test_what_the_page_answers_is_answered(catalog, topic):
    wording, text = catalog.say(catalog.answers[topic].answer_for(Phase.UNKNOWN), "en")
    assert wording.kind is Kind.ANSWER
    assert text.startswith("{clinic}: ")


@pytest.mark.parametrize("topic", TO_A_PERSON)
@pytest.mark.parametrize("phase", Phase)
def test_what_the_page_does_not_answer_goes_to_a_person(catalog, topic, phase):
    answer = catalog.answers[topic].answer_for(phase)
    assert answer is None or catalog.say(answer, "en")[0].id == "handoff"


@pytest.mark.parametrize(
    ("topic", "phase", "answer"),
    [
        ("waxing_shaving", Phase.BEFORE, "about_hair_removal_and_laser"),
        ("waxing_shaving", Phase.AFTER, "about_hair_removal_after"),
        ("blood_thinners", Phase.UNKNOWN, "about_pain_relief_before"),
        ("blood_thinners", Phase.AFTER, "about_pain_relief_after"),
        ("downtime_redness", Phase.AFTER, "about_redness"),
        ("makeup", Phase.AFTER, "about_makeup"),
    ],
)
def test_an_answer_may_change_with_the_visit(catalog, topic, phase, answer):
    assert catalog.answers[topic].answer_for(phase) == answer


def test_every_answer_is_there_in_three_languages_and_the_translations_are_drafts(catalog):
    answers = [wording for wording in catalog.wordings.values() if wording.kind is Kind.ANSWER]
    assert all(set(answer.texts) == {"en", "es", "pt"} for answer in answers)
    assert all(answer.draft_translation for answer in answers)


def test_an_answer_missing_in_her_language_becomes_the_handoff_in_her_language(catalog):
    answer = catalog.wordings["about_makeup"]
    english = replace(answer, texts={"en": answer.texts["en"]})
    untranslated = replace(catalog, wordings={**catalog.wordings, "about_makeup": english})
    wording, text = untranslated.say("about_makeup", "es-US")
    assert wording.id == "handoff"
    assert text == catalog.wordings["handoff"].texts["es"]


def test_a_language_nobody_wrote_is_answered_in_english(catalog):
    assert catalog.say("emergency", "ht")[1] == catalog.wordings["emergency"].texts["en"]


@pytest.mark.parametrize("first_aid", ["eye", "bleeding"])
def test_unsigned_first_aid_falls_back_and_never_to_silence(catalog, first_aid):
    assert catalog.say(first_aid, "pt")[0].id == "urgent"
    assert catalog.say(first_aid, "pt", emergency=True)[0].id == "emergency"


def test_the_day_three_text_is_off_until_a_clinician_signs_it(catalog):
    assert catalog.say("day_three", "en") is None


def test_every_safety_reply_is_on_in_three_languages(catalog):
    for name in ("emergency", "emergency_allergy", "poison", "crisis", "urgent", "urgent_closed", "blisters"):
        assert {catalog.say(name, language)[0].id for language in ("en", "es", "pt")} == {name}
        assert set(catalog.wordings[name].texts) == {"en", "es", "pt"}


def test_the_alert_to_staff_tells_nothing_about_the_patient(catalog):
    assert catalog.wordings["page_staff"].texts == {
        "en": "{clinic}: {urgency} ticket {ticket} waits for you. Reply 1 to take it. {link}"
    }


def test_phrasings_that_need_a_person_are_kept_apart_with_the_reason(catalog):
    topic = catalog.answers["blood_thinners"]
    assert topic.to_person["took motrin yesterday"] == "R36"
    assert not set(topic.to_person) & set(topic.phrasings)
    assert catalog.answers["accutane"].triage == ("R23", "R33")


def test_no_phrasing_belongs_to_two_topics(catalog):
    seen = [phrase for topic in catalog.answers.values() for phrase in (*topic.phrasings, *topic.to_person)]
    assert sorted(seen) == sorted(set(seen))


# -- the protocol as it is read


def test_yes_and_no_stay_words(catalog):
    step = catalog.protocols["microneedling"].step("next_in_series")
    assert step.only_if == ({"plan": "corrective", "next_visit_booked": "no", "sessions_left": "yes"},)
    assert step.purpose is Purpose.MARKETING


def test_the_two_sorts_of_time_are_read_apart(catalog):
    protocol = catalog.protocols["microneedling"]
    assert protocol.step("seven_day_list").at == OnDay(Anchor.VISIT, -8, time(10))
    assert protocol.step("rest_of_day").at == After(Anchor.VISIT_END, timedelta(hours=1))
    assert protocol.step("visit_day").only_from == time(10)
    assert protocol.step("upkeep").at == MonthsAfter(
        Anchor.VISIT_END, "interval_months", 14, time(11), OnDay(Anchor.VISIT_END, 84, time(11))
    )


def test_a_protocol_comes_back_from_its_own_source(catalog):
    assert protocol_from_yaml(catalog.sources["microneedling"]) == catalog.protocols["microneedling"]


def boston(*at):
    return datetime(*at, tzinfo=BOSTON).astimezone(UTC)


def course(catalog, booked, starts, ended=None, facts=()):
    known = {name: Fact(value, booked) for name, value in facts}
    visit = Course(booked_at=booked, starts_at=starts, ended_at=ended)
    return plan(catalog.protocols["microneedling"], visit, known, Zones(BOSTON, BOSTON))


def calendar(planned):
    return [(m.wording, f"{m.due_at.astimezone(BOSTON):%a %H:%M}") for m in planned.messages]


def test_booked_three_days_ahead_the_instructions_become_questions(catalog):
    """The worked example of the clinician's late-booking table: booked Tuesday 11:00 for Friday 14:00."""
    planned = course(catalog, boston(2026, 3, 10, 11), boston(2026, 3, 13, 14))
    assert calendar(planned) == [
        ("welcome", "Tue 11:00"),
        ("health_check", "Tue 11:10"),
        ("seven_day_questions", "Tue 13:00"),
        ("five_day_questions", "Tue 16:00"),
        ("day_before", "Thu 16:00"),
        ("visit_day", "Fri 08:00"),
    ]


def test_after_the_visit_the_kit_decides_the_words(catalog):
    booked, starts, ended = boston(2026, 3, 1, 9), boston(2026, 3, 13, 14), boston(2026, 3, 13, 16)
    wordings = {
        kit: [wording for wording, _ in calendar(course(catalog, booked, starts, ended, facts))][:2]
        for kit, facts in {
            "yes": [("kit_given", "yes")],
            "no": [("kit_given", "no")],
            "unknown": [],
        }.items()
    }
    assert wordings == {
        "yes": ["rest_of_day_kit", "next_day_kit"],
        "no": ["rest_of_day_plain", "next_day_plain"],
        "unknown": ["rest_of_day_either", "next_day_either"],
    }


def test_cold_sores_within_three_days_are_a_phone_call_now(catalog):
    facts = [("cold_sores", "yes")]
    planned = course(catalog, boston(2026, 3, 10, 11), boston(2026, 3, 13, 14), facts=facts)
    assert {call.name for call in planned.calls} == {"cold_sore_call_now"}


def test_only_a_prescription_brings_the_medicine_texts(catalog):
    booked, starts = boston(2026, 3, 1, 9), boston(2026, 3, 13, 14)
    without = [wording for wording, _ in calendar(course(catalog, booked, starts))]
    with_it = [w for w, _ in calendar(course(catalog, booked, starts, facts=[("antiviral_rx", "yes")]))]
    assert set(with_it) - set(without) == {"antiviral_pickup", "antiviral_start"}


# -- signatures


def sign(copy, version=None):
    signed = "approved: {by: Dr. A. Lee, on: 2026-12-01" + (f", version: {version}" if version else "") + "}"
    copy.change("texts.yaml", "  source: published\n", f"  source: published\n  {signed}\n")


def test_a_signature_turns_a_wording_on(copy, catalog):
    sign(copy, catalog.wordings["day_three"].own_version)
    wording, _ = copy.load().say("day_three", "en")
    assert wording.id == "day_three"
    assert wording.approved.on == date(2026, 12, 1)


def test_a_signature_lapses_when_a_word_changes(copy, catalog):
    sign(copy, catalog.wordings["day_three"].own_version)
    copy.change("texts.yaml", "Until day 7 keep", "Until day 9 keep")
    assert copy.load().say("day_three", "en") is None


def test_a_second_sentence_is_said_only_once_it_is_signed_itself(copy, catalog):
    assert "SPF 30" not in catalog.wordings["about_sunscreen"].texts["en"]
    copy.change(
        "answers.yaml",
        "    - source: published\n      en: >-\n        Pick broad",
        "    - source: published\n      approved: {by: Dr. A. Lee, on: 2026-12-01}\n"
        "      en: >-\n        Pick broad",
    )
    changed = copy.load().wordings["about_sunscreen"]
    assert changed.texts["en"].endswith("every 2 hours outdoors.")
    assert changed.version != catalog.wordings["about_sunscreen"].version


def test_the_version_changes_with_any_word_in_any_language(copy, catalog):
    copy.change("texts.yaml", "Revise su piel.", "Mire su piel.")
    changed = copy.load()
    assert changed.wordings["skin_check"].version != catalog.wordings["skin_check"].version
    assert changed.wordings["day_before"].version == catalog.wordings["day_before"].version


# -- a second procedure


def test_a_new_procedure_is_one_folder_and_where_two_differ_a_person_answers(copy):
    folder = copy.root / "protocols" / "peel"
    folder.mkdir()
    (folder / "protocol.yaml").write_text(
        "name: peel\nversion: 1\ntitle: Peel\nsteps:\n"
        "- {step: booked, code: P0, after: {booking: 0m}, useful_until: {visit: 0m}, text: peel_booked}\n"
    )
    (folder / "texts.yaml").write_text(
        "- {text: peel_booked, code: P0, source: page,"
        " en: '{clinic}: Hi', es: '{clinic}: Hola', pt: '{clinic}: Oi'}\n"
    )
    (folder / "answers.yaml").write_text(
        "- {answer: peel_pain, code: P1, source: page, en: '{clinic}: A little.', topics: [{topic: pain}]}\n"
    )
    both = copy.load()
    assert both.answers_for["peel"]["pain"].answer == "peel_pain"
    assert both.answers_for["microneedling"]["pain"].answer == "about_pain"
    assert both.answers["pain"].answer is None
    assert both.answers["makeup"].answer == "about_makeup"
