"""Signals as the run's stop: for the host that runs one run on its main thread (DESIGN D8)."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress

from experiments.engine.stop import Stop

SIGNALS = (signal.SIGTERM, signal.SIGINT)
#: Wakes the run's thread when another one requests the stop; whoever does not expect it ignores it.
NUDGE = signal.SIGURG
#: A signal that comes between the interpreter's last look and a call that blocks is seen when the call
#: returns. So the nudge is repeated: so often, with so many seconds between.
NUDGES, NUDGE_SECONDS = 20, 0.05


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
        stop.deliver(again=False)

    with _Nudging() as nudging, stop.nudged_by(nudging.begin):
        before = {number: signal.signal(number, told) for number in signals}
        before[NUDGE] = signal.signal(NUDGE, nudged)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Nudging:
    """Nudges the thread that enters it, from the first signal or request on, until it is left."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._over = threading.Event()
        self._told, self._tell = os.pipe()
        os.set_blocking(self._tell, False)
        self._nudger = threading.Thread(target=self._nudge, name="nudge", daemon=True)

    def begin(self) -> None:
        """Interrupt the thread's system calls, also those that it is about to make."""
        with suppress(OSError):  # it has been told often enough, or is left already
            os.write(self._tell, b"\0")

    def __enter__(self) -> _Nudging:
        self._nudger.start()
        self._before = signal.set_wakeup_fd(self._tell, warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._before)
        self._over.set()
        os.close(self._tell)
        self._nudger.join()
        os.close(self._told)

    def _nudge(self) -> None:
        """Every signal of the process is told by its number, the nudges themselves among them."""
        while told := os.read(self._told, 1):
            if told[0] == NUDGE:
                continue
            for _ in range(NUDGES):
                if self._over.is_set():
                    return
                signal.pthread_kill(self._thread, NUDGE)
                self._over.wait(NUDGE_SECONDS)
