"""Which marks on objects nobody stands for any more (DESIGN D4): pure, one mark at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from experiments.faults.intent import Intent
from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.records import RunRecord, RunState


def orphans(
    marks: Iterable[Intent],
    *,
    cluster: str,
    queues: Iterable[str],
    lookup: Callable[[str, str], RunRecord | None],
    now: datetime,
) -> list[Intent]:
    """The marks of our queues to undo now.

    The run has ended, or is missing in a ledger that answers: now. The ledger does not answer: once the
    mark itself has expired. Marks of other queues and clusters are their own reaper's.
    """
    ours = set(queues)
    return [
        mark
        for mark in marks
        if mark.cluster == cluster and mark.queue in ours and _abandoned(mark, lookup, now)
    ]


def _abandoned(mark: Intent, lookup: Callable[[str, str], RunRecord | None], now: datetime) -> bool:
    try:
        record = lookup(mark.queue, mark.run)
    except LedgerUnavailable:
        return now >= mark.expires
    return record is None or record.state is RunState.ENDED
