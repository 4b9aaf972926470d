"""Signals as the run's stop: for the host that runs one run on its main thread (DESIGN D8)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from experiments.engine.stop import Stop

SIGNALS = (signal.SIGTERM, signal.SIGINT)
#: Wakes the run's thread when another one requests the stop; whoever does not expect it ignores it.
NUDGE = signal.SIGURG


@contextmanager
def interrupting(
    stop: Stop, reason: str, signals: Sequence[signal.Signals] = SIGNALS
) -> Generator[None, None, None]:
    """Inside, each of the signals requests the stop; it raises only where the run says it may.

    So does a request of another thread, because the deadline is over or somebody halted. Outside an
    activity's body or a pause the run sees the request itself, at its next step, so that a ledger
    transition, a patch with its record, and an undo are always whole.
    """

    def told(number: int, _frame: object) -> None:
        stop.request(f"{reason} ({signal.Signals(number).name})")
        stop.deliver()

    def nudged(*_: object) -> None:
        stop.deliver()

    with stop.nudged_by(_nudging(threading.get_ident())):
        before = {number: signal.signal(number, told) for number in signals}
        before[NUDGE] = signal.signal(NUDGE, nudged)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _nudging(thread: int) -> Callable[[], None]:
    """Interrupts the thread's system calls, unless it is the one that asks."""

    def nudge() -> None:
        if threading.get_ident() != thread:
            signal.pthread_kill(thread, NUDGE)

    return nudge
