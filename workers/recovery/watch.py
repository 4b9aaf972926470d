"""Which children of this process have died: one pidfd each, so that a death is seen at once (DESIGN D7)."""

from __future__ import annotations

import os
import select
import signal


class Watch:
    """Holds a pidfd of every process it was told of; a process it cannot open is dead."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._descriptors: dict[int, int] = {}
        self._dead: set[int] = set()

    def keep(self, pids: set[int]) -> None:
        """Watch exactly these processes from now on."""
        for pid in set(self._descriptors) - pids:
            self._forget(pid)
        self._dead &= pids
        for pid in pids - set(self._descriptors) - self._dead:
            self._open(pid)

    def wait(self, seconds: float) -> None:
        """Return when one of them dies, or after `seconds`."""
        by_descriptor = {descriptor: pid for pid, descriptor in self._descriptors.items()}
        for descriptor, _ in self._poll.poll(seconds * 1000):
            self._forget(by_descriptor[descriptor])
            self._dead.add(by_descriptor[descriptor])

    def dead(self, pid: int) -> bool:
        """True once `pid` was seen dead."""
        return pid in self._dead

    def send(self, pid: int, number: signal.Signals) -> None:
        """Send a signal to a watched process; a dead one is no error, and never its successor's pid."""
        if pid in self._descriptors:
            try:
                signal.pidfd_send_signal(self._descriptors[pid], number)
            except ProcessLookupError:
                self._forget(pid)
                self._dead.add(pid)

    def send_all(self, number: signal.Signals) -> None:
        """Send a signal to everybody who is watched."""
        for pid in list(self._descriptors):
            self.send(pid, number)

    @property
    def any_alive(self) -> bool:
        """True while somebody who is watched was not seen dead."""
        return bool(self._descriptors)

    def close(self) -> None:
        """Let every descriptor go."""
        self.keep(set())

    def _open(self, pid: int) -> None:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self._dead.add(pid)
            return
        self._descriptors[pid] = descriptor
        self._poll.register(descriptor, select.POLLIN)

    def _forget(self, pid: int) -> None:
        descriptor = self._descriptors.pop(pid)
        self._poll.unregister(descriptor)
        os.close(descriptor)
