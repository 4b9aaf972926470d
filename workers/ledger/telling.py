"""What the ledger says by itself: why it closed a fire, and what an order fixes of every event.

Redis composes the same words in Lua; the conformance suite holds both to the letter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from workers.ledger.records import Halt, Order

#: Open runs that the news of a halt names.
NAMED = 5
#: Why a halt ended that nobody ended.
OVER = "its time is over"


def unclaimed(order: Order) -> str:
    """Why a run that nobody started in time was missed."""
    return f"no worker of queue {order.queue} claimed it within {plain(order.start_within)}"


def overlapping(open_run: str) -> str:
    """Why a fire is skipped while its schedule has an open run."""
    return f"overlap: run {open_run} of this schedule is still open"


def no_slot(scope: str, taken: int, limit: int, first: str) -> str:
    """Why a fire is skipped when a limit is reached."""
    who = f", the first is {first}" if first else ""
    return f"limit of {scope}: {taken} of {limit} concurrent runs are open{who}"


def abandoned(worker: str, give_up_after: float, owed: int) -> str:
    """Why a run that nobody took over was closed as lost."""
    debt = f"; undos still owed: {owed}" if owed else ""
    return (
        f"worker {worker} lost its lease and no reaper took the run over within {plain(give_up_after)}{debt}"
    )


def halted(halt: Halt) -> str:
    """Why nothing is injected: who, since when, until when, what for."""
    until = "somebody resumes" if halt.until is None else _second(halt.until)
    why = f": {halt.reason}" if halt.reason else ""
    return f"halted by {halt.by} since {_second(halt.since)} until {until}{why}"


def told_open(halt: Halt, run_ids: Sequence[str]) -> str:
    """The same with what is open at that moment."""
    more = f" and {len(run_ids) - NAMED} more" if len(run_ids) > NAMED else ""
    still = f"open: {', '.join(run_ids[:NAMED])}{more}" if run_ids else "no run is open"
    return f"{halted(halt)}; {still}"


def resuming(by: str, reason: str) -> str:
    """Who ended a halt, and why."""
    return f"resumed by {by}: {reason}" if reason else f"resumed by {by}"


def resumed(how: str, halt: Halt) -> str:
    """How a halt ended, and which."""
    return f"{how}; it was {halted(halt)}"


def plain(seconds: float) -> str:
    """A duration as the repo would write it: 600 -> 10m, 90 -> 90s, 0.2 -> 0.2s."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


def about(order: Order) -> dict[str, Any]:
    """The fields of every event of this order's run."""
    return {
        "run_id": order.run_id,
        "fire_id": order.fire_id,
        "schedule": order.schedule,
        "owner": order.owner,
        "queue": order.queue,
        "cluster": order.cluster,
        "namespaces": list(order.namespaces),
        "experiment": order.experiment,
        "title": order.title,
        "version": 1,
    }


def frame(order: Order) -> str:
    """`about` as JSON without its closing brace: Lua appends what only the transition knows."""
    return json.dumps(about(order))[:-1]


def rfc3339(milliseconds: int) -> str:
    """UTC, to the millisecond."""
    at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def _second(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds // 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
