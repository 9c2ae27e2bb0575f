"""enrol: one patient from the command line."""

import pytest
from sqlalchemy import func, select

from handlers.commands.enrol import enrol
from store.tables import OutboxText

ANNA = ("--name", "Anna Reed", "--mobile", "781-555-0121", "--consent-method", "intake form")
VISIT = ("--visit", "2026-12-11T14:00-05:00")


def texts(terminal, **only) -> int:
    with terminal.needs.database.reading() as session:
        return session.scalar(select(func.count()).select_from(OutboxText).filter_by(**only))


def test_it_prints_the_texts_she_will_get(terminal):
    said = terminal.run(enrol, *ANNA, *VISIT)
    assert said.startswith("Enrolled: ")
    assert "Tue 2026-12-08 13:00  MC1  seven_day_list: planned." in said
    assert "    Sample Skin Clinic: You're booked for Fri Dec 11 at 2:00 PM." in said


def test_enrolling_twice_is_enrolling_once(terminal):
    first = terminal.run(enrol, *ANNA, *VISIT)
    count = texts(terminal)
    second = terminal.run(enrol, *ANNA, *VISIT)
    assert second == first.replace("Enrolled", "Known already")
    assert texts(terminal) == count


def test_the_same_external_id_at_another_time_has_moved(terminal):
    terminal.run(enrol, *ANNA, *VISIT, "--external-id", "v1")
    terminal.run(enrol, *ANNA, "--visit", "2026-12-14T14:00-05:00", "--external-id", "v1")
    assert texts(terminal, step="day_before", status="cancelled") == 1
    assert texts(terminal, step="day_before", status="planned") == 1


def test_without_consent_nothing_is_planned_and_it_says_so(terminal):
    said = terminal.run(enrol, *ANNA[:4], *VISIT)
    assert "suppressed. No consent to care texts is recorded" in said
    assert texts(terminal, status="planned") == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param((*ANNA, "--visit", "2026-12-11T14:00"), "--visit needs a time zone", id="a naive time"),
        pytest.param((*ANNA, "--visit", "9999-12-31T23:59-05:00"), "--visit is in the year", id="no year"),
        pytest.param((*ANNA, "--visit", "friday"), "--visit is not a time", id="no time"),
        pytest.param((*ANNA, "--visit", "2020-12-11T14:00Z"), "--visit is in the past", id="past"),
        pytest.param((*ANNA, *VISIT, "--mobile", "12"), "--mobile is not", id="mobile"),
        pytest.param((*ANNA, *VISIT, "--language", "fr"), "--language is not spoken", id="language"),
        pytest.param((*ANNA, *VISIT, "--timezone", "Mars"), "--timezone 'Mars'", id="zone"),
        pytest.param((*ANNA, *VISIT, "--protocol", "botox"), "--protocol is not", id="protocol"),
        pytest.param((*ANNA, *VISIT, "--location", "moon"), "--location is not", id="location"),
        pytest.param((*ANNA, *VISIT, "--fact", "shoes=7"), "--fact shoes is not", id="fact"),
        pytest.param((*ANNA, *VISIT, "--fact", "kit_given=perhaps"), "--fact kit_given", id="value"),
        pytest.param((*ANNA, *VISIT, "--name", " "), "--name ", id="a blank name"),
        pytest.param((*ANNA[:4], *VISIT, "--care"), "--consent-method is missing", id="how she agreed"),
    ],
)
def test_bad_input_names_the_option_in_one_line(terminal, options, said):
    lines = terminal.run(enrol, *options, code=2).splitlines()
    assert len(lines) == 1
    assert said in lines[0]
    assert "database" not in vars(terminal.needs) or texts(terminal) == 0
