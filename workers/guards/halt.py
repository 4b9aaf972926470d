"""Halt: while somebody has halted, nothing is injected and nothing goes on (DESIGN D11)."""

from __future__ import annotations

from workers.guards.facts import Facts
from workers.ledger.records import Order
from workers.ledger.telling import halted


def refuse(order: Order, facts: Facts) -> str | None:
    """The halt's own sentence, whichever schedule it stops."""
    return halted(facts.halt) if facts.halt else None
