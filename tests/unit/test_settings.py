"""The environment, read once: defaults, and a clear word about whatever cannot be used."""

import pytest

from server.settings import Settings, SettingsInvalid


def test_an_empty_environment_has_no_secret_and_everything_else() -> None:
    settings = Settings.from_environment({})
    assert settings.secret_key == ""
    assert settings.allow_guests is False
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.lease.total_seconds() == 30
    assert settings.retention.days == 7


def test_origins_are_separated_by_commas_or_spaces() -> None:
    settings = Settings.from_environment({"ALLOWED_ORIGINS": "https://a.example, https://b.example"})
    assert settings.allowed_origins == {"https://a.example", "https://b.example"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("ALLOW_GUESTS", "perhaps"),
        ("GENERATOR", "oracle"),
        ("SAMPLE_SECONDS", "-1"),
        ("MAX_JOBS", "0"),
        ("LEASE_SECONDS", "nan"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_environment({name: value})
