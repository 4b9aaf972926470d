"""Every guard, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from workers.guards import cluster, halt, ownership, protected, reapers, start_within, window
from workers.guards.facts import Facts
from workers.ledger.records import Order

Guard: TypeAlias = Callable[[Order, Facts], "str | None"]

#: Asked before a run starts.
GUARDS: tuple[Guard, ...] = (
    halt.refuse,
    cluster.refuse,
    start_within.refuse,
    window.refuse,
    protected.refuse,
    ownership.refuse,
    reapers.refuse,
)
#: Asked again before each later mutation of a run that has started.
GOING_ON: tuple[Guard, ...] = (
    halt.refuse,
    window.refuse,
    protected.refuse,
    ownership.refuse,
    reapers.refuse,
)


def first_refusal(order: Order, facts: Facts, guards: tuple[Guard, ...] = GUARDS) -> str | None:
    """The sentence of the first guard that says no; None when all of them let the run go on."""
    return next((refusal for guard in guards if (refusal := guard(order, facts))), None)
