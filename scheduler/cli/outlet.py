"""Where a run writes what others read: whoever pauses reading, e.g. with Ctrl-S, must not keep a fault in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")

#: Seconds that a run waits for what it tells to be written, until that is late for the first time.
PATIENCE_SECONDS = 0.5

log = logging.getLogger("cowbane.run")


class Outlet(Generic[Item]):
    """Writes one thing after the other in a thread of its own; what cannot be written is passed over."""

    def __init__(self, write: Callable[[Item], object]) -> None:
        self._write = write
        self._queue: SimpleQueue[tuple[Item, Event] | None] = SimpleQueue()
        self._late = False
        self._thread = Thread(target=self._run, name="outlet", daemon=True)
        self._thread.start()

    def __call__(self, item: Item) -> None:
        """Written when this returns, or later where nobody reads; never raises."""
        written = self._put(item)
        if not self._late:
            self._late = not written.wait(PATIENCE_SECONDS)

    def patiently(self, item: Item) -> None:
        """Written when this returns, however long that takes."""
        self._put(item).wait()

    def close(self) -> None:
        """Returns when all is written."""
        self._queue.put(None)
        self._thread.join()

    def _put(self, item: Item) -> Event:
        written = Event()
        self._queue.put((item, written))
        return written

    def _run(self) -> None:
        while told := self._queue.get():
            item, written = told
            try:
                self._write(item)
            except Exception:
                log.debug("one who watches the run cannot be told", exc_info=True)
            written.set()
            self._late = self._late and not self._queue.empty()
