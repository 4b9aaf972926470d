"""Settings come from the environment; a wrong one is one line that says which."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workers.settings import Settings, SettingsError
from workers.wiring import redis_url


def test_an_empty_environment_is_a_laptop() -> None:
    settings = Settings.from_env({"XDG_STATE_HOME": "/s"})
    assert settings.state_dir == Path("/s/cowbane")
    assert (settings.redis_url, settings.solo, settings.production) == ("", False, False)


TAKEN_IN_PRODUCTION = [
    {"COWBANE_REDIS_URL": "rediss://redis:6379"},
    {"COWBANE_REDIS_URL": "redis://:secret@redis:6379"},
    {"COWBANE_REDIS_URL": "redis://redis:6379", "COWBANE_REDIS_PASSWORD_FILE": "/run/secrets/redis/password"},
    {"COWBANE_REDIS_URL": "rediss://redis:6379", "COWBANE_REDIS_CA_FILE": "/run/secrets/redis/ca.crt"},
    {"COWBANE_REDIS_URL": ""},
]


@pytest.mark.parametrize("env", TAKEN_IN_PRODUCTION)
def test_production_takes_a_redis_with_a_password_or_tls(env: dict[str, str]) -> None:
    assert Settings.from_env({**env, "COWBANE_PRODUCTION": "1"}).production


NEEDLESSLY_OPEN = "COWBANE_REDIS_URL: expected a checked certificate in production"
REFUSED = [
    ({"COWBANE_REDIS_URL": "redis://redis:6379", "COWBANE_PRODUCTION": "1"}, "COWBANE_REDIS_URL: expected"),
    ({"COWBANE_REDIS_URL": "http://x"}, "COWBANE_REDIS_URL: expected one of redis"),
    ({"COWBANE_SOLO": "maybe"}, "COWBANE_SOLO: expected 1 or 0, found 'maybe'"),
    (
        {"COWBANE_REDIS_USERNAME": "beat"},
        "COWBANE_REDIS_USERNAME: expected COWBANE_REDIS_PASSWORD_FILE",
    ),
    (
        {"COWBANE_REDIS_URL": "redis://u:s3cret@redis", "COWBANE_REDIS_PASSWORD_FILE": "/p"},
        "COWBANE_REDIS_URL: expected no user and password in it beside COWBANE_REDIS_PASSWORD_FILE",
    ),
    (
        {"COWBANE_REDIS_URL": "redis://redis", "COWBANE_REDIS_CA_FILE": "/ca"},
        "COWBANE_REDIS_CA_FILE: expected a COWBANE_REDIS_URL that begins with rediss://",
    ),
    (
        {"COWBANE_REDIS_DURABILITY": "yes"},
        "COWBANE_REDIS_DURABILITY: expected `assumed` or nothing",
    ),
    *(
        ({"COWBANE_REDIS_URL": f"rediss://redis/0?{option}", "COWBANE_PRODUCTION": "1"}, NEEDLESSLY_OPEN)
        for option in ("ssl_cert_reqs=none", "ssl_cert_reqs=CERT_OPTIONAL", "ssl_check_hostname=False")
    ),
]


@pytest.mark.parametrize(("env", "words"), REFUSED)
def test_an_unsafe_or_unreadable_setting_is_refused_by_name(env: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)) as refused:
        Settings.from_env(env)
    assert "s3cret" not in str(refused.value)


def test_the_password_of_redis_is_what_its_file_holds_now_and_shown_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "password"
    settings = Settings.from_env({
        "COWBANE_REDIS_URL": "redis://redis:6379/0",
        "COWBANE_REDIS_USERNAME": "worker-shop",
        "COWBANE_REDIS_PASSWORD_FILE": str(file),
    })  # fmt: skip
    for password in ("s3cret@/:%", "rotated"):
        file.write_text(f"{password}\n")
        assert settings.redis_password() == password
        assert password not in repr(settings)
    assert redis_url(settings) == "redis://worker-shop:rotated@redis:6379/0"


def test_a_url_with_a_password_is_not_in_the_repr() -> None:
    assert "s3cret" not in repr(Settings.from_env({"COWBANE_REDIS_URL": "redis://u:s3cret@redis"}))


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read: No such file"), (b"\n", "is empty"), (b"\xff", "no text")]
)
def test_a_password_file_that_cannot_be_used_is_one_line(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    settings = Settings.from_env({"COWBANE_REDIS_URL": "redis://r", "COWBANE_REDIS_PASSWORD_FILE": str(file)})
    with pytest.raises(SettingsError, match=f"^COWBANE_REDIS_PASSWORD_FILE: .*{words}"):
        redis_url(settings)
