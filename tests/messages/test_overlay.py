"""The clinic's rulings over the catalog as shipped: what is then said, and what may not be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from messages.check import check
from messages.overlay import Ruling, Verdict, overlay
from messages.problem import Severity
from messages.review import is_near, review_on
from messages.wording import version_of

DAY = date(2026, 12, 8)
NEW = {
    "en": "{clinic}: How is your skin today? Call {phone}.",
    "es": "{clinic}: ¿Cómo está su piel hoy? Llame al {phone}.",
    "pt": "{clinic}: Como está sua pele hoje? Ligue {phone}.",
}


def approved(name: str, texts=None, **more) -> Ruling:
    return Ruling(name, Verdict.APPROVED, "Dr. Lee", DAY, texts or NEW, number=more.pop("number", 1), **more)


def withdrawn(name: str) -> Ruling:
    return Ruling(name, Verdict.WITHDRAWN, "Dr. Lee", DAY, reason="it worries people")


def said(catalog, rulings, name: str, language: str = "en") -> str | None:
    found = overlay(catalog, rulings).catalog.say(name, language)
    return found and found[0].id


@pytest.mark.parametrize(
    ("rulings", "name", "language", "says"),
    [
        pytest.param([], "one_week", "en", "one_week", id="nothing decided: as shipped"),
        pytest.param([], "day_three", "en", None, id="off as shipped: nothing"),
        pytest.param([approved("day_three")], "day_three", "en", "day_three", id="approved: said"),
        pytest.param([approved("day_three")], "day_three", "es", "day_three", id="in her language"),
        pytest.param([withdrawn("one_week")], "one_week", "en", None, id="a timed text taken back: nothing"),
        pytest.param([withdrawn("about_retinol")], "about_retinol", "en", "handoff", id="a person"),
        pytest.param([], "bleeding", "en", "urgent", id="a reply that is off: its stand-in"),
        pytest.param([approved("bleeding")], "bleeding", "en", "bleeding", id="a reply approved"),
        pytest.param(
            [approved("about_retinol", {"en": NEW["en"]})],
            "about_retinol",
            "pt",
            "handoff",
            id="English",
        ),
    ],
)
def test_what_is_said(catalog, rulings, name, language, says):
    assert said(catalog, rulings, name, language) == says


def test_the_words_and_their_version_are_the_approved_ones(catalog):
    wording = overlay(catalog, [approved("one_week", number=4)]).catalog.wordings["one_week"]
    assert (wording.texts, wording.version, wording.number) == (NEW, version_of(NEW), 4)
    assert wording.approved.by == "Dr. Lee"
    assert wording.approved.covers(wording.version)


def test_the_shipped_catalog_is_left_as_it_is(catalog):
    before = catalog.wordings["one_week"]
    overlay(catalog, [approved("one_week"), withdrawn("next_day_kit")])
    assert catalog.wordings["one_week"] is before


def test_a_new_release_does_not_take_the_clinics_words_away(catalog):
    changed = replace(catalog.wordings["one_week"], texts={**NEW, "en": "{clinic}: Shipped anew."})
    release = replace(catalog, wordings={**catalog.wordings, "one_week": changed})
    assert overlay(release, [approved("one_week")]).catalog.wordings["one_week"].texts == NEW


def test_a_ruling_on_a_wording_that_is_gone_is_left_aside(catalog):
    result = overlay(catalog, [approved("gone_with_a_release"), approved("one_week")])
    assert "gone_with_a_release" not in result.catalog.wordings
    assert result.catalog.wordings["one_week"].texts == NEW


@pytest.mark.parametrize(
    "unsafe",
    [
        pytest.param(withdrawn("emergency"), id="nothing would be said in an emergency"),
        pytest.param(withdrawn("urgent"), id="it stands in for others"),
        pytest.param(withdrawn("handoff"), id="every answer that is off needs it"),
        pytest.param(withdrawn("welcome"), id="consent law asks for it"),
        pytest.param(withdrawn("page_staff"), id="nobody would be paged"),
        pytest.param(approved("one_week", {**NEW, "en": "{clinic}: Hi {nickname}"}), id="nobody can fill it"),
        pytest.param(approved("one_week", {**NEW, "en": "{clinic}: Hi {day"}), id="a loose brace"),
    ],
)
def test_an_unsafe_ruling_is_refused_and_the_others_stand(catalog, unsafe):
    result = overlay(catalog, [unsafe, approved("day_three")])
    assert set(result.refused) == {unsafe.wording}
    assert result.catalog.wordings[unsafe.wording] == catalog.wordings[unsafe.wording]
    assert result.catalog.wordings["day_three"].on


def test_shipped_words_that_were_read_again_stay_those_of_the_release(catalog):
    again = Ruling("one_week", Verdict.REVIEWED, "Dr. Lee", DAY, review_on=DAY + timedelta(days=91))
    wording = overlay(catalog, [again]).catalog.wordings["one_week"]
    assert wording.texts == catalog.wordings["one_week"].texts
    assert wording.number is None
    assert review_on(wording) == DAY + timedelta(days=91)


def test_reading_again_does_not_switch_on_what_is_off(catalog):
    again = Ruling("day_three", Verdict.REVIEWED, "Dr. Lee", DAY)
    assert said(catalog, [again], "day_three") is None


def test_a_sentence_of_another_source_is_part_of_what_was_approved(catalog):
    wording = catalog.wordings["about_age"]
    [extra] = wording.additions
    whole = {language: f"{wording.texts[language]} {extra.texts[language]}" for language in wording.texts}
    taken = overlay(catalog, [approved("about_age", whole)]).catalog.wordings["about_age"]
    assert [one.on for one in taken.additions] == [True]
    left = overlay(catalog, [approved("about_age")]).catalog.wordings["about_age"]
    assert [one.on for one in left.additions] == [False]
    assert left.texts == NEW


@pytest.mark.parametrize(
    ("ruling", "severity", "about"),
    [
        pytest.param(withdrawn("one_week"), Severity.INFO, "was switched off by Dr. Lee", id="switched off"),
        pytest.param(
            approved("one_week", review_on=date(2026, 12, 7)),
            Severity.WARNING,
            "last reviewed",
            id="stale",
        ),
        pytest.param(
            approved("one_week", {**NEW, "en": "{clinic}: We guarantee it. {phone}"}),
            Severity.ERROR,
            "promises",
            id="a promise",
        ),
    ],
)
def test_the_check_reads_what_was_approved_here(catalog, ruling, severity, about):
    found = [one for one in check(overlay(catalog, [ruling]).catalog, "Harbor", DAY) if about in one.problem]
    assert [(one.key.partition(":")[0], one.severity) for one in found] == [("one_week", severity)]


@pytest.mark.parametrize(
    ("days", "near"),
    [
        pytest.param(15, False, id="more than two weeks away"),
        pytest.param(14, True, id="two weeks away"),
        pytest.param(-30, True, id="past"),
    ],
)
def test_staff_are_reminded_two_weeks_before_a_review(days, near):
    assert is_near(DAY + timedelta(days=days), DAY) is near


def test_words_nobody_signed_are_read_again_a_year_after_the_clinic_began_to_say_them(catalog):
    assert review_on(catalog.wordings["one_week"], DAY) == DAY + timedelta(days=365)
    assert review_on(catalog.wordings["day_three"], DAY) is None
