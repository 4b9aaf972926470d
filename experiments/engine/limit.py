"""A time limit: what takes longer is told to stop, and says why."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Timer

from experiments.engine.stop import Stop


@contextmanager
def timed(stop: Stop, seconds: float, reason: str) -> Generator[None, None, None]:
    """Request the stop once the time is over, unless the block has ended by then."""
    timer = Timer(seconds, stop.request, (reason,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def limited(stop: Stop, seconds: float) -> Generator[Stop, None, None]:
    """A stop for just this block, requested with the run's or when the time is over."""
    with stop.child() as part, timed(part, seconds, f"took longer than {seconds:g} s"):
        yield part
