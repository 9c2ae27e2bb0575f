"""Questions find their topic in three languages; an unsure one goes to a person."""

import pytest

from care.reading import Intent, Phase
from messages.reading import languages
from messages.reading.topics import read


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        pytest.param("whens it ok to put foundation back on", "makeup", id="makeup"),
        pytest.param("puedo usar maquillaje mañana?", "makeup", id="makeup es"),
        pytest.param("posso usar maquiagem amanhã?", "makeup", id="makeup pt"),
        pytest.param("how many minutes does the whole thing take", "duration", id="duration"),
        pytest.param("cuánto dura la cita", "duration", id="duration es"),
        pytest.param("is it going to hurt", "pain", id="pain"),
        pytest.param("do i use my own spf", "sunscreen", id="sunscreen"),
        pytest.param("qual protetor solar eu uso", "sunscreen", id="sunscreen pt"),
        pytest.param("i was on accutane last spring", "accutane", id="accutane"),
        pytest.param("can i wax my brows this week", "waxing_shaving", id="waxing"),
        pytest.param("cuantas sesiones necesito", "how_often", id="how often es"),
        pytest.param("em quanto tempo vejo resultado", "results", id="results pt"),
        pytest.param("do you do stretch marks on thighs", "areas", id="areas"),
        pytest.param("can i hit the gym tonight", "exercise", id="exercise"),
        pytest.param("posso treinar depois", "exercise", id="exercise pt"),
        pytest.param("how much for three", "price", id="price"),
        pytest.param("cuánto cuesta", "price", id="price es"),
        pytest.param("are you open on sundays", "hours_location", id="hours"),
    ],
)
def test_a_question_finds_its_topic(reader, text, topic):
    assert reader.read(text).topic == topic


@pytest.mark.parametrize(
    ("text", "phase", "topic"),
    [
        pytest.param("Retin-A tonight?", Phase.BEFORE, "retinol", id="retinol before: when to stop"),
        pytest.param("Retin-A tonight?", Phase.AFTER, "resume_skincare", id="retinol after: when to begin"),
        pytest.param("I have a sunburn", Phase.BEFORE, "sunburn_breakout_reschedule", id="sunburn before"),
        pytest.param("looks like a sunburn", Phase.AFTER, "redness", id="sunburn look after"),
        pytest.param("want it for tiny bumps", Phase.BEFORE, "conditions_treated", id="bumps as a wish"),
        pytest.param("tiny bumps all over since", Phase.AFTER, None, id="bumps as a sign: no answer"),
    ],
)
def test_the_phase_decides_what_is_asked(reader, text, phase, topic):
    assert reader.read(text, phase=phase, days=3).topic == topic


def test_two_questions_in_one_text_are_both_heard(reader):
    assert reader.read("does it hurt and how long will i be red").topics == ("pain", "downtime_redness")


def test_a_sign_and_a_question_are_both_heard(reader):
    reading = reader.read("still pink today can i put foundation on")
    assert reading.intents == (Intent.SYMPTOM, Intent.FAQ)


def test_a_question_beside_a_danger_is_not_answered(reader):
    reading = reader.read("my cheek is oozing pus, can i wear makeup")
    assert reading.topics == ()
    assert reading.wants(Intent.SAME_DAY)


@pytest.mark.parametrize("text", ["is it ok", "what about the other thing", "can you check that for me"])
def test_an_unsure_question_has_no_topic(reader, text):
    assert reader.read(text).topic is None


def test_wording_that_needs_a_person_says_why(reader):
    assert reader.read("is aleve ok", phase=Phase.BEFORE).to_person
    assert reader.read("Tylenol ok?").to_person


@pytest.mark.parametrize(
    ("text", "locale", "language"),
    [
        pytest.param("when can i wear makeup", "es", "en", id="English from a Spanish patient"),
        pytest.param("cuando me puedo maquillar", "en", "es", id="Spanish without accents"),
        pytest.param("quando posso me maquiar", "en", "pt", id="Portuguese"),
        pytest.param("ok", "pt", "pt", id="too short to tell: hers"),
        pytest.param("STOP", "es", "es", id="a keyword: hers"),
    ],
)
def test_the_language_is_that_of_the_text_or_hers(reader, text, locale, language):
    assert reader.read(text, locale=locale).language == language


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_question_in_her_language_is_answered_in_it(reader, catalog, approved, language):
    topics = {"es": "cuánto tiempo sin maquillaje", "pt": "quanto tempo sem maquiagem"}
    reading = reader.read(topics[language])
    assert (reading.language, reading.topic) == (language, "makeup")
    assert "makeup" in approved(Phase.UNKNOWN, language)


def test_every_topic_lists_how_it_is_asked_in_spanish_and_portuguese(catalog):
    asked = {name: topic.phrasings for name, topic in catalog.answers.items()}
    told = {name: {languages.detect(read(one), "en") for one in listed} for name, listed in asked.items()}
    assert {name for name, found in told.items() if not found >= {"es", "pt"}} <= {
        *("prp", "sauna_heat", "rf_device"),  # the same words in both
    }


def test_each_shipped_phrasing_finds_its_own_answer_in_one_phase_or_another(reader, catalog):
    def answered(phrasing):
        found = [(reader.read(phrasing, phase=phase).topics, phase) for phase in Phase]
        asked = [(name, catalog.answers.get(name), phase) for names, phase in found for name in names]
        return {(topic and topic.answer_for(phase)) or name for name, topic, phase in asked}

    lost = [
        phrasing
        for name, topic in catalog.answers.items()
        for phrasing in topic.phrasings
        if not answered(phrasing) & {name, topic.answer, topic.answer_after}
    ]
    assert lost == []
