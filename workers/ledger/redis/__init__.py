"""The ledger on Redis or Valkey >= 6.2: every transition is one Lua script that declares its keys.

Nothing outside of `store.py` in here may import the client library, and no transition may be put
together from several commands.
"""

from __future__ import annotations

import re

from workers.ledger.leases import DEFAULT_LEASES, Leases
from workers.ledger.redis.address import parse
from workers.ledger.redis.durability import Durability, durability
from workers.ledger.redis.events import RedisEvents
from workers.ledger.redis.fires import RedisFires
from workers.ledger.redis.intents import RedisIntents
from workers.ledger.redis.keys import Keys, Place
from workers.ledger.redis.reapers import RedisReapers
from workers.ledger.redis.runs import RedisRuns
from workers.ledger.redis.store import Store
from workers.ledger.redis.switch import RedisSwitch
from workers.settings import SettingsError


class RedisLedger(RedisFires, RedisRuns, RedisIntents, RedisReapers, RedisEvents, RedisSwitch):
    """A `workers.ledger.protocol.Ledger` that every process of a deployment shares."""

    def __init__(self, store: Store, leases: Leases = DEFAULT_LEASES) -> None:
        self._store = store
        self._leases = leases

    @classmethod
    def connect(cls, url: str, deployment: str, leases: Leases = DEFAULT_LEASES) -> RedisLedger:
        """The ledger of a deployment, not asked anything yet; raises `SettingsError` for a wrong URL."""
        if not re.fullmatch(r"[A-Za-z0-9._-]+", deployment):
            raise SettingsError(
                f"COWBANE_DEPLOYMENT: expected letters, digits, dots, dashes, found {deployment!r}"
            )
        return cls(Store(parse(url), Keys(deployment)), leases)

    def notifications(self) -> str:
        return str(self._store.read("HGET", self._store.keys.named("repo"), "notifications") or "[]")

    def set_notifications(self, fence: int, compiled: str) -> bool:
        return self._set(fence, "notifications", compiled)

    def armed(self) -> bool:
        return bool(self._store.read("HGET", self._store.keys.named("repo"), "armed") == "1")

    def set_armed(self, fence: int, armed: bool) -> bool:
        return self._set(fence, "armed", "1" if armed else "")

    def durability(self) -> Durability:
        """Whether what it acknowledged survives a power cut."""
        return durability(self._store)

    def close_connections(self) -> None:
        self._store.close()

    def _set(self, fence: int, name: str, value: str) -> bool:
        words = {"fence": fence, "name": name, "value": value}
        return bool(self._store.call("set_by_leader", Place(), words, repeatable=True))
