"""What a process of Cowbane is told by its environment (DESIGN D23); files, not values, for secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: The Celery queue of the notifier; no schedule may use it.
NOTIFY_QUEUE = "cowbane-notify"
#: What Celery's transport and the ledger both understand.
REDIS_SCHEMES = ("redis", "rediss", "redis+socket")


class SettingsError(Exception):
    """A setting that cannot be used; one line that says which, what was expected, and what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One process's settings, each with its unit, default and reason."""

    redis_url: str  #: COWBANE_REDIS_URL; empty: the embedded server in `state_dir`
    state_dir: Path  #: COWBANE_STATE_DIR; the embedded server's socket and data
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

    def _refuse_unsafe(self) -> None:
        scheme = self.redis_url.partition("://")[0]
        if self.redis_url and scheme not in REDIS_SCHEMES:
            raise SettingsError(
                f"COWBANE_REDIS_URL: expected one of {', '.join(REDIS_SCHEMES)} before ://, found {scheme!r}"
            )
        plaintext = self.redis_url.startswith("redis://") and "@" not in self.redis_url
        if self.production and plaintext:
            raise SettingsError(
                "COWBANE_REDIS_URL: expected rediss:// or a password in production, found redis:// "
                "without one; give Redis a password or TLS, or unset COWBANE_PRODUCTION"
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
