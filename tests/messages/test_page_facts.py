"""The clinic's page, fact by fact: each one reaches the patient it is meant for, in words that say it.

This table is the promise. A fact is carried by wordings (named by their code); each must
be there, be on, list the fact, and hold the telling words: in English, and for timed
texts in Spanish and Portuguese as well.
"""

import re
from typing import NamedTuple

import pytest

from messages.wording import Kind


class Fact(NamedTuple):
    number: int
    carriers: str  # codes
    en: str  # a pattern, as are the next two
    es: str = ""
    pt: str = ""


FACTS = [
    # what it is
    Fact(1, "F22", "collagen induction therapy"),
    Fact(2, "F22", "fine needles make tiny"),
    Fact(3, "F36", "minimally invasive, with not much downtime"),
    Fact(4, "F14", "comfortable"),
    Fact(6, "F40", "which device"),
    Fact(7, "F22", "fibroblasts"),
    Fact(8, "F22", "tiny controlled wounds.*builds collagen"),
    Fact(9, "F22 M13", "upkeep", "mantenimiento", "manutenção"),
    Fact(10, "F22", "acne scars"),
    Fact(11, "F22", "fine lines"),
    Fact(12, "F22", "wrinkles"),
    Fact(13, "F22", "big pores"),
    Fact(14, "F22", "tiny bumps"),
    Fact(15, "F22", "texture"),
    Fact(16, "F22", "tone"),
    # to avoid before
    Fact(17, "M1 M1r F23 AI", "accutane|6 months after this medicine", "accutane", "roacutan"),
    Fact(18, "M3 MC2 MC3 F11", "retinol", "retinol", "retinol"),
    Fact(19, "M3 MC2 MC3 F11", "antibiotic cream", "crema(s con)? antibiótic", "pomada (com )?antibiótic"),
    Fact(20, "M3 MC2 MC3 F11", "exfoliants|peels", "exfoliantes|peeling", "esfoliantes|peeling"),
    Fact(21, "M3 MC2 MC3 F11", "hydroquinone", "hidroquinona", "hidroquinona"),
    Fact(22, "M5 M6 MC3 F28", "sunburn", "quemadura", "queimadura"),
    Fact(23, "M5 M6 MC3 F28", "breakout", "brote", "acne"),
    Fact(24, "M5 M6 MC3 F28", "open sore|any sore", "llaga", "ferida"),
    Fact(25, "M5 M6 MC3 F28", "cold sore|any sore", "herpes labial|llaga", "herpes labial|ferida"),
    Fact(26, "M2 MC1 MC3 F31", "laser", "láser", "laser"),
    Fact(27, "M2 MC1 MC3 F31", "wax", "cera", "cera"),
    Fact(28, "M2 MC1 MC3 F31", "electrolysis", "electrólisis", "eletrólise"),
    Fact(29, "M2 MC1 MC3 F24", "ibuprofen", "ibuprofeno", "ibuprofeno"),
    Fact(30, "M2 MC1 MC3 F24 F26", "aspirin", "aspirina", "aspirina"),
    Fact(31, "M2 MC1 MC3 F24 F43", "vitamin E", "vitamina E", "vitamina E"),
    Fact(32, "M2 MC1 MC3 F24 F43", "ginkgo", "ginkgo", "ginkgo"),
    Fact(33, "F24", "add to bleeding"),
    Fact(34, "M6 M7 F31", "don't shave|no shaving", "no se afeite", "não raspe"),
    Fact(35, "M1 F27", "cold sores|may prescribe", "herpes labial", "herpes labial"),
    Fact(36, "M4a F27", "2 days before", "2 días antes", "2 dias antes"),
    Fact(36, "M4b", "today is the day to start", "hoy es el día de empezar", "hoje é o dia de começar"),
    Fact(37, "M1 F30", "very sensitive skin", "piel muy sensible", "pele muito sensível"),
    Fact(38, "M1 F30", "dermatitis", "dermatitis", "dermatite"),
    Fact(39, "M1 F30", "rosacea", "rosácea", "rosácea"),
    Fact(40, "M1 M1r F29", "pregnan", "embaraz", "gr[aá]vid"),
    # the day
    Fact(42, "M7 F17", "answer questions.*consent", "dudas.*consentimiento", "dúvidas.*termo"),
    Fact(43, "M7 F17", "photos", "fotos", "fotos"),
    Fact(44, "M7 F15 F16 F17", "30(-| to )45 min", "30-45 min", "30-45 min"),
    Fact(45, "F17", "gentle cleanse.*patterns that fit your goal"),
    Fact(46, "M7", "40-60 min", "40-60 min", "40-60 min"),
    Fact(46, "F16", "40 minutes for a full face, up to 60 for face, neck and chest"),
    Fact(47, "F17", "cooling peel-off mask"),
    # after
    Fact(
        48, "M8 M8n M8u", "bit red and swollen, like a mild sunburn", "rojo e hinchado", "vermelho e inchado"
    ),
    Fact(48, "F03 F36", "like a mild sunburn"),
    Fact(49, "M8 M8n M8u F03", "is expected", "es de esperar", "é esperado"),
    Fact(50, "F03", "kick-starts the fibroblasts"),
    Fact(51, "M6 M8 M8n M8u", "stay in", "qu[eé]de(se)? en casa|quedarse en casa", "(ficar|fique) em casa"),
    Fact(51, "F36", "plan to stay in"),
    Fact(51, "F03", "should ease"),
    Fact(52, "M8 M8u", "only your kit", "solo su kit", "só o seu kit"),
    Fact(52, "F13", "your kit and nothing else"),
    Fact(
        53,
        "M8n M8u",
        "very gentle moisturizer with no active ingredients",
        "muy suave,? sin ingredientes",
        "sem ativos",
    ),
    Fact(53, "F13", "very gentle moisturizer with no active ingredients"),
    Fact(54, "M9 M9u", "use your kit", "use su kit", "use o (seu )?kit"),
    Fact(
        55,
        "M9 M9n M9u F02",
        "post-procedure tinted sunscreen",
        "protector solar con color",
        "protetor solar com cor",
    ),
    Fact(
        56, "M9 M9n M9u F01", "skip makeup foundation.*24", "base de maquillaje.*24", "base de maquiagem.*24"
    ),
    Fact(57, "M11 F11 F12", "1 week", "1 semana", "1 semana"),
    # how often, for whom, where, and what for
    Fact(58, "F18", "depends on your skin and goals"),
    Fact(59, "M13 F18", "every 3 to 6 months", "cada 3 a 6 meses", "cada 3 a 6 meses"),
    Fact(60, "M13 F18", "needs a refresh", "cuando su piel lo necesite", "quando a pele precisar"),
    Fact(61, "M12 F18", "4 to 6 weeks", "4 a 6 semanas", "4 a 6 semanas"),
    Fact(61, "F18", "3 to 4 treatments"),
    Fact(62, "M13 F18", "every 3 to 6 months", "cada 3 a 6 meses", "cada 3 a 6 meses"),
    Fact(63, "F20", "many ages"),
    Fact(64, "F20", "20s or 30s, about every 6 months"),
    Fact(65, "F20", "40s to 60s, often a series first, then every 3 to 6 months"),
    Fact(65, "M12", "4 to 6 weeks", "4 a 6 semanas", "4 a 6 semanas"),
    Fact(66, "F20", "settings and number of treatments are fitted"),
    Fact(67, "F21", "face"),
    Fact(68, "F21", "neck"),
    Fact(69, "F21", "decolletage"),
    Fact(70, "F21", "arms"),
    Fact(71, "F21", "hands"),
    Fact(72, "F21", "scars"),
    Fact(73, "F21", "stretch marks"),
    Fact(74, "F19", "tighter, brighter skin in a few days"),
    Fact(75, "F47", "treated skin lets more in"),
    Fact(76, "F19", "foundation that goes on smoothly"),
    Fact(77, "F19", "plump and radiant, pores that look smaller"),
    Fact(78, "F19", "thicker, more even skin, takes longer"),
    Fact(80, "M0 M0r S80", "{phone}", "{phone}", "{phone}"),
]

