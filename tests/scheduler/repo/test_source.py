"""The repo's source is exactly one, is checked before anything starts, and shows no secret."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

import pytest

from scheduler.repo.source import Credentials, GitError, GitSource, source
from workers.settings import Settings, SettingsError

URL = "https://git.example.com/team/chaos.git"


def _source(env: dict[str, str]) -> Path | GitSource:
    return source(Settings.from_env(env), env)


def _of_git(**more: str) -> GitSource:
    found = GitSource.from_env({"COWBANE_REPO_GIT": URL, **more})
    assert found
    return found


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({"COWBANE_REPO": "/etc/cowbane/repo"}, Path("/etc/cowbane/repo")),
        ({"COWBANE_REPO": "/r", "COWBANE_REPO_GIT": ""}, Path("/r")),
        ({"COWBANE_REPO_GIT": URL}, GitSource(url=URL, every=60)),
        (
            {
                "COWBANE_REPO_GIT": "http://gitea:3000/chaos",
                "COWBANE_REPO_GIT_REF": "refs/heads/main",
                "COWBANE_REPO_GIT_PATH": "./teams//shop/",
                "COWBANE_REPO_GIT_EVERY": "5",
                "COWBANE_REPO_GIT_TOKEN_FILE": "/run/token",
            },
            GitSource(
                url="http://gitea:3000/chaos",
                ref="refs/heads/main",
                path="teams/shop",
                every=5,
                token_file=Path("/run/token"),
            ),
        ),
    ],
)
def test_the_environment_names_one_source(env: dict[str, str], found: Path | GitSource) -> None:
    assert _source(env) == found


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({}, "expected COWBANE_REPO, the folder of the YAML repo, or COWBANE_REPO_GIT, its URL; neither"),
        ({"COWBANE_REPO": "/r", "COWBANE_REPO_GIT": URL}, "COWBANE_REPO and COWBANE_REPO_GIT: expected one"),
        ({"COWBANE_REPO_GIT": "git@github.com:team/chaos.git"}, "COWBANE_REPO_GIT: expected https://HOST"),
        ({"COWBANE_REPO_GIT": "file:///srv/chaos"}, "COWBANE_REPO_GIT: expected https://HOST"),
        ({"COWBANE_REPO_GIT": "https://"}, "COWBANE_REPO_GIT: expected https://HOST"),
        ({"COWBANE_REPO_GIT": "https://ann:s3cret@git/x"}, "put the token into a file"),
        ({"COWBANE_REPO_GIT": "https://git/x?private_token=s3cret"}, "put the token into a file"),
        ({"COWBANE_REPO_GIT": URL, "COWBANE_REPO_GIT_REF": "-x"}, "COWBANE_REPO_GIT_REF: expected the name"),
        (
            {"COWBANE_REPO_GIT": URL, "COWBANE_REPO_GIT_REF": "a..b"},
            "COWBANE_REPO_GIT_REF: expected the name",
        ),
        ({"COWBANE_REPO_GIT": URL, "COWBANE_REPO_GIT_REF": "a b"}, "COWBANE_REPO_GIT_REF: expected the name"),
        ({"COWBANE_REPO_GIT": URL, "COWBANE_REPO_GIT_PATH": "a/../.."}, "COWBANE_REPO_GIT_PATH: expected"),
        (
            {"COWBANE_REPO_GIT": URL, "COWBANE_REPO_GIT_EVERY": "1m"},
            "COWBANE_REPO_GIT_EVERY: expected seconds",
        ),
        (
            {"COWBANE_REPO_GIT": URL, "COWBANE_REPO_GIT_EVERY": "0"},
            "COWBANE_REPO_GIT_EVERY: expected seconds",
        ),
        ({"COWBANE_REPO_GIT": URL, "COWBANE_REPO_GIT_EVERY": "nan"}, "COWBANE_REPO_GIT_EVERY: expected"),
        (
            {
                "COWBANE_REPO_GIT": "http://git/x",
                "COWBANE_REPO_GIT_TOKEN_FILE": "/t",
                "COWBANE_PRODUCTION": "1",
            },
            "COWBANE_REPO_GIT: expected https:// in production",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line_without_the_secret(env: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)) as refused:
        _source(env)
    assert "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "user", "token"),
    [("s3cret\n", "x-access-token", "s3cret"), ("deployer:s3cret", "deployer", "s3cret")],
)
def test_the_token_is_what_its_file_holds_now_and_is_cleaned_from_every_text(
    tmp_path: Path, content: str, user: str, token: str
) -> None:
    file = tmp_path / "token"
    git = _of_git(COWBANE_REPO_GIT_TOKEN_FILE=str(file))
    file.write_text("before")
    assert git.credentials().token == "before"
    file.write_text(content)
    credentials = git.credentials()
    assert (credentials.user, credentials.token) == (user, token)
    header = b64encode(f"{user}:{token}".encode()).decode()
    assert credentials.cleaned(f"GET with {token}, Basic {header}") == "GET with ***, Basic ***"
    assert token not in repr(credentials) + repr(git) + str(git)


def test_without_a_token_file_anybody_asks() -> None:
    assert _of_git().credentials() == Credentials()
    assert Credentials().cleaned("a text") == "a text"


@pytest.mark.parametrize("content", [None, b"\n", b"user:", b"\xff"])
def test_a_token_file_without_a_token_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(
        GitError, match=f"^COWBANE_REPO_GIT_TOKEN_FILE: expected a token in {file}, found none"
    ):
        _of_git(COWBANE_REPO_GIT_TOKEN_FILE=str(file)).credentials()


def test_another_source_has_other_checkouts(tmp_path: Path) -> None:
    sources = [
        _of_git(),
        _of_git(COWBANE_REPO_GIT_REF="main"),
        _of_git(COWBANE_REPO_GIT_PATH="main"),
        _of_git(COWBANE_REPO_GIT="https://git.example.com/team/other.git"),
    ]
    assert len({each.folder(tmp_path) for each in sources}) == len(sources)
    assert _of_git().folder(tmp_path) == _of_git(COWBANE_REPO_GIT_EVERY="5").folder(tmp_path)
