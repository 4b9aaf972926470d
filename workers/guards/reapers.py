"""Reapers: a worker injects only while another reaper of its queue could undo after it (DESIGN D7)."""

from __future__ import annotations

from workers.guards.facts import Facts
from workers.ledger.leases import REAPER_FRESH_SECONDS
from workers.ledger.records import Order


def refuse(order: Order, facts: Facts) -> str | None:
    """A sentence when nobody would undo if this worker died."""
    if facts.solo or facts.other_reapers > 0:
        return None
    return (
        f"nobody could undo after a crash: no other reaper of queue {order.queue} was heard within"
        f" {REAPER_FRESH_SECONDS:.0f} s, {order.schedule} of {order.owner} needs one;"
        " start a second worker of the queue"
    )
