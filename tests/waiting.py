"""The one way a test waits: look, and look again, until it holds or the bound is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(check: Callable[[], T], *, within: float = 10.0, every: float = 0.05, what: str = "") -> T:
    """Return the first truthy answer of `check`; fail with the last answer after `within` seconds.

    An AssertionError raised by `check` counts as "not yet" and is the message of the failure.
    """
    pause = threading.Event()
    deadline = time.monotonic() + within
    last: object = None
    while True:
        try:
            answer = check()
            if answer:
                return answer
            last = answer
        except AssertionError as not_yet:
            last = not_yet
        if time.monotonic() >= deadline:
            raise AssertionError(f"{what or 'it'} did not hold within {within:g} s; last seen: {last!r}")
        pause.wait(every)
