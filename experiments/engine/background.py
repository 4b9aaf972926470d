"""Work beside the method, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from experiments.engine.caught import Caught
from experiments.engine.stop import Stop

T = TypeVar("T")


class Background(Generic[T]):
    """Started at once; awaited later, but never beyond the run's stop."""

    def __init__(self, work: Callable[[], T], name: str) -> None:
        self._work = work
        self._results: list[T] = []
        self._caught = Caught()
        self._ended: SimpleQueue[None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def result(self, stop: Stop) -> T:
        """What the work returned, or raised; `Interrupted` when the run must stop first."""
        with stop.on_stop(lambda: self._ended.put(None)), stop.exposed():
            self._ended.get()
        stop.check()
        if self._caught.error is not None:
            raise self._caught.error
        return self._results[0]

    def settle(self, seconds: float) -> bool:
        """Give it that long to end; True when it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with self._caught:
            self._results.append(self._work())
        self._ended.put(None)
