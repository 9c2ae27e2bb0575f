"""Enrol: what will she receive if I press this?"""

import pytest
from sqlalchemy import select

from store.tables import Appointment, ConsentEvent, Patient
from tests.cast import ZONE

FORM = {
    "name": "Zoë O’Hara",
    "mobile": "(781) 555-0150",
    "starts_at": "2026-12-11T14:00",
    "language": "en",
    "protocol": "microneedling",
    "care": "yes",
    "method": "phone",
}


def _form(**changes: str) -> dict[str, str]:
    return {name: value for name, value in (FORM | changes).items() if value}


def test_pressing_enrol_books_her_and_opens_her_page(desk, house):
    page = desk.press("/enrol", **_form(area="face", **{"fact.cold_sores": "no"})).text
    assert "Enrolled" in page
    assert "Zoë O’Hara" in page
    with house.look() as session:
        [visit] = session.scalars(select(Appointment))
        assert f"{visit.starts_at:%Y-%m-%d %H:%M}" == "2026-12-11 19:00"
        assert (visit.patient.mobile, visit.area) == ("+17815550150", "face")
        assert {fact.name: fact.value for fact in visit.patient.facts} == {"cold_sores": "no"}


def test_pressing_it_twice_is_one_enrolment(desk, house):
    desk.press("/enrol", **_form())
    texts = len(house.outbox())
    assert "nothing is sent twice" in desk.press("/enrol", **_form()).text
    assert len(house.outbox()) == texts


def test_what_she_agreed_to_is_kept_in_the_words_that_she_saw(desk, house):
    desk.press("/enrol", **_form())
    with house.look() as session:
        events = {event.kind: event for event in session.scalars(select(ConsentEvent))}
    assert (events["care"].granted, events["care"].method) == (True, "On the phone")
    assert events["care"].words in desk.page("/enrol").replace("&#39;", "'")
    assert "marketing" not in events, "an empty box is no answer: what she said before still holds"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"name": ""}, "The name is missing", id="no name"),
        pytest.param({"mobile": "12"}, "The mobile number is not a", id="no number"),
        pytest.param({"starts_at": ""}, "needs a day and a time", id="no time"),
        pytest.param({"starts_at": "2026-12-01T10:00"}, "time is in the past", id="in the past"),
        pytest.param({"care": ""}, "Without this no text may leave", id="no consent"),
        pytest.param({"method": ""}, "How she agreed is missing", id="not said how"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(desk, house, changes, said):
    answer = desk.press("/enrol", **_form(**changes))
    assert answer.status_code == 422
    assert said in answer.text
    if "name" not in changes:
        assert "Zoë O’Hara" in answer.text
    with house.look() as session:
        assert not session.scalars(select(Patient)).all()


def test_the_preview_is_what_will_be_planned(desk, house):
    preview = desk.press("/enrol/preview", **_form()).text
    desk.press("/enrol", **_form())
    for text in house.outbox(status="planned"):
        assert f'datetime="{text.due_at.astimezone(ZONE).isoformat()}"' in preview, text.step


def test_the_preview_writes_nothing(desk, house):
    desk.press("/enrol/preview", **_form())
    assert not house.outbox()
    with house.look() as session:
        assert not session.scalars(select(Patient)).all()


def test_the_preview_says_that_without_consent_nothing_leaves(desk):
    preview = desk.press("/enrol/preview", **_form(care="")).text
    assert "None of this leaves without her consent" in preview


def test_the_preview_knows_an_opt_out(desk, house):
    house.book(mobile="+17815550150", name="Zoë O’Hara")
    house.text_in("STOP", mobile="+17815550150")
    assert "she texted STOP" in desk.press("/enrol/preview", **_form()).text


def test_a_late_booking_shows_the_calls_that_somebody_must_make(desk):
    preview = desk.press(
        "/enrol/preview", **_form(starts_at="2026-12-09T14:00", **{"fact.antiviral_rx": "yes"})
    )
    assert "Somebody must call her" in preview.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("", "Give the day and time", id="no time yet"),
        pytest.param("2026-12-01T10:00", "That time is past", id="in the past"),
    ],
)
def test_the_preview_says_what_is_missing(desk, given, said):
    assert said in desk.press("/enrol/preview", **_form(starts_at=given)).text


def test_every_fact_that_the_protocol_asks_about_is_asked(desk, house):
    page = desk.page("/enrol")
    for fact in house.works.catalog.protocols["microneedling"].facts:
        assert (f'name="fact.{fact.name}"' in page) is not fact.derived


def test_a_visit_that_the_booking_system_brought_is_not_enrolled_twice(desk, house):
    house.book(
        "2026-12-11 14:00", mobile="+17815550150", name="Zoë O’Hara", external_id="from-booking-system"
    )
    assert "enrolled for this visit already" in desk.press("/enrol/preview", **_form()).text
    texts = len(house.outbox())
    assert "nothing is sent twice" in desk.press("/enrol", **_form()).text
    assert len(house.outbox()) == texts
    with house.look() as session:
        assert len(session.scalars(select(Appointment)).all()) == 1


def test_another_visit_on_the_same_day_is_pointed_out(desk, house):
    house.book("2026-12-11 09:00", mobile="+17815550150", name="Zoë O’Hara")
    assert "She has a visit that day at" in desk.press("/enrol/preview", **_form()).text


def test_whoever_has_the_number_is_named_and_can_be_enrolled_again(desk, house):
    house.book(mobile="+17815550150", name="Ana “<b>Díaz</b>” 🌸", language="es", facts={"cold_sores": "yes"})
    note = desk.press("/enrol/number", **_form(name="")).text
    assert "a family phone?" in note
    assert "&lt;b&gt;Díaz" in note, "a name is shown, never run"
    with house.look() as session:
        [her] = session.scalars(select(Patient))
    page = desk.press(f"/enrol/again?patient={her.id}", **_form(name="", starts_at="2026-12-20T09:30")).text
    assert 'value="781-555-0150"' in page
    assert 'value="2026-12-20T09:30"' in page, "what was typed stays"
    assert 'name="language" value="es" checked' in page
    assert 'name="fact.cold_sores" value="yes" checked' in page


@pytest.mark.parametrize("patient", ["", "nobody", "00000000-0000-0000-0000-000000000000"])
def test_a_stranger_to_enrol_again_is_an_empty_form(desk, patient):
    assert desk.get(f"/enrol?patient={patient}").status_code == 200


def test_an_opt_out_says_what_it_means_before_anything_is_pressed(desk, house):
    house.book(mobile="+17815550150")
    house.text_in("STOP", mobile="+17815550150")
    assert "until she texts START herself" in desk.press("/enrol/number", **_form()).text


def test_the_cursor_stands_at_the_first_problem_and_all_are_listed_in_the_forms_order(desk):
    page = desk.press("/enrol", **_form(mobile="12", care="", method="")).text
    assert 'id="box-mobile" autofocus' in page
    places = [page.index(f'href="#box-{name}"') for name in ("mobile", "care", "method")]
    assert places == sorted(places)
    assert 'id="box-name" autofocus' not in page


def test_a_late_booking_says_which_texts_it_rewords_and_leaves_out(desk):
    preview = desk.press("/enrol/preview", **_form()).text
    assert "Booked late: the course is adapted" in preview
    assert "in words for a late booking" in preview
    assert "left out. " in preview
    early = desk.press("/enrol/preview", **_form(starts_at="2026-12-28T14:00")).text
    assert "Booked late" not in early
