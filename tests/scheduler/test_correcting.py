"""Who she is, put right: her planned texts follow, a new number begins anew and only with her consent."""

import pytest

from care.delivery import Status
from scheduler.booking import BadField, parse_patient
from scheduler.correcting import Agreed, correct
from tests.cast import ANNA, CLINIC_NUMBER, local

OTHER = "+17815550177"


@pytest.fixture
def anna(house) -> str:
    house.book("2026-12-18 14:00")
    house.until("2026-12-09 16:00")
    return house.outbox()[0].patient_id


def _correct(house, patient_id, agreed=None, **fields):
    known = {"name": "Anna Reed", "mobile": ANNA, "language": "en"}
    return correct(house.works, patient_id, parse_patient(known | fields), agreed, "kim")


def test_her_planned_texts_speak_her_language(house, anna):
    assert _correct(house, anna, language="es") == ["language"]
    assert {text.language for text in house.outbox(status="planned")} == {"es"}
    house.until("2026-12-10 12:00")
    assert "Para su visita" in house.words()[-1]


def test_her_texts_leave_in_her_daytime(house, anna):
    _correct(house, anna, timezone="Pacific/Honolulu")
    house.until("2026-12-11 12:00")
    [list_] = [at for at, name in house.sent() if name == "seven_day_list"]
    assert list_ == "Thu 12-10 14:00"


def test_without_her_consent_nothing_goes_to_the_new_number(house, anna):
    _correct(house, anna, mobile=OTHER)
    house.until("2026-12-12 12:00")
    assert house.words(OTHER) == []
    assert {text.status for text in house.outbox(mobile=OTHER)} == {Status.SUPPRESSED}
    assert [text.status for text in house.outbox(mobile=ANNA, status="planned")] == []


def test_with_it_she_is_told_from_the_beginning_and_what_waits_goes_there(house, anna):
    _correct(house, anna, Agreed("phone", "Yes"), mobile=OTHER)
    house.until("2026-12-10 12:00")
    assert [name for _, name in house.sent(OTHER)] == ["welcome", "health_check", "seven_day_list"]
    assert "seven_day_list" not in [name for _, name in house.sent(ANNA)]


def test_saying_the_same_again_changes_nothing(house, anna):
    before = [(text.id, text.status, text.due_at) for text in house.outbox()]
    assert _correct(house, anna) == []
    assert [(text.id, text.status, text.due_at) for text in house.outbox()] == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"language": "fr"}, "patient.language", id="a language nobody speaks here"),
        pytest.param({"mobile": CLINIC_NUMBER}, "patient.mobile", id="our own number"),
        pytest.param({"mobile": OTHER}, "patient.mobile", id="somebody of that name has it"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(house, anna, fields, field):
    house.book("2026-12-19 14:00", mobile=OTHER, external_id="visit-2")
    with pytest.raises(BadField) as refused:
        _correct(house, anna, **fields)
    assert list(refused.value.problems) == [field]
    assert house.outbox(step="day_before", mobile=ANNA)[0].planned_for == local("2026-12-17 16:00")
