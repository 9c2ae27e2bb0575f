"""A missing or bad setting stops the start and names all that is wrong."""

import socket

import pytest

from care.sending import Limits
from handlers.commands.demo import demo_settings
from handlers.settings import HOME, BadSettings, Settings, read_settings, require_live, weak_secrets
from handlers.starting import refuse_taken_port


def _settings(**given) -> Settings:
    return Settings(_env_file=None, **given)


def test_a_live_start_without_its_secrets_names_every_one_of_them():
    with pytest.raises(BadSettings) as stopped:
        require_live(_settings(twilio_account_sid="AC1", twilio_api_key_sid="SK1"))
    said = " ".join(stopped.value.problems)
    for name in ("SECRET_KEY", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET", "PUBLIC_URL"):
        assert name in said


def test_a_start_with_everything_is_let_through():
    require_live(
        _settings(
            secret_key="x" * 32,
            twilio_account_sid="AC1",
            twilio_auth_token="t",
            public_url="https://texts.example.com",
        )
    )


def test_a_secret_can_be_a_file(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert read_settings(tmp_path / "none").secret_key == "from a file"


def test_the_env_file_may_name_a_secrets_file_too(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "key").write_text("from a file\n")
    (tmp_path / ".env").write_text(f"SECRET_KEY_FILE={tmp_path / 'key'}\n")
    assert read_settings(tmp_path / ".env").secret_key == "from a file"


def test_a_secret_file_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("API_TOKEN_FILE", "/nowhere")
    monkeypatch.delenv("API_TOKEN", raising=False)
    with pytest.raises(BadSettings, match="API_TOKEN_FILE"):
        read_settings(tmp_path / "none")


@pytest.mark.parametrize("port", ["abc", "0", "99999"])
def test_a_port_that_is_none_is_named(tmp_path, monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(BadSettings, match="PORT"):
        read_settings(tmp_path / "none")


def test_wherever_it_is_started_it_finds_the_same_clinic_and_database(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = _settings()
    assert here.clinic_file == HOME / "clinic.yaml"
    assert here.database_url == f"sqlite:///{HOME}/var/afterglow.db"


def test_half_a_twilio_account_is_no_reason_to_text_nobody():
    with pytest.raises(BadSettings, match="TWILIO_ACCOUNT_SID"):
        require_live(_settings(secret_key="x" * 32, twilio_auth_token="t"))


def test_the_demo_never_reaches_a_real_carrier():
    given = _settings(twilio_account_sid="AC1", twilio_auth_token="t", twilio_messaging_service_sid="MG1")
    demo = demo_settings(given)
    assert not demo.uses_twilio
    require_live(demo)


def test_two_demos_on_two_ports_have_two_databases():
    first, second = (demo_settings(_settings(port=port)).database_url for port in (8000, 8001))
    assert first != second


def test_a_port_that_is_taken_stops_the_start_with_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit):
            refuse_taken_port(_settings(port=port))
    assert f"PORT: cannot listen on 127.0.0.1, port {port}" in capsys.readouterr().err


def test_an_easy_secret_is_warned_of():
    assert weak_secrets(_settings(api_token="short")) == [
        "API_TOKEN is easy to guess: use at least 16 random characters"
    ]


def test_a_choice_about_accents_that_is_none_is_named():
    with pytest.raises(BadSettings, match="ACCENTS"):
        require_live(_settings(secret_key="x" * 32, accents="strip"))


def test_a_mail_server_that_is_none_is_named_without_its_password():
    with pytest.raises(BadSettings, match="SMTP_URL") as stopped:
        require_live(_settings(secret_key="x" * 32, smtp_url="mail.example.com:sesame"))
    assert "sesame" not in str(stopped.value)


def test_the_demo_mails_nobody():
    assert demo_settings(_settings(smtp_url="smtp://a%40b.c:p@mail.example.com")).smtp_url == ""


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        pytest.param({"TWILIO_ACCOUNT_SID": "AC1"}, Limits(3.75, 2000, 30), id="a real number"),
        pytest.param(
            {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_API_URL": "http://127.0.0.1:1"},
            Limits(None, None, 30),
            id="an emulator",
        ),
        pytest.param({}, Limits(None, None, 30), id="the simulated carrier"),
        pytest.param(
            {"SEGMENTS_PER_SECOND": "12", "TEXTS_PER_HOUR": "99", "TEXTS_PER_DAY": "9"},
            Limits(12, 99, 9),
            id="as told",
        ),
    ],
)
def test_what_may_leave_at_most_follows_from_the_carrier_unless_it_is_told(
    monkeypatch, tmp_path, given, limits
):
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_API_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert read_settings(tmp_path / "none").limits == limits


def test_the_price_of_a_part_is_a_guess_until_it_is_told_and_never_less_than_nothing(monkeypatch, tmp_path):
    assert str(read_settings(tmp_path / "none").segment_price) == "0.012"
    monkeypatch.setenv("SEGMENT_PRICE", "0.0083")
    assert str(read_settings(tmp_path / "none").segment_price) == "0.0083"
    monkeypatch.setenv("SEGMENT_PRICE", "-1")
    with pytest.raises(BadSettings, match="SEGMENT_PRICE"):
        read_settings(tmp_path / "none")
