"""`python -m bench.memory_of_a_run ours|theirs ONE MANY`: two numbers of bytes, for `bench.memory`."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path


def main(whose: str, one: str, many: str) -> None:
    """The peak of the process after a run of MANY, and of what a second one allocates, its journal included.

    A run of ONE loads what both sides load late.
    """
    a_run = _side(whose)
    a_run(Path(one))
    perform = a_run(Path(many))
    peak = _peak()
    tracemalloc.start()
    perform()
    print(peak, tracemalloc.get_traced_memory()[1])


def _peak() -> int:
    """In bytes; `getrusage` would count what the parent had when it started this process."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) * 1024


def _side(whose: str) -> Callable[[Path], Callable[[], str]]:
    """Imported only where it is measured."""
    if whose == "ours":
        from bench.engine import our_run

        return our_run
    from bench.chaoslib_run import their_run

    return their_run


if __name__ == "__main__":
    main(*sys.argv[1:])
