"""A missing or bad setting stops the start and names all that is wrong."""

import pytest

from handlers.settings import BadSettings, Settings, read_settings, require_live, weak_secrets


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
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert read_settings().secret_key == "from a file"


def test_a_secret_file_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("API_TOKEN_FILE", "/nowhere")
    monkeypatch.delenv("API_TOKEN", raising=False)
    with pytest.raises(BadSettings, match="API_TOKEN_FILE"):
        read_settings()


def test_an_easy_secret_is_warned_of():
    assert weak_secrets(_settings(api_token="short")) == [
        "API_TOKEN is easy to guess: use at least 16 random characters"
    ]
