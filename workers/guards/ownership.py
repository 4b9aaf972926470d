"""Ownership: an experiment may name only namespaces of its queue; an empty queue allows none."""

from __future__ import annotations

from workers.guards.facts import Facts
from workers.guards.namespaces import named_namespaces
from workers.ledger.records import Order


def refuse(order: Order, facts: Facts) -> str | None:
    """A sentence when the experiment names a namespace that its queue does not list."""
    named = {each.namespace for each in named_namespaces(order.document, order.values)} - {None}
    foreign = sorted(each or "every namespace" for each in named - set(order.namespaces))
    if not foreign:
        return None
    return (
        f"not its namespace: {order.experiment} of {order.owner} names {', '.join(foreign)},"
        f" and queue {order.queue} may act in {', '.join(order.namespaces) or 'no namespace'};"
        " use a queue that lists it"
    )
