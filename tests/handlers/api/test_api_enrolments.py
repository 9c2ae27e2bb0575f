"""POST /enrolments: enrol once, whatever is sent twice; refuse by name what is wrong."""

import json

import pytest

from tests.handlers.api.bodies import ABSENT, body

AS_JSON = {"Content-Type": "application/json"}
FIRST = {
    "step": "welcome",
    "code": "M0",
    "wording": "welcome",
    "planned_for": "2026-12-08T16:00:00Z",
    "due_at": "2026-12-08T16:00:00Z",
    "expires_at": "2026-12-11T19:00:00Z",
    "status": "planned",
    "reason": "Right after the booking",
    "language": "en",
    "body": None,
    "sent_at": None,
}


def test_enrolling_answers_201_with_the_texts_she_will_get(caller):
    status, enrolment = caller.post(body())
    assert status == 201
    codes = [(text["code"], text["due_at"]) for text in enrolment["messages"]]
    assert codes == [
        ("M0", "2026-12-08T16:00:00Z"),
        ("M1", "2026-12-08T16:10:00Z"),
        ("MC1", "2026-12-08T18:00:00Z"),
        ("MC2", "2026-12-08T21:00:00Z"),
        ("M6", "2026-12-10T21:00:00Z"),
        ("M7", "2026-12-11T13:00:00Z"),
    ]
    first = enrolment["messages"][0]
    assert {name: first[name] for name in FIRST} == FIRST


def test_enrolling_twice_answers_200_and_plans_nothing_new(caller, house):
    _, first = caller.post(body())
    status, second = caller.post(body())
    assert status == 200
    assert second == first
    assert len(house.outbox()) == len(first["messages"])


def test_the_same_appointment_at_another_time_has_moved(caller, house):
    _, first = caller.post(body())
    status, second = caller.post(body(appointment__starts_at="2026-12-14T14:00:00-05:00"))
    assert (status, second["id"]) == (200, first["id"])
    waiting = [text for text in second["messages"] if text["status"] == "planned"]
    assert any(text["due_at"] == "2026-12-14T13:00:00Z" for text in waiting)
    gone = [text for text in second["messages"] if text["due_at"] == "2026-12-11T13:00:00Z"]
    assert [text["status"] for text in gone] == ["cancelled"]


def test_without_consent_every_text_is_kept_back_and_says_why(caller):
    _, enrolment = caller.post(body(consent__care=False))
    assert {(t["status"], t["reason"]) for t in enrolment["messages"]} == {
        ("suppressed", "No consent to care texts is recorded")
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"patient__name": ABSENT}, "patient.name", id="no name"),
        pytest.param({"patient__name": "  "}, "patient.name", id="a blank name"),
        pytest.param({"patient__name": 7}, "patient.name", id="a number for a name"),
        pytest.param({"patient__name": "x" * 201}, "patient.name", id="an endless name"),
        pytest.param({"patient__name": "Anna\0"}, "patient.name", id="what no database can keep"),
        pytest.param({"consent__words": "\0"}, "consent.words", id="words that cannot be kept"),
        pytest.param({"patient": None}, "patient", id="no patient"),
        pytest.param({"patient__mobile": "12"}, "patient.mobile", id="no phone number"),
        pytest.param({"patient__mobile": "+44 20 7946 0958"}, "patient.mobile", id="abroad"),
        pytest.param({"patient__mobile": "800-555-0100"}, "patient.mobile", id="toll-free"),
        pytest.param({"patient__mobile": "781-261-6122"}, "patient.mobile", id="the clinic's own"),
        pytest.param({"patient__language": "fr"}, "patient.language", id="a language not spoken"),
        pytest.param({"patient__timezone": "Mars/Olympus"}, "patient.timezone", id="no such zone"),
        pytest.param({"patient__age": 7}, "patient.age", id="a field nobody knows"),
        pytest.param({"appointment__starts_at": "soon"}, "appointment.starts_at", id="no time"),
        pytest.param(
            {"appointment__starts_at": "2026-12-11T14:00"}, "appointment.starts_at", id="a naive time"
        ),
        pytest.param(
            {"appointment__starts_at": "2020-12-11T14:00Z"}, "appointment.starts_at", id="in the past"
        ),
        pytest.param({"appointment__starts_at": 1800000000}, "appointment.starts_at", id="a number"),
        pytest.param({"appointment__starts_at": "20261211"}, "appointment.starts_at", id="bare digits"),
        pytest.param(
            {"appointment__starts_at": "9999-12-31T23:59-12:00"},
            "appointment.starts_at",
            id="the end of time",
        ),
        pytest.param(
            {"appointment__ends_at": "2026-12-11T13:00-05:00"}, "appointment.ends_at", id="ends before"
        ),
        pytest.param({"appointment__external_id": ""}, "appointment.external_id", id="no id"),
        pytest.param({"protocol": "botox"}, "protocol", id="no such protocol"),
        pytest.param({"location": "moon"}, "location", id="no such location"),
        pytest.param({"facts__kit_given": "maybe"}, "facts.kit_given", id="a value that cannot be"),
        pytest.param({"facts__kit_given": True}, "facts.kit_given", id="true for yes"),
        pytest.param({"facts__shoe_size": "7"}, "facts.shoe_size", id="no such fact"),
        pytest.param({"facts__returning": "yes"}, "facts.returning", id="a fact of our own"),
        pytest.param({"consent": ABSENT}, "consent", id="consent not asked"),
        pytest.param({"consent__method": ABSENT}, "consent.method", id="how she agreed"),
        pytest.param({"consent__care": "perhaps"}, "consent.care", id="perhaps is no consent"),
    ],
)
def test_a_wrong_field_is_refused_by_name_and_nothing_is_written(refuser, changes, field):
    status, problem = refuser.post(body(**changes))
    assert status == 422
    assert field in [error["field"] for error in problem["errors"]]
    assert field in problem["detail"]
    assert (problem["status"], problem["type"]) == (422, "about:blank")
    assert refuser.get("/messages")[1]["messages"] == []


