"""Window: a run acts inside `during` and outside `not_during` only, also when it starts late."""

from __future__ import annotations

from workers.guards.facts import Facts
from workers.ledger.records import Order
from workers.windows.allowed import AllowedTime
from workers.windows.calendar import Calendar


def refuse(order: Order, facts: Facts) -> str | None:
    """A sentence when the moment is outside the order's windows."""
    allowed = AllowedTime(
        timezone=order.timezone,
        during=tuple(Calendar.from_data(each) for each in order.during),
        not_during=tuple(Calendar.from_data(each) for each in order.not_during),
    )
    if allowed.allows(facts.now):
        return None
    opens = allowed.next_after(facts.now)
    again = f"{opens.astimezone(allowed.zone):%a %Y-%m-%d %H:%M}" if opens else "not within a year"
    return (
        f"outside its window: {order.schedule} of {order.owner} may act during {allowed}"
        f" ({order.timezone}) and it is {facts.now.astimezone(allowed.zone):%a %Y-%m-%d %H:%M};"
        f" next allowed: {again}"
    )
