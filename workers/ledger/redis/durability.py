"""Whether the server keeps what it acknowledged (DESIGN D6); production asks at its start."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.redis.store import Store


class Keeps(StrEnum):
    """What survives a power cut."""

    ALL = "all"
    NEARLY_ALL = "nearly-all"  #: up to a second of decisions may be forgotten
    NOTHING = "nothing"  #: no append-only file
    UNKNOWN = "unknown"  #: this server does not say


@dataclass(frozen=True, slots=True)
class Durability:
    """What the server said of itself, with one sentence for people; empty when all is well."""

    keeps: Keeps
    sentence: str = ""


def durability(store: Store) -> Durability:
    """Read `INFO persistence`, and `CONFIG GET appendfsync` where that is allowed.

    Raises `LedgerUnavailable` while the server does not answer anything.
    """
    store.read("PING")
    try:
        info = store.read("INFO", "persistence")
    except LedgerUnavailable as wrong:
        return Durability(Keeps.UNKNOWN, f"{wrong}; if it is durable, say COWBANE_REDIS_DURABILITY=assumed")
    if str(info.get("aof_enabled")) != "1":
        return Durability(Keeps.NOTHING, "Redis keeps nothing over a restart: set appendonly yes")
    if info.get("aof_last_write_status") != "ok":
        return Durability(Keeps.NOTHING, "Redis could not write its append-only file: look at its disk")
    try:
        policy = store.read("CONFIG GET", "appendfsync").get("appendfsync", "always")
    except LedgerUnavailable:
        return Durability(Keeps.ALL)  # an ACL that hides CONFIG is no reason to refuse a durable server
    if policy != "always":
        wish = "set appendfsync always"
        return Durability(
            Keeps.NEARLY_ALL, f"Redis has appendfsync {policy}, a crash may forget a second: {wish}"
        )
    return Durability(Keeps.ALL)
