"""How long each right lasts, and how much is kept; every number has its reason beside it."""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds a claim lives without renewal, and how often it is renewed (DESIGN D6).
LEASE_SECONDS = 15.0
RENEW_SECONDS = 5.0
#: Seconds after the last renewal at which a child stops injecting by itself.
SELF_FENCE_SECONDS = 10.0
#: Seconds of beat's lease, and how often it is renewed (D9).
LEADER_SECONDS = 10.0
LEADER_RENEW_SECONDS = 3.0
#: Seconds within which a reaper must have been heard to count as alive (D7).
REAPER_FRESH_SECONDS = 15.0
#: Seconds an ended run is kept.
KEEP_SECONDS = 7 * 24 * 3600
#: How many of the latest fires `runs` can show.
HISTORY = 10_000
#: How many events a channel may be behind.
EVENTS_KEPT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """How long each right lasts without renewal, in seconds; only tests choose others."""

    run: float = LEASE_SECONDS
    lead: float = LEADER_SECONDS
    reaper: float = REAPER_FRESH_SECONDS


DEFAULT_LEASES = Leases()
