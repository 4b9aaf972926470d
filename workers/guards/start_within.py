"""Start within: a fire that is too late is missed, never caught up."""

from __future__ import annotations

from datetime import UTC, datetime

from workers.guards.facts import Facts
from workers.ledger.records import Order


def refuse(order: Order, facts: Facts) -> str | None:
    """A sentence when more than `start_within` has passed since the nominal time."""
    due = datetime.fromtimestamp(order.nominal / 1000, UTC)
    late = (facts.now - due).total_seconds()
    if late <= order.start_within:
        return None
    return (
        f"too late: {order.schedule} of {order.owner} was due at {due:%Y-%m-%d %H:%M:%S}Z, {late:.0f} s ago,"
        f" and may start within {order.start_within:.0f} s; its next fire is the next time"
    )
