"""Armed: an unarmed run begins dry and says so; one that began armed stops when disarmed (DESIGN D12)."""

from __future__ import annotations

from workers.guards.facts import Facts
from workers.ledger.records import Order


def refuse(order: Order, facts: Facts) -> str | None:
    """A sentence when a run that began armed may not inject any more: the repo was disarmed meanwhile."""
    if not is_dry(order, facts):
        return None
    return f"disarmed: the repo in force does not say armed any more; {order.schedule} of {order.owner} stops"


def is_dry(order: Order, facts: Facts) -> bool:
    """True unless both the order and the repo in force say that it may inject."""
    return not (order.armed and facts.armed_by_repo)
