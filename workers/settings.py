"""What a process of Cowbane is told by its environment (DESIGN D23); files, not values, for secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

#: The Celery queue of the notifier; no schedule may use it.
NOTIFY_QUEUE = "cowbane-notify"
#: What Celery's transport and the ledger both understand.
REDIS_SCHEMES = ("redis", "rediss", "redis+socket")


class SettingsError(Exception):
    """A setting that cannot be used; one line that says which, what was expected, and what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One process's settings, each with its unit, default and reason."""

    redis_url: str = field(repr=False)  #: COWBANE_REDIS_URL; empty: the embedded server in `state_dir`
    state_dir: Path  #: COWBANE_STATE_DIR; the embedded server's socket and data, and what `health` reads
    redis_username: str = ""  #: COWBANE_REDIS_USERNAME; the role's own user
    redis_password_file: Path | None = None  #: COWBANE_REDIS_PASSWORD_FILE; never a value: it would be seen
    redis_ca_file: Path | None = None  #: COWBANE_REDIS_CA_FILE; who signs a rediss:// of one's own
    durability_assumed: bool = False  #: COWBANE_REDIS_DURABILITY=assumed, where the server does not say
    repo: Path | None = None  #: COWBANE_REPO; beat only
    seed_file: Path | None = None  #: COWBANE_SEED_FILE; without it the ledger makes a seed once
    policy_file: Path | None = None  #: COWBANE_POLICY_FILE; without it our own library only
    rights_file: Path | None = None  #: COWBANE_RIGHTS_FILE; what the account should be able to do, no more
    deployment: str = "cowbane"  #: COWBANE_DEPLOYMENT; part of every key, so that several share a Redis
    cluster: str = "default"  #: COWBANE_CLUSTER; the name of the cluster that this process acts on
    solo: bool = False  #: COWBANE_SOLO=1: inject without another reaper of the queue (demo, laptop)
    production: bool = False  #: COWBANE_PRODUCTION=1: refuse a plaintext Redis without a password

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read and check the environment; raises `SettingsError`."""
        settings = cls(
            redis_url=env.get("COWBANE_REDIS_URL", ""),
            state_dir=Path(env.get("COWBANE_STATE_DIR") or _default_state_dir(env)),
            redis_username=env.get("COWBANE_REDIS_USERNAME", ""),
            redis_password_file=_path(env, "COWBANE_REDIS_PASSWORD_FILE"),
            redis_ca_file=_path(env, "COWBANE_REDIS_CA_FILE"),
            durability_assumed=_durability(env),
            repo=_path(env, "COWBANE_REPO"),
            seed_file=_path(env, "COWBANE_SEED_FILE"),
            policy_file=_path(env, "COWBANE_POLICY_FILE"),
            rights_file=_path(env, "COWBANE_RIGHTS_FILE"),
            deployment=env.get("COWBANE_DEPLOYMENT") or "cowbane",
            cluster=env.get("COWBANE_CLUSTER") or "default",
            solo=_flag(env, "COWBANE_SOLO"),
            production=_flag(env, "COWBANE_PRODUCTION"),
        )
        settings._refuse_unsafe()
        return settings

    @property
    def health_folder(self) -> Path:
        """Where a process leaves its signs of life."""
        return self.state_dir / "health"

    def redis_password(self) -> str:
        """What the password's file holds now, without the line's end; raises `SettingsError`."""
        if self.redis_password_file is None:
            return ""
        try:
            password = self.redis_password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as wrong:
            why = wrong.strerror if isinstance(wrong, OSError) else "it is no text"
            raise SettingsError(
                f"COWBANE_REDIS_PASSWORD_FILE: {self.redis_password_file} cannot be read: {why}"
            ) from None
        if not password:
            raise SettingsError(
                f"COWBANE_REDIS_PASSWORD_FILE: expected a password, {self.redis_password_file} is empty"
            )
        return password

    def _refuse_unsafe(self) -> None:
        scheme = self.redis_url.partition("://")[0]
        if self.redis_url and scheme not in REDIS_SCHEMES:
            raise SettingsError(
                f"COWBANE_REDIS_URL: expected one of {', '.join(REDIS_SCHEMES)} before ://, found {scheme!r}"
            )
        self._refuse_contradictions(scheme)
        password = "@" in self.redis_url or self.redis_password_file is not None
        if self.production and scheme == "redis" and not password:
            raise SettingsError(
                "COWBANE_REDIS_URL: expected rediss:// or a password in production, found redis:// without "
                "one; set COWBANE_REDIS_PASSWORD_FILE, use TLS, or unset COWBANE_PRODUCTION"
            )

    def _refuse_contradictions(self, scheme: str) -> None:
        if self.redis_username and self.redis_password_file is None:
            raise SettingsError("COWBANE_REDIS_USERNAME: expected COWBANE_REDIS_PASSWORD_FILE beside it")
        if self.redis_password_file and "@" in self.redis_url:
            raise SettingsError(
                "COWBANE_REDIS_URL: expected no user and password in it beside COWBANE_REDIS_PASSWORD_FILE"
            )
        if self.redis_ca_file and scheme != "rediss":
            raise SettingsError(
                "COWBANE_REDIS_CA_FILE: expected a COWBANE_REDIS_URL that begins with rediss:// beside it"
            )
        if self.production and scheme == "rediss" and _unverified(self.redis_url):
            raise SettingsError(
                "COWBANE_REDIS_URL: expected a checked certificate in production, found one of ssl_cert_reqs "
                "and ssl_check_hostname that takes any; set COWBANE_REDIS_CA_FILE instead"
            )


def _default_state_dir(env: Mapping[str, str]) -> Path:
    home = env.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "cowbane"


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]) if env.get(name) else None


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").lower()
    if value not in ("", "0", "1", "true", "false"):
        raise SettingsError(f"{name}: expected 1 or 0, found {value!r}")
    return value in ("1", "true")


def _durability(env: Mapping[str, str]) -> bool:
    said = env.get("COWBANE_REDIS_DURABILITY", "")
    if said not in ("", "assumed"):
        raise SettingsError(f"COWBANE_REDIS_DURABILITY: expected `assumed` or nothing, found {said!r}")
    return bool(said)


def _unverified(url: str) -> bool:
    options = {key: value.lower() for key, value in parse_qsl(urlsplit(url).query)}
    required = options.get("ssl_cert_reqs", "required").removeprefix("cert_") == "required"
    return not required or options.get("ssl_check_hostname", "true") != "true"
