"""check, user, migrate: looking after the house."""

import pytest
from sqlalchemy import select

from handlers.commands.check import check
from handlers.commands.import_csv import import_csv
from handlers.commands.migrate import migrate
from handlers.commands.simulate import simulate
from handlers.commands.understand import understand
from handlers.commands.user import user
from store.accounts import check_password
from store.proposals import APPROVED, NewProposal, add_proposal
from store.tables import AuditEntry, RulingRow

GOOD = "a long pass phrase"


def can_sign_in(terminal, password, username="maria") -> bool:
    with terminal.needs.database.writing() as session:
        return check_password(session, username, password) is not None


@pytest.fixture
def maria(terminal):
    return terminal.run(
        user, "add", "Maria", "--name", "Maria Silva", "--role", "clinician", typed=f"{GOOD}\n{GOOD}\n"
    )


def test_an_added_account_can_sign_in_and_its_password_is_not_shown(terminal, maria):
    assert "Added maria (clinician)" in maria
    assert GOOD not in maria
    assert can_sign_in(terminal, GOOD)


def test_a_script_gives_the_password_on_stdin(terminal):
    options = ("add", "maria", "--name", "Maria", "--role", "admin", "--password-stdin")
    terminal.run(user, *options, typed=f"{GOOD}\n")
    assert can_sign_in(terminal, GOOD)


def test_accounts_are_listed_with_their_state(terminal, maria):
    assert terminal.run(user, "list").split() == ["maria", "clinician", "Maria", "Silva"]
    terminal.run(user, "disable", "maria")
    assert terminal.run(user, "list").split()[-1] == "closed"


def test_a_closed_account_cannot_sign_in(terminal, maria):
    terminal.run(user, "disable", "maria")
    assert not can_sign_in(terminal, GOOD)


def test_a_new_password_replaces_the_old_one(terminal, maria):
    terminal.run(user, "password", "maria", "--password-stdin", typed="another pass phrase\n")
    assert not can_sign_in(terminal, GOOD)
    assert can_sign_in(terminal, "another pass phrase")


def test_each_change_to_an_account_is_in_the_audit_log(terminal, maria):
    terminal.run(user, "disable", "maria")
    with terminal.needs.database.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["account added", "account closed"]


@pytest.mark.parametrize(
    ("options", "typed", "said"),
    [
        pytest.param(
            ("add", "bo", "--name", "Bo", "--role", "admin", "--password-stdin"),
            "short\n",
            "at least 12",
            id="short",
        ),
        pytest.param(
            ("add", "maria", "--name", "M", "--role", "admin", "--password-stdin"),
            f"{GOOD}\n",
            "is taken",
            id="taken",
        ),
        pytest.param(("disable", "nobody"), None, "There is no account nobody", id="unknown"),
    ],
)
def test_what_cannot_be_done_says_why_in_one_line(terminal, maria, options, typed, said):
    lines = terminal.run(user, *options, typed=typed, code=2).splitlines()
    assert len(lines) == 1
    assert said in lines[0]


def test_migrating_twice_is_migrating_once(terminal):
    assert terminal.run(migrate) == terminal.run(migrate)


def test_the_shipped_wording_has_no_errors(terminal):
    said = terminal.run(check)
    assert "0 error" in said
    assert "seven_day_questions" in said


def test_a_clinic_file_that_cannot_be_used_is_an_error(terminal, tmp_path):
    terminal.needs.settings.clinic_file = tmp_path / "none.yaml"
    assert "cannot be read" in terminal.run(check, "--no-cost", code=1)


@pytest.mark.parametrize("command", [check, import_csv, migrate, simulate, understand, user])
def test_every_command_shows_an_example(terminal, command):
    assert "python bot.py" in terminal.run(command, "--help")


@pytest.mark.parametrize(
    ("english", "said"),
    [
        pytest.param("{clinic}: We guarantee it. {phone}", "promises 'guarantee'", id="a rule is new"),
        pytest.param("{clinic}: Hi {nickname}", "cannot be taken by this release", id="nobody fills it"),
    ],
)
def test_words_approved_on_the_page_are_read_over_too(terminal, clock, english, said):
    texts = {**terminal.needs.catalog.wordings["one_week"].texts, "en": english}
    with terminal.needs.database.writing() as session:  # as an earlier release let them pass
        words = add_proposal(session, NewProposal("one_week", texts, "kim"), APPROVED, clock())
        session.add(
            RulingRow(
                **{"subject": "one_week", "verdict": "approved", "proposal_id": words.id, "by": "lee"},
                **{"shipped_version": "x", "at": clock(), "reason": ""},
            )
        )
    found = terminal.run(check, "--no-cost", code=1)
    assert said in found
    assert "approved on the page" in found
