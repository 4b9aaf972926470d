"""Where beat's repo comes from: a folder, or a git server that beat itself polls (DESIGN D23)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

from workers.settings import Settings, SettingsError

#: Seconds between two polls: small enough for an impatient operator, large enough for any server.
EVERY_SECONDS = 60.0
#: The user beside a token that names none: GitHub wants this one, others take any.
USER = "x-access-token"
_REF = re.compile(r"(?!-)(?!.*(\.\.|//|@\{))[^\s~^:?*\[\\\x00-\x1f\x7f]+")


class GitError(Exception):
    """Why no commit could be had, in one sentence that holds no token."""

    def __init__(self, sentence: str, commit: str = "") -> None:
        super().__init__(sentence)
        self.commit = commit  #: whose content is to blame; empty: it may work the next time


class Unanswered(GitError):
    """The server gave no commit; no commit is to blame."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks the git server; without a token anybody."""

    user: str = ""
    token: str = field(default="", repr=False)

    def cleaned(self, text: str) -> str:
        """`text` without the token, as it is and as HTTP carries it."""
        basic = b64encode(f"{self.user}:{self.token}".encode()).decode()
        for secret in (self.token, basic) if self.token else ():
            text = text.replace(secret, "***")
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class GitSource:
    """A repo in git; its token is read anew for each poll."""

    url: str  #: COWBANE_REPO_GIT; https:// or http://, without credentials
    ref: str = ""  #: COWBANE_REPO_GIT_REF; branch or tag; empty: the remote's HEAD
    path: str = ""  #: COWBANE_REPO_GIT_PATH; the repo's folder in it; empty: all of it
    every: float = EVERY_SECONDS  #: COWBANE_REPO_GIT_EVERY; seconds
    token_file: Path | None = None  #: COWBANE_REPO_GIT_TOKEN_FILE; TOKEN, or USER:TOKEN

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> GitSource | None:
        """The source that the environment names; raises `SettingsError`, which shows no URL."""
        if not env.get("COWBANE_REPO_GIT"):
            return None
        token_file = env.get("COWBANE_REPO_GIT_TOKEN_FILE")
        return cls(
            url=_url(env["COWBANE_REPO_GIT"]),
            ref=_ref(env.get("COWBANE_REPO_GIT_REF", "")),
            path=_path(env.get("COWBANE_REPO_GIT_PATH", "")),
            every=_seconds(env.get("COWBANE_REPO_GIT_EVERY", "")),
            token_file=Path(token_file) if token_file else None,
        )

    def __str__(self) -> str:
        at = f" at {self.ref}" if self.ref else ""
        return f"git {self.url}{at}"

    def credentials(self) -> Credentials:
        """What the token's file holds now; raises `GitError`."""
        if self.token_file is None:
            return Credentials()
        try:
            user, _, token = self.token_file.read_text(encoding="utf-8").strip().rpartition(":")
        except (OSError, UnicodeDecodeError):
            token = ""
        if not token:
            raise GitError(f"COWBANE_REPO_GIT_TOKEN_FILE: expected a token in {self.token_file}, found none")
        return Credentials(user or USER, token)

    def folder(self, state_dir: Path) -> Path:
        """Where its checkouts are kept: another source never takes them for its own."""
        named = "\0".join((self.url, self.ref, self.path)).encode()
        return state_dir / "git" / blake2b(named, digest_size=8).hexdigest()


def source(settings: Settings, env: Mapping[str, str]) -> Path | GitSource:
    """The one source that is set; raises `SettingsError` for none and for both."""
    git = GitSource.from_env(env)
    if git and settings.repo:
        raise SettingsError("COWBANE_REPO and COWBANE_REPO_GIT: expected one of them, found both")
    if git and settings.production and git.token_file and git.url.startswith("http:"):
        raise SettingsError("COWBANE_REPO_GIT: expected https:// in production: its token would be seen")
    if chosen := git or settings.repo:
        return chosen
    raise SettingsError(
        "expected COWBANE_REPO, the folder of the YAML repo, or COWBANE_REPO_GIT, its URL; neither is set"
    )


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise SettingsError("COWBANE_REPO_GIT: expected https://HOST/PATH or http://HOST/PATH, found another")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            "COWBANE_REPO_GIT: expected no user, token, query or fragment in the URL; "
            "put the token into a file and name it in COWBANE_REPO_GIT_TOKEN_FILE"
        )
    return text


def _ref(text: str) -> str:
    if text and not _REF.fullmatch(text):
        raise SettingsError(f"COWBANE_REPO_GIT_REF: expected the name of a branch or tag, found {text!r}")
    return text


def _path(text: str) -> str:
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise SettingsError(f"COWBANE_REPO_GIT_PATH: expected a folder inside the git repo, found {text!r}")
    return "/".join(parts)


def _seconds(text: str) -> float:
    try:
        seconds = float(text or EVERY_SECONDS)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 86_400:
        raise SettingsError(f"COWBANE_REPO_GIT_EVERY: expected seconds from 1 to 86400, found {text!r}")
    return seconds
