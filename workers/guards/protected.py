"""Protected: nothing is injected in a protected namespace, whatever queue or experiment says."""

from __future__ import annotations

from workers.guards.facts import Facts
from workers.guards.namespaces import named_namespaces
from workers.ledger.records import Order


def refuse(order: Order, facts: Facts) -> str | None:
    """A sentence when the queue or the experiment names a protected namespace."""
    named = {each.namespace for each in named_namespaces(order.document, order.values) if each.namespace}
    protected = sorted((named | set(order.namespaces)) & set(order.protected))
    if not protected:
        return None
    return (
        f"protected: the repo protects {', '.join(protected)}, which {order.experiment} of {order.owner}"
        f" or its queue {order.queue} names; take it out there"
    )