#: Facts of the page that no text may repeat, and why.
NEVER = {
    5: "'lunchtime' clashes with 'plan to stay in', and a text makes no claim of safety",
    41: "no text promises that it does not hurt",
    79: "the page misquotes the study",
}
#: The device must be confirmed by the clinic first: the carrier is there, but off.
OFF = {"F40"}

CASES = [
    pytest.param(fact, code, id=f"S{fact.number} in {code}")
    for fact in FACTS
    for code in fact.carriers.split()
]


def by_code(catalog, code):
    [wording] = [wording for wording in catalog.wordings.values() if wording.code == code]
    return wording


@pytest.mark.parametrize(("fact", "code"), CASES)
def test_a_fact_of_the_page_is_carried_in_words_that_tell_it(catalog, fact, code):
    wording = by_code(catalog, code)
    assert f"S{fact.number}" in wording.facts
    assert wording.on is (code not in OFF)
    assert re.search(fact.en, wording.texts["en"], re.IGNORECASE)
    if wording.kind is Kind.TIMED:
        assert fact.es
        assert re.search(fact.es, wording.texts["es"], re.IGNORECASE)
        assert re.search(fact.pt, wording.texts["pt"], re.IGNORECASE)


def test_no_fact_of_the_page_is_forgotten():
    assert {fact.number for fact in FACTS} | NEVER.keys() == set(range(1, 81))


