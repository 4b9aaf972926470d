"""`cowbane redis-acl` prints hashes for every role, or one line about the password that is wrong."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli.redis_acl import redis_acl

ROLES = ("beat", "notifier", "operator", "worker-shop")


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    for role in ROLES:
        (tmp_path / role).write_text(f"long-enough-for-{role}\n")
    return tmp_path


def _printed(passwords: Path, *more: str) -> Result:
    return CliRunner().invoke(redis_acl, ["--queue", "shop", "--passwords", str(passwords), *more], env={})


def test_each_role_is_a_user_with_the_hash_of_its_password_and_default_is_off(passwords: Path) -> None:
    printed = _printed(passwords)
    lines = {line.split()[1]: line.split() for line in printed.stdout.splitlines()}
    assert set(lines) == {"default", "health", *ROLES}
    for role in ROLES:
        assert f"#{sha256(f'long-enough-for-{role}'.encode()).hexdigest()}" in lines[role]
    assert "off" in lines["default"]
    assert lines["health"][2:] == ["on", "nopass", "resetchannels", "-@all", "+ping"]
    assert "long-enough" not in printed.output


def test_the_same_queue_twice_is_one_user(passwords: Path) -> None:
    assert _printed(passwords, "--queue", "shop").stdout == _printed(passwords).stdout


def test_the_keys_are_those_of_the_deployment(passwords: Path) -> None:
    assert "cb:{cowbane}:" in _printed(passwords).stdout
    other = _printed(passwords, "--deployment", "team.two").stdout
    assert "cb:{team.two}:" in other
    assert "cb:{cowbane}:" not in other


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            None,
            "worker-shop: expected the password of worker-shop, found no file that can be read",
        ),
        (b"short\n", "worker-shop: expected at least 16 characters, found 5; make one with `openssl rand"),
        (b"\n", "worker-shop: expected at least 16 characters, found 0"),
        (b"\xff\xfe" * 20, "worker-shop: expected a password, found no text"),
    ],
)
def test_a_password_that_cannot_be_used_is_one_line(
    passwords: Path, content: bytes | None, words: str
) -> None:
    (passwords / "worker-shop").unlink()
    if content is not None:
        (passwords / "worker-shop").write_bytes(content)
    printed = _printed(passwords)
    assert (printed.exit_code, printed.stdout) == (1, "")
    assert words in printed.stderr
    assert len(printed.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "more",
    [
        ["--queue", "a:b"], ["--queue", "a*"], ["--queue", ""], ["--queue", "cowbane-notify"],
        ["--queue", "x y"], ["--deployment", "a}b"], ["--deployment", "a*"],
    ],
)  # fmt: skip
def test_a_name_that_would_widen_a_pattern_is_refused(passwords: Path, more: list[str]) -> None:
    assert _printed(passwords, *more).exit_code == 2
