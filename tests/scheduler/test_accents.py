"""Accents or parts: the clinic's choice, for every text that leaves."""

from dataclasses import replace

import pytest

from messages.segments import count


@pytest.fixture
def folding(house):
    """A clinic that would rather pay for fewer parts."""
    house.works = replace(house.works, fold_accents=True)
    house.time_machine._works = house.works
    return house


@pytest.mark.parametrize("language", ["es", "pt"])
def test_folded_texts_fit_two_parts_and_keep_the_letters_that_cost_nothing(folding, language):
    folding.book("2026-12-18 14:00", language=language)
    folding.until("2026-12-18 09:00")
    parts = [count(body) for body in folding.words()]
    assert len(parts) >= 6
    assert {one.encoding.value for one in parts} == {"GSM-7"}
    assert max(one.parts for one in parts) <= 2
    assert any(letter in "".join(folding.words()) for letter in "éñ¿à")


def test_real_spelling_is_the_default(house):
    house.book("2026-12-18 14:00", language="es")
    house.until("2026-12-09 09:00")
    assert any(letter in "".join(house.words()) for letter in "áíóú")


def test_a_reply_is_folded_too_and_records_the_same_approved_version(folding):
    folding.book("2026-12-18 14:00", language="es")
    folding.text_in("no puedo respirar")
    [reply] = [text for text in folding.outbox() if text.wording == "emergency_allergy"]
    assert "reaccion alérgica" in reply.body
    assert reply.wording_version == folding.works.catalog.wordings["emergency_allergy"].version