def test_no_wording_claims_a_fact_that_may_not_be_said(catalog):
    claimed = {fact for wording in catalog.wordings.values() for fact in wording.facts}
    assert claimed == {f"S{number}" for number in set(range(1, 81)) - NEVER.keys()}


@pytest.mark.parametrize("phrase", ["lunchtime", "low-risk", "not a painful", "2008", "40%", "60-80%"])
def test_what_must_never_be_texted_is_in_no_wording(catalog, phrase):
    for wording in catalog.wordings.values():
        for texts in (wording.texts, *(addition.texts for addition in wording.additions)):
            assert not [language for language, text in texts.items() if phrase in text.lower()]


def test_every_timed_text_gives_a_way_to_reach_a_person(catalog):
    for wording in catalog.wordings.values():
        if wording.kind is Kind.TIMED:
            assert all("{phone}" in text for text in wording.texts.values()), wording.id


ASPIRIN_LISTS = ("M2", "MC1", "F24", "F24 F11 F31 F23")


@pytest.mark.parametrize("code", ASPIRIN_LISTS)
def test_aspirin_is_never_named_without_keep_taking_what_a_doctor_ordered(catalog, code):
    text = by_code(catalog, code).texts["en"]
    assert re.search(
        r"keep (taking it|any a doctor ordered) and call us|keep any a doctor ordered", text, re.I
    )


def test_no_text_about_aspirin_has_slipped_past_that_rule(catalog):
    lists = {w.code for w in catalog.wordings.values() if re.search(r"ibuprofen.*aspirin", w.texts["en"])}
    assert lists == {*ASPIRIN_LISTS, "MC3"}  # MC3 asks what was taken, and says: don't stop a prescribed drug
    assert "Don't stop a prescribed drug" in by_code(catalog, "MC3").texts["en"]


@pytest.mark.parametrize("code", ["M8", "M8n", "M8u", "F03"])
def test_redness_is_never_called_expected_without_the_warning_signs(catalog, code):
    text = by_code(catalog, code).texts["en"]
    assert re.search(r"is expected.*(blisters, pus|pus, blisters)", text)