def test_every_wrong_field_is_named_at_once(refuser):
    _, problem = refuser.post(body(patient__mobile="12", appointment__starts_at="soon"))
    assert {error["field"] for error in problem["errors"]} == {"patient.mobile", "appointment.starts_at"}


@pytest.mark.parametrize("data", [b"null", b"[]", b'"text"', b"7", b"true", b"NaN"])
def test_json_that_is_no_object_is_refused(refuser, data):
    answer = refuser.raw("POST", "/enrolments", data=data, headers=AS_JSON)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "body"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"", id="empty"),
        pytest.param(b"name=Anna", id="a form"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"[" * 100_000, id="nested without end"),
    ],
)
def test_what_is_no_json_is_a_400(refuser, data):
    answer = refuser.raw("POST", "/enrolments", data=data, headers=AS_JSON)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_json_not_said_to_be_json_is_a_415(refuser):
    answer = refuser.raw("POST", "/enrolments", data=json.dumps(body()))
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


def test_a_flood_is_a_413(refuser):
    answer = refuser.raw("POST", "/enrolments", json={"name": "x" * 6_000_000})
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


def test_a_known_visit_cannot_be_enrolled_into_the_past(caller, house):
    caller.post(body())
    house.until("2026-12-10 09:00")
    status, problem = caller.post(body(appointment__starts_at="2026-12-09T14:00-05:00"))
    assert (status, [error["field"] for error in problem["errors"]]) == (422, ["appointment.starts_at"])
    assert caller.get("/appointments/visit-1")[1]["starts_at"] == "2026-12-11T19:00:00Z"


def test_a_visit_that_is_over_can_be_sent_again_as_it_was(caller, house):
    caller.post(body())
    house.until("2026-12-12 09:00")
    assert caller.post(body())[0] == 200


def test_a_corrected_mobile_takes_along_every_text_that_has_not_left(caller, house):
    caller.post(body())
    house.tick(seconds=1)
    status, enrolment = caller.post(body(patient__mobile="781-555-0199"))
    texts = {(text["step"], text["mobile"], text["status"]) for text in enrolment["messages"]}
    assert status == 200
    old = {(step, said) for step, mobile, said in texts if mobile == "+17815550121" and said != "cancelled"}
    assert {step for step, _ in old} == {"welcome"}, "only what had left stays with the other number"
    new = {step for step, mobile, said in texts if mobile == "+17815550199" and said == "planned"}
    assert {"welcome", "health_check", "day_before", "visit_day"} <= new


def test_a_corrected_mobile_keeps_the_patient_and_what_is_known_of_her(caller):
    caller.post(body(facts={"cold_sores": "yes"}))
    first = caller.get("/appointments/visit-1")[1]["patient"]
    caller.post(body(patient__mobile="781-555-0199", facts={}))
    second = caller.get("/appointments/visit-1")[1]["patient"]
    assert (second["id"], second["mobile"]) == (first["id"], "+17815550199")


def test_a_visit_given_to_somebody_else_takes_its_texts_to_her_phone(caller):
    caller.post(body())
    first = caller.get("/appointments/visit-1")[1]["patient"]
    _, enrolment = caller.post(body(patient__name="Bea Cruz", patient__mobile="781-555-0199"))
    assert {text["mobile"] for text in enrolment["messages"]} == {"+17815550199"}
    assert caller.get("/appointments/visit-1")[1]["patient"]["id"] != first["id"]


def test_a_later_booking_that_brings_consent_frees_the_texts_of_the_earlier_one(caller):
    caller.post(body(consent__care=False))
    later = {"appointment__external_id": "visit-2", "appointment__starts_at": "2027-02-11T14:00-05:00"}
    caller.post(body(**later))
    texts = caller.get("/appointments/visit-1")[1]["messages"]
    assert {text["reason"] for text in texts} & {"No consent to care texts is recorded"} == set()
    assert "planned" in {text["status"] for text in texts}
