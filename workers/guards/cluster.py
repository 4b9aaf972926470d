"""Cluster: an order is carried out on the cluster that it names, or not at all."""

from __future__ import annotations

from workers.guards.facts import Facts
from workers.ledger.records import Order


def refuse(order: Order, facts: Facts) -> str | None:
    """A sentence when this worker acts on another cluster: its reaper would not know the marks."""
    if order.cluster == facts.cluster:
        return None
    return (
        f"another cluster: {order.schedule} of {order.owner} is for cluster {order.cluster}, this worker acts"
        f" on {facts.cluster}; give beat and the workers of queue {order.queue} the same COWBANE_CLUSTER"
    )
