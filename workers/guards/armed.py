"""Armed: an unarmed run is not refused, it runs dry and says so (DESIGN D12)."""

from __future__ import annotations

from workers.guards.facts import Facts
from workers.ledger.records import Order


def is_dry(order: Order, facts: Facts) -> bool:
    """True unless both the order and the repo in force say that it may inject."""
    return not (order.armed and facts.armed_by_repo)
