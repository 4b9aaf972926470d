"""The stop token: how a run learns that it must end (DESIGN D8).

SIGTERM, halt, cancel, deadline and lost lease are one path: somebody calls `request`, pauses wake,
blocking activities are told through `on_stop`, and no new injection starts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Interrupted(BaseException):
    """The run was told to stop; not an Exception, so that an activity cannot swallow it by habit."""


class Stop:
    """Set once with a reason; every wait of the run happens on it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._reason = ""
        self._wake: list[Callable[[], None]] = []
        self._exposed = False

    @property
    def requested(self) -> bool:
        """True from the first request on."""
        return self._event.is_set()

    @property
    def reason(self) -> str:
        """Why, in the words of the first request; empty before it."""
        return self._reason

    def request(self, reason: str) -> None:
        """Stop the run; later requests change nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._reason = reason
            self._event.set()
            wake = list(self._wake)
        for each in wake:
            each()

    def check(self) -> None:
        """Raise `Interrupted` when the run must stop."""
        if self.requested:
            raise Interrupted(self._reason)

    def wait(self, seconds: float) -> None:
        """Pause; raise `Interrupted` at once when the run must stop meanwhile."""
        self._event.wait(max(0.0, seconds))
        self.check()

    @property
    def deliverable(self) -> bool:
        """True while an activity's body or a pause runs, and nothing shields it: an interrupter may raise."""
        return self._exposed

    @contextmanager
    def exposed(self) -> Iterator[None]:
        """An activity's body or a pause on the run's main thread."""
        with self._exposing(True):
            yield

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """A transition that must be whole: the record with its patch, the ledger, an undo."""
        with self._exposing(False):
            yield

    @contextmanager
    def _exposing(self, exposed: bool) -> Iterator[None]:
        outer, self._exposed = self._exposed, exposed
        try:
            yield
        finally:
            self._exposed = outer

    @contextmanager
    def on_stop(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` (close a socket, kill a group) if the stop comes inside this block."""
        self.check()
        with self._lock:
            self._wake.append(wake)
        try:
            if self.requested:
                wake()
            yield
        finally:
            with self._lock:
                self._wake.remove(wake)
