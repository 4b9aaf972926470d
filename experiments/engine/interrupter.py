"""Signals as the run's stop: for the host that runs one run on its main thread (DESIGN D8)."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from experiments.engine.stop import Interrupted, Stop

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def interrupting(stop: Stop, reason: str, signals: Sequence[signal.Signals] = SIGNALS) -> Iterator[None]:
    """Inside, each of the signals requests the stop; it raises only where the run says it may.

    Outside an activity's body or a pause the run sees the request itself, at its next step, so that a
    ledger transition, a patch with its record, and an undo are always whole.
    """

    def told(number: int, _frame: object) -> None:
        stop.request(f"{reason} ({signal.Signals(number).name})")
        if stop.deliverable:
            raise Interrupted(stop.reason)

    before = {number: signal.signal(number, told) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
