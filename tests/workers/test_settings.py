"""Settings come from the environment; a wrong one is one line that says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.settings import Settings, SettingsError


def test_an_empty_environment_is_a_laptop() -> None:
    settings = Settings.from_env({"XDG_STATE_HOME": "/s"})
    assert settings.state_dir == Path("/s/cowbane")
    assert (settings.redis_url, settings.solo, settings.production) == ("", False, False)


@pytest.mark.parametrize("url", ["rediss://redis:6379", "redis://:secret@redis:6379", ""])
def test_production_takes_a_redis_with_a_password_or_tls(url: str) -> None:
    assert Settings.from_env({"COWBANE_REDIS_URL": url, "COWBANE_PRODUCTION": "1"}).production


@pytest.mark.parametrize(
    ("env", "words"),
    [
        (
            {"COWBANE_REDIS_URL": "redis://redis:6379", "COWBANE_PRODUCTION": "1"},
            "COWBANE_REDIS_URL: expected",
        ),
        ({"COWBANE_REDIS_URL": "http://x"}, "COWBANE_REDIS_URL: expected one of redis"),
        ({"COWBANE_SOLO": "maybe"}, "COWBANE_SOLO: expected 1 or 0, found 'maybe'"),
    ],
)
def test_an_unsafe_or_unreadable_setting_is_refused_by_name(env: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Settings.from_env(env)
